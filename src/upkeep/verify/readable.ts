/** Rows that are not what was written, where that has been found already: all rows were examined. */

import { StoreError } from '../../api/errors.ts';
import { VERIFY } from '../../store/store-error.ts';

export const UNREADABLE = Symbol('unreadable');

/** What is read, unless one of its rows is damaged. */
export function readable<T>(read: () => T): T | typeof UNREADABLE {
  try {
    return read();
  } catch (error) {
    if (isRowDamage(error)) return UNREADABLE;
    throw error;
  }
}

/** Whoever else meets such a row is sent to `store verify`. */
export const isRowDamage = (error: unknown): boolean => error instanceof StoreError && error.hint === VERIFY;
