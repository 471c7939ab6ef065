/**
 * A process that asks KMS for random bytes at the times of the machine's clock that it is given as arguments behind the
 * store's folder. It begins when its standard input ends, and prints the times at which a request was granted, and those
 * at which it was refused.
 */

import { AwsError } from '../../../src/api/errors.ts';
import { processEnvironment } from '../../../src/env.ts';
import { openSession } from '../store-session.ts';

const [folder = '', isGrouped, ...times] = process.argv.slice(2);
let nowMs = 0;
const environment = { ...processEnvironment(), now: () => nowMs };
const { call, close } = await openSession(folder, { environment, grouped: isGrouped === 'grouped' });

const granted: number[] = [];
const refused: number[] = [];

async function ask(): Promise<void> {
  const atMs = nowMs;
  try {
    await call('kms', 'GenerateRandom', { NumberOfBytes: 1 });
    granted.push(atMs);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ThrottlingException') throw error;
    refused.push(atMs);
  }
}

process.stdout.write('ready\n');
process.stdin.resume();
await new Promise((resolve) => process.stdin.once('end', resolve));
for (const time of times) {
  nowMs = Number(time);
  // Those that are under way together may share a transaction.
  await Promise.all([ask(), ask(), ask()]);
}
await close();
process.stdout.write(`${JSON.stringify({ granted, refused })}\n`);
