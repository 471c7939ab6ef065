/** The number of columns that text takes on a terminal. Unicode Standard Annex #11, "East Asian Width". */

const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
// Marks above and below letters, and what joins emoji; U+FE0F makes the symbol before it as wide as an emoji.
const EMPTY = /(?!\uFE0F)[\p{Mn}\p{Me}\u200D]/u;

/** The columns of the longest line of a text that is spelled out. */
export function displayWidth(text: string): number {
  const widths = text.split('\n').map((line) => [...line].reduce((sum, char) => sum + columnsOf(char), 0));
  return Math.max(...widths);
}

function columnsOf(char: string): number {
  if (char < '\u0300') return 1;
  if (EMPTY.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}
