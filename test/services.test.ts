/** A service is a model, a folder of operations, a row of facts, a row of the command line and a loader: all are there. */

import { expect, test } from 'vitest';
import { operationNames } from '../src/api/model/loader.ts';
import type { ServiceName } from '../src/api/model/operations.ts';
import { serviceNames } from '../src/api/model/service-names.ts';
import { serviceGroups } from '../src/cli/service-groups.ts';
import { commandTree } from '../src/cli/tree.ts';
import { loadService, nothingLoaded } from '../src/services.ts';

const offered = Object.entries(serviceGroups);

async function operationsOf(service: ServiceName): Promise<readonly string[]> {
  const loaded = nothingLoaded();
  await loadService(service, loaded);
  return Object.keys(loaded.operations[service] ?? {});
}

/** What S3 does by itself for replication is no operation of AWS. */
const tasks = ['QueueExistingObjects', 'ReplicateObject'];

test.for(offered)('%s has a command for each operation, and its operations can be loaded', async ([name, row]) => {
  const group = (await commandTree.load({ prose: false })).find((node) => node.name === name);
  if (group?.kind !== 'group') return expect.fail(`${name} is not in the command tree`);
  const commands = await group.load({ prose: false });
  const own = (await row.own?.()) ?? [];
  expect(commands).toHaveLength(own.length + operationNames(row.service).length + (row.wait ? 1 : 0));
  const operations = await operationsOf(row.service);
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.filter((each) => !operationNames(row.service).includes(each) && !tasks.includes(each))).toEqual([]);
});

test.for(offered)('%s describes each operation', async ([, { prose, service }]) => {
  const { operations } = await prose();
  expect(Object.keys(operations).sort()).toEqual([...operationNames(service)].sort());
});

test('every service is on the command line', () => {
  expect(offered.map(([, { service }]) => service).sort()).toEqual([...serviceNames].sort());
});

test('every service that can be loaded is on the command line', async () => {
  const loadable: string[] = [];
  for (const service of serviceNames) if ((await operationsOf(service)).length > 0) loadable.push(service);
  expect(loadable.sort()).toEqual(offered.map(([, { service }]) => service).sort());
});
