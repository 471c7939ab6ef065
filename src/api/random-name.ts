/** Names that only have to be unlike others: of AWS's log files, requests for quotas, and so on. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** So many letters and digits that are equally likely. */
export function randomName(length: number, random: (size: number) => Uint8Array): string {
  let name = '';
  while (name.length < length) {
    // The bytes above the last multiple of 62 would make some letters more likely.
    for (const byte of random(2 * length)) if (byte < 248 && name.length < length) name += LETTERS[byte % 62];
  }
  return name;
}
