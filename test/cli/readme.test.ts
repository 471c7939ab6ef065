import { copyFileSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isPublished, metricFacts, publishedMetrics } from '../../src/tally/metric-facts.ts';
import { newCommandLine } from '../support/command-line.ts';
import { parseLine, runLine } from '../support/shell-line.ts';
import { patternOf, stepsOf } from '../support/transcript.ts';

const text = readFileSync('README.md', 'utf8');

const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
const steps = blocks.flatMap(stepsOf);

const home = process.cwd();
afterAll(() => process.chdir(home));

test('the transcripts of the README run one after the other as written', async () => {
  const place = newCommandLine();
  copyFileSync(resolve('README.md'), place.path('README.md'));
  process.chdir(place.folder);
  for (const { typed, shown } of steps) {
    const calls = parseLine(typed.replace('export SSEBOX_STORE=./try && ', ''));
    const errors: string[] = [];
    const { bytes } = await runLine(calls ?? expect.fail(`a shell is needed for: ${typed}`), async (words) => {
      const ended = await place.ssebox(words, { terminal: 200 });
      errors.push(ended.err);
      return ended;
    });
    expect(`${errors.join('')}${bytes}`, typed).toMatch(patternOf(shown));
  }
});

test('the first transcript has eight lines', () => {
  expect(blocks[0]?.trimEnd().split('\n')).toHaveLength(8);
});

test('there is a line for every group of commands', async () => {
  const { commandTree } = await import('../../src/cli/tree.ts');
  const names = (await commandTree.load({ prose: false })).map(({ name }) => name);
  const rows = text.match(/^\| `.*$/gm)?.map((row) => row.split(' | ')[0] ?? '') ?? [];
  expect(rows.flatMap((row) => [...row.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toSorted()).toEqual(
    names.toSorted(),
  );
});

test('the table of metrics has each of them, with its unit', () => {
  const rows = [...text.matchAll(/^\| (AWS\/\w+|SSEBox) +\| (.*?) +\| .*? +\| (.*?) +\|$/gm)];
  const named = rows.flatMap(([, namespace = '', metrics = '', unit = '']) =>
    Array.from(metrics.split(':')[0]?.matchAll(/`(\w+)`/g) ?? [], ([, metric = '']) => [
      `${namespace} ${metric}`,
      unit.split(':')[0],
    ]),
  );
  // One row says that SSEBox has those of S3's requests, too, and no operation here selects.
  const expected = publishedMetrics
    .filter(
      ({ namespace, metric }) =>
        metric !== 'SelectRequests' && !(namespace === 'SSEBox' && isPublished({ namespace: 'AWS/S3', metric })),
    )
    .map((each) => [`${each.namespace} ${each.metric}`, metricFacts(each).unit]);
  expect(named.toSorted()).toEqual(expected.toSorted());
});
