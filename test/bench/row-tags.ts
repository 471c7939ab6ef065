/**
 * What it costs that every row is authenticated: grouped calls of Encrypt in a process with the tags and sums of rows,
 * and in one without. The latter runs the same program with stand-ins for both.
 */

import { dirname, join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, least, median } from './measure.ts';
import type { Programs } from './program.ts';
import { environment, manyAtOnce, openStage, request } from './stage.ts';

/** The program without tags, which `start.js` puts beside this one. */
const UNTAGGED = 'untagged.mjs';

const ROUNDS = 8;
const UNDER_WAY = 512;
const WARM_UP_CALLS = 4096;
const CALLS = 12_000;

export async function rowTags(folder: string, { node }: Programs): Promise<Figure[]> {
  const program = process.argv[1] ?? '';
  const used = { tagged: [] as number[], untagged: [] as number[] };
  const run = (path: string, into: number[]) => {
    const store = join(folder, environment.uuid());
    into.push(Number(node(path, encryptGrouped.name, store)));
  };
  await inTurns(ROUNDS, {
    tagged: () => run(program, used.tagged),
    untagged: () => run(join(dirname(program), UNTAGGED), used.untagged),
  });
  const name = 'calls of a grouped Encrypt a CPU second, with tags ÷ without';
  return [
    { name, value: median(used.untagged) / median(used.tagged), unit: '÷', aim: { atLeast: 0.85 } },
    { name: 'the same, the least time of each', value: least(used.untagged) / least(used.tagged), unit: '÷' },
  ];
}

/** What the processes do: they print the CPU time of the calls in microseconds. */
export async function encryptGrouped([store = '']: readonly string[]): Promise<void> {
  const { pipeline, close } = await openStage(store, 'kms');
  const {
    output: { KeyMetadata },
  } = await pipeline.invoke('kms', 'CreateKey', {}, request());
  const input = { KeyId: KeyMetadata?.KeyId ?? '', Plaintext: new Uint8Array(32), EncryptionContext: { a: 'bench' } };
  const call = () => pipeline.invoke('kms', 'Encrypt', input, request({ grouped: true }));
  await manyAtOnce(UNDER_WAY, WARM_UP_CALLS, call);
  const before = process.cpuUsage();
  await manyAtOnce(UNDER_WAY, CALLS, call);
  const { user, system } = process.cpuUsage(before);
  await close();
  process.stdout.write(String(user + system));
}
