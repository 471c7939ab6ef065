/** Unique ids of IAM entities: IAM User Guide, "IAM identifiers", unique identifiers. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export type IdPrefix = 'AIDA' | 'AROA' | 'AGPA' | 'ANPA' | 'AKIA' | 'ASIA';

/** A new id: the prefix of its kind, then upper-case letters and digits, 21 characters in all; access keys have 20. */
export function newEntityId(prefix: IdPrefix, random: (size: number) => Uint8Array): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17;
  return `${prefix}${idText(random(length))}`;
}

/** A character for each byte, of which five bits count. */
export function idText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += ALPHABET[byte & 31];
  return text;
}
