/**
 * What lmdb refuses a reader with, rarely, in a process that opens an environment anew while an earlier one is not closed
 * yet, as after SET_BACK. Nothing is written then, and nothing is lost.
 */
export const NO_READER = 'No transaction to renew';
