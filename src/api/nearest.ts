/** What somebody may have meant by a word that is not one of those allowed. */

/**
 * The allowed words that are most like one that was typed, the nearest first: those with a few letters more, less, other
 * or in another order, and those that begin or end with the same words (`rotate-key`: `rotate`, `rotate-key-on-demand`).
 */
export function nearest(typed: string, allowed: Iterable<string>, most = 3): readonly string[] {
  const word = typed.toLowerCase();
  const near: { readonly name: string; readonly far: number }[] = [];
  for (const name of new Set(allowed)) {
    const far = distance(word, name.toLowerCase());
    if (far <= tolerance(word)) near.push({ name, far });
    else if (sharesWords(word, name.toLowerCase())) near.push({ name, far: tolerance(word) + far });
  }
  return near
    .sort((one, other) => one.far - other.far || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** `did you mean "Action"?`, `did you mean "a" or "b"?`; undefined if nothing is near. */
export function didYouMean(typed: string, allowed: Iterable<string>): string | undefined {
  const near = nearest(typed, allowed).map((name) => `"${name}"`);
  return near.length === 0 ? undefined : `did you mean ${oneOf(near)}?`;
}

/** `"x" is none of a and b: did you mean "a"?`: a value that is not one of those allowed. */
export function allowed(typed: string, values: readonly string[]): string {
  const near = didYouMean(typed, values);
  return `the allowed values are ${oneOf(values, 'and')}${near === undefined ? '' : `: ${near}`}`;
}

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[], conjunction = 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;

/** The number of wrong letters for which a word still counts as mistyped. */
const tolerance = (word: string): number => Math.min(3, Math.floor((word.length + 1) / 3));

/** Whether one of two names of several words is the beginning or the end of the other. */
function sharesWords(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= 3 && (long.startsWith(`${short}-`) || long.endsWith(`-${short}`));
}

/**
 * Letters to add, drop, replace or swap with a neighbour: the optimal string alignment distance. Names are short, so the
 * whole table is kept.
 */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 40) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const above = rows[i - 1] ?? [];
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const step = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(swapped ? Math.min(step, (rows[i - 2]?.[j - 2] ?? 0) + 1) : step);
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? 0;
}
