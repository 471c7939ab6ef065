/** A person is shown that AWS would have throttled a command, once; a script is not. */

import { expect, test } from 'vitest';
import { hintAtRates } from '../../src/cli/over-rate.ts';
import { newCommandLine } from '../support/command-line.ts';

const HINT = 'hint: AWS would have throttled this: it allows 5 a second of CreateKey in us-east-1: ssebox quota list\n';

test("a command over one of AWS's rates is done, and a terminal shows which rate", async () => {
  const line = newCommandLine();
  const create = ['kms', 'create-key', '--query', 'KeyMetadata.KeyState'];
  for (let i = 0; i < 5; i += 1) expect((await line.ssebox(create, { terminal: 200 })).err).toBe('');
  const sixth = await line.ssebox(create, { terminal: 200 });
  expect([sixth.code, sixth.err]).toEqual([0, HINT]);
  expect(sixth.out).toContain('Enabled');
  // One line for a command with several such calls, in two regions.
  for (let i = 0; i < 4; i += 1) await line.ssebox(['kms', 'create-key', '--region', 'eu-west-1']);
  const related = await line.ssebox(['kms', 'create-key', '--multi-region', '--query', 'KeyMetadata.KeyId']);
  expect([related.code, related.err]).toEqual([0, '']);
  const replicate = ['kms', 'replicate-key', '--key-id', JSON.parse(related.out), '--replica-region', 'eu-west-1'];
  const replicated = await line.ssebox(replicate, { terminal: 200 });
  expect([replicated.code, replicated.err]).toEqual([0, HINT.replace('us-east-1', 'eu-west-1')]);
  const piped = await line.ssebox(create);
  expect([piped.code, piped.err]).toEqual([0, '']);
  line.advance(1000);
  expect((await line.ssebox(create, { terminal: 200 })).err).toBe('');
});

test.each([
  [1, ''],
  [2, ' (and 1 more rate)'],
  [3, ' (and 2 more rates)'],
])('of %i rates it names the first', (count, more) => {
  const lines: string[] = [];
  const over = Array.from({ length: count }, () => ({
    kind: 'over-rate' as const,
    account: '111122223333',
    region: 'us-east-1' as const,
    service: 'kms' as const,
    name: 'CreateKey',
    rate: 5,
  }));
  hintAtRates(over, { tell: (line) => void lines.push(String(line)) });
  expect(lines).toEqual([HINT.trimEnd().replace(': ssebox', `${more}: ssebox`)]);
});
