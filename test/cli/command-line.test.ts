import { expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import { commandName } from '../../src/cli/aws-input/flags.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { serviceGroups } from '../../src/cli/service-groups.ts';
import { commandTree } from '../../src/cli/tree.ts';

const program = { name: 'ssebox', tree: commandTree } as const;
const read = (words: readonly string[]) =>
  readCommandLine(words, program, { width: 80, color: false, isTerminal: false });

const operations = Object.entries(serviceGroups).flatMap(([group, { service }]) =>
  operationNames(service).map((operation) => [group, commandName(operation)] as const),
);

/** Behind `--` there is nothing, but commander reads the words before it. */
const readByCommander = (words: readonly string[]) => read([...words, '--']);

test('whole options of an operation are read as commander reads them', async () => {
  for (const names of operations) {
    const bare = await read(names);
    if (bare.kind !== 'command') throw new Error(`${names.join(' ')} is not a command`);
    const options = Object.entries(bare.spec.options ?? {});
    const words = [
      ...names,
      ...options.flatMap(([name, { type }]) => (type === 'string' ? [`--${name}`, `a ${name}`] : [])),
      // Of a repeated option the last one counts; a value may be empty, and contain what separates others.
      ...options.flatMap(([name, { type }], i) =>
        type === 'string' ? [`--${name}=${['', '=b\n', '--c'][i % 3]}`] : [],
      ),
    ];
    for (const asked of [names, words]) {
      const { values, path } = (await read(asked)) as typeof bare;
      const byCommander = (await readByCommander(asked)) as typeof bare;
      expect({ path, values }, asked.join(' ')).toStrictEqual({ path: byCommander.path, values: byCommander.values });
    }
  }
});
