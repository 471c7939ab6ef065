/** A line on which a person reads on with Enter, as in more(1). */

import { createInterface } from 'node:readline';
import type { Io } from './io.ts';

/**
 * Shows the line until Enter is pressed, then clears it.
 * @throws AbortError on Ctrl-C, Ctrl-D, or when the signal aborts
 */
export async function waitForEnter(
  message: string,
  { streams: { stdin, questions } }: Pick<Io, 'streams'>,
  signal: AbortSignal,
) {
  if (!questions) throw new Error('there is nobody to ask');
  signal.throwIfAborted();
  const reader = createInterface({ input: stdin, output: questions, terminal: true, historySize: 0 });
  let stop = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(new DOMException('the user reads no further', 'AbortError'));
      signal.addEventListener('abort', stop);
      // A signal that ends the program destroys standard input, which the reader reports as an error.
      reader
        .once('line', () => resolve())
        .once('SIGINT', stop)
        .once('close', stop)
        .on('error', stop);
      reader.setPrompt(message);
      reader.prompt();
    });
    // Enter has moved the cursor below the line.
    questions.write('\u001b[1A\u001b[2K');
  } catch (error) {
    questions.write('\n');
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    reader.close();
  }
}
