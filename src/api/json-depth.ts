/** How deep JSON may be nested, so that everything that walks through it has room on the stack. */

/** As deep as the AWS CLI reads JSON: Python's limit of recursion. */
export const MAX_JSON_DEPTH = 1000;

/** Whether lists and objects are nested deeper than is read in what is, or looks like, the text of JSON. */
export function isTooDeep(text: string): boolean {
  // Most texts are shorter than that many brackets.
  if (text.length <= MAX_JSON_DEPTH) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isInText) {
      if (char === '\\') at += 1;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
}
