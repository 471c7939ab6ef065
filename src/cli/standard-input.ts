/** Standard input as a stream of bytes. */

import { fstatSync } from 'node:fs';
import { UsageError } from '../api/errors.ts';

/**
 * What comes on standard input.
 * @throws UsageError when it is a folder or a disk, which Node takes for an empty stream.
 */
export function standardInput(): AsyncIterable<Uint8Array> {
  const facts = fstatSync(0);
  if (facts.isDirectory() || facts.isBlockDevice()) {
    throw new UsageError(`standard input is a ${facts.isDirectory() ? 'folder' : 'disk'}, not a file or a pipe`);
  }
  return process.stdin;
}
