/** Scalars as the protocols write them. */

/** The bytes that a text of base64 stands for; undefined if it is not base64: RFC 4648, section 4. */
export function readBase64(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

export const writeBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** The instant of seconds since 1970, to the millisecond; undefined if no calendar has it. */
export function readEpochSeconds(seconds: number): Date | undefined {
  return validDate(Math.round(seconds * 1000));
}

/** Seconds since 1970, with up to three decimals. */
export const writeEpochSeconds = (date: Date): number => date.getTime() / 1000;

/** ISO 8601 without a fraction that is zero. */
export const writeIsoTime = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

function validDate(ms: number): Date | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** A number that has no digits, by its name; undefined for every other text: Smithy, "AWS JSON 1.1 protocol". */
export const readNotFinite = (text: string): number | undefined =>
  Object.hasOwn(NOT_FINITE, text) ? NOT_FINITE[text] : undefined;
