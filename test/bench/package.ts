/** The size of the package and of its installation, and how the installed program starts. */

import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { MiB } from './stage.ts';

export async function packaged(folder: string, { node }: Programs): Promise<Figure[]> {
  const tools = join(folder, 'tools');
  npm('pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no package');
  npm('install', '--silent', '--global', '--prefix', tools, join(folder, tarball));
  const installed = join(tools, 'lib/node_modules/ssebox');
  const program = join(installed, 'bin/ssebox.js');
  mkdirSync(join(folder, 'store'));
  const { KeyMetadata } = JSON.parse(node(program, 'kms', 'create-key', '--store', join(folder, 'store')));
  const words = ['kms', 'describe-key', '--key-id', KeyMetadata.KeyId, '--store', join(folder, 'store')];
  const works = { node: () => node('-e', '0'), describeKey: () => node(program, ...words) };
  await inTurns(3, works);
  const times = await inTurns(40, works);
  return [
    { name: 'the package', value: statSync(join(folder, tarball)).size / MiB, unit: 'MiB' },
    { name: 'installed, with the library of LMDB', value: sizeOf(installed) / MiB, unit: 'MiB' },
    {
      name: 'kms describe-key of the installed program ÷ node -e 0',
      value: median(times.describeKey) / median(times.node),
      unit: '÷',
      aim: { atMost: 1.6 },
    },
  ];
}

function npm(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('npm', args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}: ${stderr}`);
}

function sizeOf(folder: string): number {
  const sizes = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sizeOf(path) : lstatSync(path).size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
