/**
 * Callers by number: a few callers make all calls, and the audit log's description of one is as long as the rest of a
 * record. A caller is removed with the last record that names it; it gets another number when it calls again. That of a
 * store from before they were counted stays.
 */

import { createHash } from 'node:crypto';
import { StoreError } from '../api/errors.ts';
import type { CallerIdentity } from '../store/records/call.ts';
import { missingRow } from '../store/store-error.ts';
import type { Tx } from '../store/tables.ts';

/** The number of a caller, which gets one if it has none, for a record that will name it. */
export function callerNumber(caller: CallerIdentity, tx: Tx): number {
  const number = numberOf(caller, tx);
  const uses = tx.callerUses.get([number]);
  if (uses !== undefined) tx.callerUses.put([number], uses + 1);
  return number;
}

/** A record that named a caller is gone. */
export function forgetUse(number: number, tx: Tx): void {
  const uses = tx.callerUses.get([number]);
  if (uses === undefined) return;
  if (uses > 1) {
    tx.callerUses.put([number], uses - 1);
    return;
  }
  forgetCaller(number, tx);
}

/**
 * Counts the records of each caller anew, and removes the callers that none names. If a record is damaged, none is
 * counted: a caller that is not stays for good.
 */
export function recountCallers(tx: Tx): void {
  const uses = usesIn(tx);
  if (!uses) return;
  for (const { key } of [...tx.callerUses.range()]) tx.callerUses.remove(key);
  for (const { key } of [...tx.callers.range()]) {
    const count = uses.get(key[0]);
    if (count === undefined) forgetCaller(key[0], tx);
    else tx.callerUses.put(key, count);
  }
}

function usesIn(tx: Tx): ReadonlyMap<number, number> | undefined {
  const uses = new Map<number, number>();
  try {
    for (const table of [tx.managementCalls, tx.dataCalls]) {
      for (const { value } of table.range()) uses.set(value[1], (uses.get(value[1]) ?? 0) + 1);
    }
    return uses;
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function forgetCaller(number: number, tx: Tx): void {
  tx.callerUses.remove([number]);
  const text = tx.callers.get([number]);
  if (text === undefined) return;
  tx.callers.remove([number]);
  for (const name of [nameOf(text), digestOf(text)]) {
    if (tx.callerNumbers.get([name]) === number) tx.callerNumbers.remove([name]);
  }
}

function numberOf(caller: CallerIdentity, tx: Tx): number {
  const guesses = guessesOf(tx);
  const name = caller.arn ?? caller.type;
  const guess = guesses.get(name);
  if (guess && isSame(guess.caller, caller) && tx.callers.get([guess.number]) === guess.text) return guess.number;
  const text = JSON.stringify(caller);
  const number = lookedUp(text, tx);
  if (guesses.size >= MOST_GUESSES) guesses.clear();
  guesses.set(name, { caller, text, number });
  return number;
}

/** The caller with a number. */
export function callerOf(number: number, tx: Tx): CallerIdentity {
  const text = tx.callers.get([number]);
  try {
    // Only callerNumber writes these rows.
    return JSON.parse(text ?? '') as CallerIdentity;
  } catch {
    throw missingRow(`the caller ${number} of a call`);
  }
}

/** A number that was right once: a transaction may have been undone, or a caller removed. */
interface Guess {
  readonly caller: CallerIdentity;
  readonly text: string;
  readonly number: number;
}

const guessesOfStores = new WeakMap<Tx, Map<string, Guess>>();
const MOST_GUESSES = 1000;

function guessesOf(tx: Tx): Map<string, Guess> {
  let guesses = guessesOfStores.get(tx);
  if (!guesses) {
    guesses = new Map();
    guessesOfStores.set(tx, guesses);
  }
  return guesses;
}

/** Whether two callers have the same text; to compare them takes less time than to write one down. */
function isSame(one: CallerIdentity, other: CallerIdentity): boolean {
  return (
    one.type === other.type &&
    one.principalId === other.principalId &&
    one.arn === other.arn &&
    one.accountId === other.accountId &&
    one.accessKeyId === other.accessKeyId &&
    one.userName === other.userName &&
    one.issuer?.principalId === other.issuer?.principalId &&
    one.issuer?.arn === other.issuer?.arn &&
    one.issuer?.userName === other.issuer?.userName &&
    one.issuer?.issuedAtMs === other.issuer?.issuedAtMs &&
    one.issuer?.sourceIdentity === other.issuer?.sourceIdentity &&
    one.issuedAtMs === other.issuedAtMs
  );
}

function lookedUp(text: string, tx: Tx): number {
  const name = nameOf(text);
  const known = tx.callerNumbers.get([name]);
  if (known !== undefined) return known;
  const [last] = tx.callers.range({ reverse: true, limit: 1 });
  const number = (last?.key[0] ?? 0) + 1;
  tx.callers.put([number], text);
  tx.callerNumbers.put([name], number);
  tx.callerUses.put([number], 0);
  return number;
}

/** A key of LMDB has 1,978 bytes; a character of the text has up to three. */
const LONGEST_NAME = 600;

/** What finds a caller's number: its text, or a digest of one that is too long. The first digest takes half a millisecond. */
const nameOf = (text: string): string => (text.length <= LONGEST_NAME ? text : digestOf(text));

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Whether a name is, or once was, what finds the number of a caller with this text: at first, all were digests. */
export const isNameOf = (name: string, text: string): boolean => name === nameOf(text) || name === digestOf(text);

/** Whether a caller with this text is found under this number. */
export const isFoundCaller = (text: string, number: number, { callerNumbers }: Pick<Tx, 'callerNumbers'>): boolean =>
  callerNumbers.get([nameOf(text)]) === number || callerNumbers.get([digestOf(text)]) === number;
