/** Programs for child processes that make calls: the service models lie beside them, where their loader looks. */

import { symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { serviceNames } from '../../src/api/model/service-names.ts';
import { bundled } from './bundled.ts';

/** Bundles a program for as long as the test runs. @returns its path. */
export async function bundledWithModels(source: string): Promise<string> {
  const program = await bundled(source);
  for (const name of [...serviceNames, 'operations']) {
    symlinkSync(resolve('src/api/model', `${name}.json`), join(dirname(program), `${name}.json`));
  }
  return program;
}
