/** Transcripts: what is typed after `$ `, on lines that go on after `> `, and what is shown for it. */

export interface Step {
  readonly typed: string;
  readonly shown: string;
}

/** The steps of a text that begins with one. */
export const stepsOf = (text: string): Step[] =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [typed = ''] = /^.*\n(?:> .*\n)*/.exec(step) ?? [];
      return { typed: typed.trimEnd().replaceAll('\n> ', '\n'), shown: step.slice(typed.length) };
    });

/** What is shown as a pattern: `…` is anything on its line, and a line of its own any lines. */
export function patternOf(shown: string): RegExp {
  const escaped = shown.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/^…\n/gm, '(?:.*\n)*').replaceAll('…', '.*')}$`);
}
