/** Which commands work at an endpoint: every operation, every waiter, and of our own those that only make calls. */

import { expect, test } from 'vitest';
import type { CommandNode, CommandSpec } from '../../../src/cli/command.ts';
import { commandTree } from '../../../src/cli/tree.ts';
import { newEndpointLine } from '../../support/endpoint-line.ts';

/** Commands of our own, by what becomes of an endpoint; those of a group together where they are alike. */
const table: Readonly<Record<'calls' | 'writes it down' | 'refuses', readonly string[]>> = {
  calls: [
    ...['alarm delete', 'alarm history', 'alarm list'],
    ...['bucket *'],
    ...['cloudtrail validate-logs'],
    ...['endpoint check'],
    ...['kms grant', 'kms ls', 'kms rotate'],
    ...['s3 copy', 's3 cp', 's3 get', 's3 ls', 's3 mb', 's3 mv', 's3 put', 's3 rb', 's3 rm', 's3 sync'],
    ...['s3 versions', 's3 website'],
  ],
  'writes it down': ['s3 presign'],
  refuses: [
    // They read metrics, messages of alarms and the clock in the store.
    ...['alarm put', 'alarm show', 'alarm watch', 'clock *', 'metrics *', 'quota *', 'cost *', 'simulate'],
    // They try calls, which is done over a store, or look at what was decided in one.
    ...['check', 'explain *', 'iam least-privilege', 'import', 'trail *', 'who-can'],
    // They make no calls.
    ...['completion *', 'config *', 'configure *', 'iam validate', 'shim'],
    // They are about a store as a whole, make one, or are an endpoint over one.
    ...['compare', 'demo', 'env', 'exec', 'serve', 'store *'],
    // They look at files of a store, or carry out its queue.
    ...['s3 inspect', 's3 replicate'],
  ],
};

interface Leaf {
  readonly path: readonly string[];
  readonly spec: CommandSpec;
}

async function leaves(nodes: readonly CommandNode[], path: readonly string[] = []): Promise<readonly Leaf[]> {
  const found: Leaf[] = [];
  for (const node of nodes) {
    const at = [...path, node.name];
    if (node.kind === 'command') found.push({ path: at, spec: node });
    else found.push(...(await leaves(await node.load({ prose: false }), at)));
  }
  return found;
}

const all = await leaves(await commandTree.load({ prose: false }));

/** What `explain` has of them only tries their calls. */
const operations = all.filter(({ path, spec }) => spec.isOperation && path[0] !== 'explain');

const own = all.filter(({ spec }) => !spec.isOperation);

const outcomeOf = ({ callsEndpoint, usesEndpoint }: CommandSpec): keyof typeof table =>
  callsEndpoint ? 'calls' : usesEndpoint ? 'writes it down' : 'refuses';

const rowOf = ({ path }: Leaf): string | undefined =>
  Object.entries(table).find(([, names]) => names.includes(path.join(' ')) || names.includes(`${path[0]} *`))?.[0];

test('every operation and every waiter can be called at an endpoint', () => {
  expect(operations.length).toBeGreaterThan(300);
  expect(operations.filter(({ spec }) => !spec.callsEndpoint).map(({ path }) => path.join(' '))).toEqual([]);
});

test('every command of our own is in the table', () => {
  expect(own.map((leaf) => [leaf.path.join(' '), outcomeOf(leaf.spec)])).toEqual(
    own.map((leaf) => [leaf.path.join(' '), rowOf(leaf)]),
  );
});

test('a command that needs a store refuses an endpoint, whatever else is typed, and touches nothing', async () => {
  const { ssebox, home, endpoint, url } = await newEndpointLine();
  const wrong: string[] = [];
  for (const { path, spec } of own) {
    if (outcomeOf(spec) !== 'refuses') continue;
    const { code, err } = await ssebox([...path, '--endpoint-url', url]);
    if (code !== 252 || !err.includes('works with the store on this machine')) wrong.push(`${path.join(' ')}: ${err}`);
  }
  expect(wrong).toEqual([]);
  expect(home()).toEqual([]);
  expect(endpoint.exchanges).toEqual([]);
});

test('an operation has its skeleton at an endpoint, without a call and without credentials', async () => {
  const { ssebox, home, endpoint, url } = await newEndpointLine();
  const wrong: string[] = [];
  // One of each service.
  for (const { path } of new Map(operations.map((leaf) => [leaf.path[0], leaf])).values()) {
    const { code, err } = await ssebox([...path, '--generate-cli-skeleton', '--endpoint-url', url], {
      variables: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    });
    if (code !== 0) wrong.push(`${path.join(' ')}: ${err}`);
  }
  expect(wrong).toEqual([]);
  expect(home()).toEqual([]);
  expect(endpoint.exchanges).toEqual([]);
});
