/**
 * A process that puts, copies, deletes, lists and reads the same few objects as others do at the same time, a given
 * number of times, and says what it wrote and what it was refused.
 */

import { AwsError } from '../../../src/api/errors.ts';
import { bytesOf, contentOf, nameOf } from '../content.ts';
import { openSession } from '../store-session.ts';

/** What a customer tells at the end. */
export interface Visit {
  /** Names of the contents that it put. */
  readonly put: readonly string[];
  /** Versions that it added to each bucket. */
  readonly added: Readonly<Record<string, number>>;
  /** Codes of its refusals. */
  readonly refused: readonly string[];
  /** What it was given that nobody can have put. */
  readonly broken: readonly string[];
}

const [folder = '', customer = '', count = '0', ...buckets] = process.argv.slice(2);
const session = await openSession(folder, { grouped: Number(customer) % 2 === 0 });
const put: string[] = [];
const added: Record<string, number> = Object.fromEntries(buckets.map((bucket) => [bucket, 0]));
const refused: string[] = [];
const broken: string[] = [];

/** A plain row of numbers: what a customer does is the same in every run. */
let state = 1 + Number(customer);
function pick<T>(choices: readonly T[]): T {
  state = (state * 48271) % 2147483647;
  const chosen = choices[state % choices.length];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

const keys = ['a', 'b', 'c'];

async function act(turn: number): Promise<void> {
  const Bucket = pick(buckets);
  const Key = pick(keys);
  const count = (added: Record<string, number>) => {
    added[Bucket] = (added[Bucket] ?? 0) + 1;
  };
  switch (pick(['put', 'put', 'get', 'get', 'copy', 'copy', 'delete', 'list'] as const)) {
    case 'put': {
      const name = `${customer}.${turn}`;
      // Named before it is written: another process may read it before this one is told.
      put.push(name);
      await session.call('s3', 'PutObject', {
        Bucket,
        Key,
        Body: contentOf(name, pick([100, 50_000, 70_000, 600_000])),
      });
      return count(added);
    }
    case 'copy': {
      const CopySource = `${pick(buckets)}/${pick(keys)}`;
      // A copy onto itself has to change something.
      await session.call('s3', 'CopyObject', { Bucket, Key, CopySource, MetadataDirective: 'REPLACE' });
      return count(added);
    }
    case 'delete':
      await session.call('s3', 'DeleteObject', { Bucket, Key });
      return count(added);
    case 'get': {
      const { Body, ContentLength } = await session.call('s3', 'GetObject', { Bucket, Key });
      const bytes = await bytesOf(Body);
      if (nameOf(bytes) === undefined) broken.push(`${Bucket}/${Key}, ${bytes.length} of ${ContentLength} bytes`);
      return;
    }
    case 'list': {
      const { Contents = [] } = await session.call('s3', 'ListObjectsV2', { Bucket });
      const listed = Contents.map(({ Key }) => Key ?? '');
      if (listed.some((key, i) => !keys.includes(key) || listed.indexOf(key) !== i)) broken.push(listed.join(' '));
    }
  }
}

for (let turn = 0; turn < Number(count); turn++) {
  try {
    await act(turn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    refused.push(error.code);
  }
}
await session.close();
const visit: Visit = { put, added, refused, broken };
process.stdout.write(JSON.stringify(visit));
