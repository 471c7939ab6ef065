/** Lines shown one screen at a time: nothing scrolls away before Enter says that it was read. */

import { displayWidth } from '../../output/display-width.ts';

/** A screen, and how a person says that it was read. */
export interface Reader {
  /** Columns and lines. */
  readonly width: number;
  readonly height: number;
  /** Shows a line at the bottom until Enter; throws when the person reads no further. */
  readonly pause: (message: string) => Promise<void>;
}

export interface Pager {
  /** These lines, with a pause before each that would push another one off the screen. */
  show(lines: Iterable<string>): AsyncGenerator<string>;
  /** A pause after what belongs together. */
  rest(): Promise<void>;
}

export function pagerOf({ width, height, pause }: Reader): Pager {
  // The last line of the screen is for the pause.
  const room = Math.max(1, height - 1);
  let used = 0;
  const read = async (message: string): Promise<void> => {
    await pause(message);
    used = 0;
  };
  return {
    async *show(lines) {
      for (const line of lines) {
        const rows = Math.max(1, Math.ceil(displayWidth(line) / width));
        if (used > 0 && used + rows > room) await read('-- more -- (Enter)');
        used += rows;
        yield line;
      }
    },
    rest: () => read('-- Enter for the next step, Ctrl-C to end --'),
  };
}

/** Shows everything at once. */
export const unpaged: Pager = {
  async *show(lines) {
    yield* lines;
  },
  rest: async () => {},
};
