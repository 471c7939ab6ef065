/** The script that `ssebox import --print-script` prints, run with ssebox in the place of the AWS CLI. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { samplePlace } from '../support/place.ts';

test('a dump that the script makes is imported whole, and decides as the account does', {
  timeout: 240_000,
}, async () => {
  const place = await samplePlace();
  await place.ok(['shim', place.path('bin')]);
  writeFileSync(place.path('dump.sh'), (await place.ok(['import', '--print-script'])).out);
  const PATH = `${place.path('bin')}:${place.variables.PATH}`;
  const dumped = await place.shell('sh dump.sh dump us-east-1', { PATH }, 200_000);
  expect([dumped.code, dumped.err.trim().split('\n').at(-1)]).toEqual([0, 'ssebox import dump reads it']);
  const other = ['--store', place.path('imported')];
  const imported = JSON.parse((await place.ok(['import', 'dump', ...other])).out);
  expect(imported).toMatchObject({
    Accounts: ['111122223333'],
    Counts: { Users: 3, Roles: 1, Buckets: 3 },
    Findings: [],
    Assumptions: [],
  });
  const read = ['s3', 'get', 's3://reports/2026/q1.csv', '-'];
  for (const [as, answer] of [
    ['user/ana', 'allow'],
    ['user/bob', 'deny'],
  ] as const) {
    for (const store of [[], other])
      await place.ok(['explain', '--as', as, '--expect', answer, ...store, '--', ...read]);
  }
});

test('the script only reads', async () => {
  const place = await samplePlace();
  const script = (await place.ok(['import', '--print-script'])).out;
  const operations = [...script.matchAll(/\b(?:aws|ask) (?:[a-z0-9]+) ([a-z-]+)/g)].map(([, name]) => name);
  expect(operations.length).toBeGreaterThan(20);
  expect(operations.filter((name) => !/^(?:get|list|describe)-/.test(name ?? ''))).toEqual([]);
});

test('a script that was stopped leaves a dump that says so', async () => {
  const place = await samplePlace();
  const script = (await place.ok(['import', '--print-script'])).out;
  writeFileSync(
    place.path('stopped.sh'),
    script.replace('\nset -u\n', () => '\nset -u\naws() { kill -9 $$; }\n'),
  );
  const stopped = await place.shell('sh stopped.sh dump us-east-1');
  expect(stopped.code).not.toBe(0);
  expect(readFileSync(join(place.folder, 'dump/unfinished'), 'utf8')).toContain('not come to its end');
  const { code, out } = await place.ssebox(['import', 'dump']);
  expect([code, JSON.parse(out).Imported]).toEqual([1, false]);
});
