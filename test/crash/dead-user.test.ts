import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { newCommandLine } from '../support/command-line.ts';

const HINT = 'was killed or has crashed; to look for damage, run ssebox store verify';

test.runIf(process.platform === 'linux')(
  'after a killed command the next one on a terminal names store verify, once',
  async () => {
    const line = newCommandLine();
    const program = await bundled('test/support/programs/store-writer.ts');
    const kill = async () => {
      const writer = fork(program, [line.store, 'writer', 'alone']);
      await once(writer, 'message');
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    };
    const list = (terminal?: number) => line.ok(['kms', 'list-keys'], terminal === undefined ? {} : { terminal });
    await kill();
    const first = await list(200);
    expect(first.err).toBe(`hint: a command that used the store "${line.store}" ${HINT}\n`);
    expect((await list(200)).err).toBe('');
    await kill();
    expect((await list()).err).toBe('');
  },
);

test('a command that runs at the same time is not taken for a dead one', async () => {
  const line = newCommandLine();
  const program = await bundled('test/support/programs/store-writer.ts');
  const writer = fork(program, [line.store, 'writer', 'alone']);
  await once(writer, 'message');
  expect((await line.ok(['kms', 'list-keys'], { terminal: 200 })).err).toBe('');
  writer.kill('SIGTERM');
  await once(writer, 'exit');
});
