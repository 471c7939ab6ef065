/** What somebody may have meant by a word that is not one of those allowed. */

/**
 * The allowed words that are most like one that was typed: those spelled the same but for capitals, hyphens and
 * underscores or with one wrong letter, else those that share its words (`rotate-key`: `rotate`,
 * `rotate-key-on-demand`), else those with the fewest wrong letters.
 */
export function nearest(typed: string, allowed: Iterable<string>, most = 3): readonly string[] {
  const word = plain(typed);
  const compared = [...new Set(allowed)].map((name) => {
    const other = plain(name);
    const wrong = distance(word, other);
    const isMistyped = wrong <= tolerance(word);
    // One wrong letter is more likely than a word too much, and that is more likely than several wrong letters.
    const rank = isMistyped && wrong <= 1 ? wrong : sharesWords(word, other) ? 1.5 : isMistyped ? wrong : undefined;
    return { name, wrong, rank };
  });
  const best = Math.min(...compared.flatMap(({ rank }) => rank ?? []));
  return compared
    .filter(({ rank }) => rank === best)
    .sort((one, other) => (one.wrong === other.wrong ? (one.name < other.name ? -1 : 1) : one.wrong - other.wrong))
    .slice(0, most)
    .map(({ name }) => name);
}

/** `CreateKey`, `create_key`, `Create-Key`: all the same. */
const plain = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();

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

/** Whether one of two names begins or ends with the other, or has all of its words, which are two at least. */
function sharesWords(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length < 2) return false;
  if (long.startsWith(`${short}-`) || long.endsWith(`-${short}`)) return true;
  const words = long.split('-');
  const wanted = short.split('-');
  return wanted.length > 1 && wanted.every((word) => words.includes(word));
}

/** Words with more wrong letters are all equally far. */
const FAR = 40;

/**
 * Letters to add, drop, replace or swap with a neighbour: the optimal string alignment distance; infinite beyond `FAR`,
 * so that only a strip of the table is computed. The keys of objects have up to 1024 characters.
 */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > FAR) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = new Array<number>(other.length + 1).fill(Number.POSITIVE_INFINITY);
    if (i <= FAR) row[0] = i;
    for (let j = Math.max(1, i - FAR); j <= Math.min(other.length, i + FAR); j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const step = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + same);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = swapped ? Math.min(step, at(before, j - 2) + 1) : step;
    }
    if (least(row) > FAR && least(above) > FAR) return Number.POSITIVE_INFINITY;
    [before, above] = [above, row];
  }
  const wrong = at(above, other.length);
  return wrong > FAR ? Number.POSITIVE_INFINITY : wrong;
}

const least = (row: readonly number[]): number => row.reduce((one, other) => Math.min(one, other));

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
