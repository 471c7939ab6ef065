/**
 * Strings and patterns that nearly match in many ways, so that a match one position at a time would take too long: the
 * places in the pattern that the string so far can lead to are bits, of which one step moves 32. R. Baeza-Yates, G.
 * Gonnet, "A new approach to text searching", with a loop at each `*`.
 */

/** What a position of a pattern is: a literal, `?` or `*`. */
export const LITERAL = 0;
export const ONE = 1;
export const ANY = 2;

/** The place `n` is before the nth character of the pattern, `*` not counted; the last one is at its end. */
interface Places {
  readonly count: number;
  /** The places from which a character leads to the next, by the character's code point. */
  readonly onward: ReadonlyMap<number, Uint32Array>;
  /** The same for every other character: the places of `?`. */
  readonly anyOnward: Uint32Array;
  /** The places of a `*`, at which every character leads back to the same place. */
  readonly loops: Uint32Array;
}

/** Whether a string, from an index on, matches a pattern, given as its text and what each position of that is. */
export function longPatternMatches(text: string, kinds: Uint8Array, subject: string, from: number): boolean {
  const { count, onward, anyOnward, loops } = placesOf(text, kinds);
  const reached = new Uint32Array(loops.length);
  reached[0] = 1;
  for (let at = from; at < subject.length; ) {
    const codePoint = subject.codePointAt(at) ?? 0;
    at += codePoint > 0xffff ? 2 : 1;
    if (!step(reached, onward.get(codePoint) ?? anyOnward, loops)) return false;
  }
  return hasBit(reached, count);
}

/** Moves all places by one character. @returns whether any are left */
function step(reached: Uint32Array, onward: Uint32Array, loops: Uint32Array): boolean {
  let carry = 0;
  let left = 0;
  for (let word = 0; word < reached.length; word += 1) {
    const here = reached[word] ?? 0;
    const moving = here & (onward[word] ?? 0);
    const next = (moving << 1) | carry | (here & (loops[word] ?? 0));
    carry = moving >>> 31;
    reached[word] = next;
    left |= next;
  }
  return left !== 0;
}

function placesOf(text: string, kinds: Uint8Array): Places {
  const words = (text.length >> 5) + 1;
  const onward = new Map<number, Uint32Array>();
  const anyOnward = new Uint32Array(words);
  const loops = new Uint32Array(words);
  let place = 0;
  for (let at = 0; at < text.length; ) {
    const kind = kinds[at];
    const codePoint = kind === LITERAL ? (text.codePointAt(at) ?? 0) : 0;
    at += codePoint > 0xffff ? 2 : 1;
    if (kind === ANY) {
      setBit(loops, place);
      continue;
    }
    if (kind === ONE) setBit(anyOnward, place);
    else {
      const places = onward.get(codePoint) ?? new Uint32Array(words);
      onward.set(codePoint, places);
      setBit(places, place);
    }
    place += 1;
  }
  for (const places of onward.values()) {
    for (let word = 0; word < words; word += 1) places[word] = (places[word] ?? 0) | (anyOnward[word] ?? 0);
  }
  return { count: place, onward, anyOnward, loops };
}

function setBit(bits: Uint32Array, at: number): void {
  bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
}

const hasBit = (bits: Uint32Array, at: number): boolean => ((bits[at >> 5] ?? 0) & (1 << (at & 31))) !== 0;
