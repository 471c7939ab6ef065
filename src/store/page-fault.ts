/** What is said about pages of a data file that are not as they were written. */

import { DamageError } from '../api/errors.ts';
import { DATA_FILE } from './placing.ts';
import { RESTORE } from './store-error.ts';

/** A page that is not as it was written. */
export interface PageFault {
  /** The LMDB name of the table; undefined for the lists that LMDB keeps for itself. */
  readonly table: string | undefined;
  readonly page: number;
  /** What is wrong, to follow the page: `is empty`. */
  readonly what: string;
}

/** The error about a data file with damaged pages. */
export function damagedPages(folder: string, faults: readonly PageFault[]): DamageError {
  const shown = faults
    .slice(0, MOST_SHOWN)
    .map(({ table, page, what }) => `page ${page} of ${treeName(table)} ${what}`);
  const others = faults.length > MOST_SHOWN ? `, and ${faults.length - MOST_SHOWN} more` : '';
  return new DamageError(`cannot use the store "${folder}": "${DATA_FILE}" is damaged: ${shown.join(', ')}${others}`, {
    hint: `${RESTORE}, or save what is whole with ssebox store verify --salvage DIR`,
  });
}

const MOST_SHOWN = 5;

const treeName = (table: string | undefined): string =>
  table === undefined ? "the database's own lists" : `the table "${table}"`;
