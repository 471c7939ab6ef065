/** CBOR as AWS's services use it: RFC 8949, and of its tags only times. Smithy specification, "RPC v2 CBOR protocol". */

import { decode, encode, Tagged, Token, Tokenizer, Type } from 'cborg';
import { readEpochSeconds, writeEpochSeconds } from './scalars.ts';

/** Deeper than any model, and shallow enough for the stack of a recursive decoder. */
const MAX_DEPTH = 64;

/** Seconds since 1970. */
const TIME_TAG = 1;

/** A number that is written in eight bytes, even if it is whole: some clients read nothing else as one. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Times are dates, bytes are arrays of them, and integers beyond those of JavaScript are rounded. @throws Error */
export const readCbor = (bytes: Uint8Array): unknown =>
  decode(bytes, {
    tokenizer: shallowTokens(bytes),
    rejectDuplicateMapKeys: true,
    tags: { [TIME_TAG]: (content) => timeOf(content()) },
  });

/** Members keep their order. Dates are times, whatever holds them. */
export const writeCbor = (value: unknown): Uint8Array =>
  encode(value, { float64: true, mapSorter: () => 0, typeEncoders });

export const timeTag = (date: Date): Tagged => new Tagged(TIME_TAG, writeEpochSeconds(date));

const typeEncoders = {
  Object: (value: unknown) => (value instanceof Double ? new Token(Type.float, value.value) : null),
};

function timeOf(seconds: unknown): Date {
  const date =
    typeof seconds === 'number' || typeof seconds === 'bigint' ? readEpochSeconds(Number(seconds)) : undefined;
  if (!date) throw new Error('a time is a number');
  return date;
}

/** The tokens of a document. @throws Error at one that is nested too deep */
function shallowTokens(bytes: Uint8Array) {
  const tokens = new Tokenizer(bytes, {});
  /** How many items the arrays and maps that are open still have. */
  const open: number[] = [];
  let tags = 0;
  const next = (): Token => {
    const token = tokens.next();
    if (Type.equals(token.type, Type.tag)) tags += 1;
    else {
      tags = 0;
      const items = itemsOf(token);
      if (items > 0) open.push(items);
      else finish(Type.equals(token.type, Type.break));
    }
    if (open.length + tags > MAX_DEPTH) throw new Error(`deeper than ${MAX_DEPTH}`);
    return token;
  };
  const finish = (isBreak: boolean): void => {
    if (isBreak) open.pop();
    for (let left = open.pop(); left !== undefined; left = open.pop()) {
      if (left > 1) {
        open.push(left - 1);
        return;
      }
    }
  };
  return { next, done: () => tokens.done(), pos: () => tokens.pos() };
}

function itemsOf({ type, value }: Token): number {
  if (Type.equals(type, Type.array)) return Number(value);
  return Type.equals(type, Type.map) ? 2 * Number(value) : 0;
}
