/** Ranges of addresses that overlap, and an address for each that is in no narrower one. */

import { addressText, parseAddressRange } from './condition-operators.ts';

interface Span {
  readonly text: string;
  readonly bytes: 4 | 16;
  readonly first: bigint;
  readonly last: bigint;
}

/** For each range or address an address that belongs to it and to no narrower one; a range without one is left out. */
export function addressesWithin(ranges: readonly string[]): ReadonlyMap<string, string> {
  const spans = ranges.flatMap((text) => spanOf(text) ?? []);
  const found = new Map<string, string>();
  for (const span of spans) {
    const alike = spans.filter(({ bytes }) => bytes === span.bytes);
    const starts = [span.first, ...alike.map(({ last }) => last + 1n)];
    const free = starts.find(
      (at) => at >= span.first && at <= span.last && !alike.some((other) => isNarrower(other, span) && isIn(at, other)),
    );
    if (free !== undefined) found.set(span.text, textAt(free, span.bytes));
  }
  return found;
}

const isIn = (at: bigint, { first, last }: Span): boolean => at >= first && at <= last;

const isNarrower = (one: Span, other: Span): boolean => one.last - one.first < other.last - other.first;

function spanOf(text: string): Span | undefined {
  const range = parseAddressRange(text);
  if (!range) return undefined;
  const bytes = range.address.toByteArray();
  const size = bytes.length === 4 ? 4 : 16;
  const value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const span = 1n << BigInt(size * 8 - range.bits);
  const first = (value / span) * span;
  return { text, bytes: size, first, last: first + span - 1n };
}

const textAt = (value: bigint, bytes: 4 | 16): string =>
  addressText([...Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')]);
