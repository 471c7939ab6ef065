/** What the letters of evidence beside prices mean. */

import type { Evidence } from '../../../cost/price.ts';

const meanings: Readonly<Record<Evidence, string>> = {
  L: 'a price list file of AWS',
  G: "a guide that quotes AWS's price list",
  P: "AWS's pricing page",
  I: 'test data of infracost',
  S: 'another source',
  U: 'no source was read',
};

/** The notes below a table, about these letters and about prices that were taken from another region. */
export const evidenceNotes = (letters: readonly Evidence[], isTaken: boolean): string[] => [
  `EV: where the price is from. ${letters.map((letter) => `${letter}: ${meanings[letter]}`).join('; ')}.`,
  ...(isTaken ? ['*: no price is known of the region, so that of us-east-1 stands for it.'] : []),
];
