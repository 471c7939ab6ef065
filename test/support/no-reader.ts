/**
 * What lmdb refuses readers with, sometimes, in a process that opens a store's environment anew, from then on. A fresh
 * process opens the same store. Nothing is written then, and nothing is lost.
 */
export const NO_READER = 'No transaction to renew';
