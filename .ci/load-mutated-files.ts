/**
 * Loads the files that are changed before any test does. In a file that a test loads by itself what is changed of its
 * constants would count as run by that test alone.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

for (const part of process.env.MUTATED_FILES?.split(',') ?? []) {
  const [file = ''] = part.split(':');
  // The program itself would begin to run.
  if (existsSync(file) && !/src\/(?:main|start)\.ts$/.test(file)) await import(/* @vite-ignore */ resolve(file));
}
