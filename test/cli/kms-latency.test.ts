/** A command that waits for KMS, as the setting `kms.latency` makes it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { type Place, samplePlace } from '../support/place.ts';

/** Sends a signal once the program waits for KMS. */
async function interrupted({ folder, variables }: Place, words: readonly string[], signal: 'SIGINT' | 'SIGTERM') {
  const options = { cwd: folder, env: variables, extendEnv: false, reject: false, buffer: false } as const;
  const child = execa(process.execPath, [`${process.cwd()}/bin/ssebox.js`, ...words, '--debug'], options);
  for await (const line of createInterface({ input: child.stderr })) {
    if (/: wait 60000/.test(line)) child.kill(signal);
  }
  return child;
}

test('calls that are made at once wait at once, and nothing is said of it', async () => {
  const place = await samplePlace();
  await place.ok(['config', 'set', 'kms.latency', '20ms']);
  mkdirSync(place.path('many'));
  for (let i = 0; i < 30; i++) writeFileSync(place.path(`many/${i}`), `${i}`);
  const { out, err } = await place.ok(['s3', 'cp', 'many', 's3://reports/many', '--recursive']);
  expect(out.match(/^upload: /gm)).toHaveLength(30);
  expect(err).toBe('');
});

test.for([
  ['kms list-keys', 'SIGINT'],
  ['s3 get s3://reports/2026/q1.csv -', 'SIGINT'],
  ['s3 get s3://reports/2026/q1.csv -', 'SIGTERM'],
] as const)('%s ends by %s while it waits, and the store is as it was', async ([words, signal]) => {
  const place = await samplePlace();
  await place.ok(['config', 'set', 'kms.latency', '1m']);
  const { exitCode, signal: endedBy } = await interrupted(place, words.split(' '), signal);
  expect([exitCode, endedBy]).toEqual(signal === 'SIGINT' ? [130, undefined] : [undefined, 'SIGTERM']);
  await place.ok(['config', 'unset', 'kms.latency']);
  expect((await place.ok(['store', 'verify'])).err).toBe('');
});
