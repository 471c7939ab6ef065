/** Shows what a command came to: results to standard output, in the form that `--output` asks for. */

import type { Painter, Result, ResultShape } from './command.ts';
import type { Globals } from './globals.ts';
import type { Io, Screen } from './io.ts';

type Form = 'json' | 'table' | 'text' | 'yaml';

/** Writes a result; the answer is the exit code. */
export async function present(
  result: Result,
  globals: Globals,
  settings: Readonly<Record<string, string>>,
  io: Io,
): Promise<number> {
  const chosen = (globals.output ?? settings.output) as Form | undefined;
  switch (result.kind) {
    case 'none':
      return result.failed ? 1 : 0;
    case 'bytes':
      for await (const chunk of chunksOf(result.bytes)) await io.out(chunk);
      return 0;
    case 'lines':
      for await (const line of result.lines) await io.out(`${line}\n`);
      return 0;
    case 'page':
      // A page is for reading: a script names a form or is given JSON.
      if (chosen === undefined && globals.query === undefined && io.screen.isTerminal) {
        const { painterOf } = await import('./output/painter.ts');
        await io.out(result.page(await painterOf(io.screen)));
        return result.failed ? 1 : 0;
      }
      await showValue(result.value, undefined, undefined, chosen ?? 'json', globals, io);
      return result.failed ? 1 : 0;
    case 'value':
      await showValue(
        result.value,
        result.shape,
        result.title,
        chosen ?? (io.screen.isTerminal ? 'table' : 'json'),
        globals,
        io,
      );
      return 0;
  }
}
