/** `KEY=VALUE`, as options take it. */

/** The key and the value, which begins after the first equals sign; undefined when there is no key or no sign. */
export function pairOf(text: string): readonly [key: string, value: string] | undefined {
  const at = text.indexOf('=');
  return at <= 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}
