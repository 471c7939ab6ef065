/**
 * Text that a terminal shows as it is. A name may hold what moves the cursor, changes colours, reverses the order of
 * letters (Unicode Standard Annex #9) or cannot be seen; that is spelled out.
 */

let compiled: RegExp | undefined;

/**
 * Controls, line and paragraph separators, controls of direction, letters without a width or a character. Sets of
 * characters take long to compile, and most commands of scripts have nothing to spell out.
 */
function hidden(): RegExp {
  compiled ??= /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u00AD\u180E\u200B\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;
  return compiled;
}

/** Whether there is something to spell out. */
export const hasHidden = (text: string): boolean => text.search(hidden()) >= 0;

/** The text on one line: a line break is spelled out, too. */
export function spelledOut(text: string): string {
  return text.replace(hidden(), (char) => spelling(char.charCodeAt(0)));
}

/** The same line by line, for documents whose lines are shown below one another. */
export function spelledLines(text: string): string {
  return text.replace(hidden(), (char) => (char === '\n' ? char : spelling(char.charCodeAt(0))));
}

/** The same for `--output text`, whose fields are separated by tabs. */
export function spelledText(text: string): string {
  return text.replace(hidden(), (char) => (char === '\n' || char === '\t' ? char : spelling(char.charCodeAt(0))));
}

/** JSON that means the same, with what `spelledOut` spells out as escapes of JSON. */
export function spelledJson(json: string): string {
  return json.replace(hidden(), (char) => (char === '\n' ? char : `\\u${hex(char.charCodeAt(0), 4)}`));
}

const spelling = (code: number): string => (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
