/** Names that only have to be unlike others: of AWS's log files, requests for quotas, and so on. */

export const DIGITS = '0123456789';
const SMALL_LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** What most ids of AWS Organizations consist of. */
export const SMALL_LETTERS_AND_DIGITS = SMALL_LETTERS + DIGITS;
const LETTERS = SMALL_LETTERS.toUpperCase() + SMALL_LETTERS + DIGITS;

/** So many letters and digits that are equally likely, of those given. */
export function randomName(length: number, random: (size: number) => Uint8Array, letters = LETTERS): string {
  // The bytes above the last multiple would make some letters more likely.
  const fair = 256 - (256 % letters.length);
  let name = '';
  while (name.length < length) {
    for (const byte of random(2 * length))
      if (byte < fair && name.length < length) name += letters[byte % letters.length];
  }
  return name;
}
