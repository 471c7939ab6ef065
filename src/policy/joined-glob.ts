/** What two patterns with wildcards have in common. */

/** Longer patterns are not compared: the work is the product of their lengths. */
const LONGEST = 512;

/** What to take at a place in both patterns, and the place that follows; undefined at their ends. */
interface Move {
  readonly taken: string;
  readonly to: number;
}

/**
 * The shortest pattern whose texts both patterns cover, in which every `*` and `?` is a wildcard: of `*:deploy-*` and
 * `AROA:*` it is `AROA:deploy-*`. There may be others. Undefined if no text is covered by both, or if they are too long.
 */
export function joinedGlob(one: string, other: string): string | undefined {
  const ours = one.replace(/\*+/g, '*');
  const theirs = other.replace(/\*+/g, '*');
  if (ours.length > LONGEST || theirs.length > LONGEST) return undefined;
  const width = theirs.length + 1;
  const end = (ours.length + 1) * width - 1;
  /** Characters other than `*` from a place to the end. */
  const lengths = new Array<number>(end + 1).fill(Number.POSITIVE_INFINITY);
  const best: (Move | undefined)[] = new Array(end + 1);
  lengths[end] = 0;
  for (let at = end - 1; at >= 0; at--) {
    for (const move of movesFrom(ours[Math.floor(at / width)], theirs[at % width], at, width)) {
      const length = (lengths[move.to] ?? Number.POSITIVE_INFINITY) + move.taken.replace('*', '').length;
      if (length >= (lengths[at] ?? 0)) continue;
      lengths[at] = length;
      best[at] = move;
    }
  }
  if (lengths[0] === Number.POSITIVE_INFINITY) return undefined;
  let text = '';
  for (let move = best[0]; move; move = best[move.to]) text += move.taken;
  return text.replace(/\*+/g, '*');
}

/** The next place in ours is a whole width further, that in theirs one. */
function movesFrom(a: string | undefined, b: string | undefined, at: number, width: number): readonly Move[] {
  const passOurs = { taken: '', to: at + width };
  const passTheirs = { taken: '', to: at + 1 };
  if (a === '*' && b === '*') return [passOurs, passTheirs].map((move) => ({ ...move, taken: '*' }));
  if (a === '*') return b === undefined ? [passOurs] : [passOurs, { taken: b, to: at + 1 }];
  if (b === '*') return a === undefined ? [passTheirs] : [passTheirs, { taken: a, to: at + width }];
  if (a === undefined || b === undefined) return [];
  if (a !== b && a !== '?' && b !== '?') return [];
  return [{ taken: a === '?' ? b : a, to: at + width + 1 }];
}
