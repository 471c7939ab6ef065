/**
 * Pages of a store's data file that are empty, another page's, swapped or cut off: no command gives a wrong answer or
 * ends by a signal, and `store verify` always ends and notices every page that is in use.
 */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, type Ended, newCommandLine } from '../support/command-line.ts';
import { contentOf } from '../support/content.ts';
import { usedPages } from '../support/pages.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openSession } from '../support/store-session.ts';

const PAGE = 4096;
const Bucket = 'photos';
const KEYS = 40;
const OBJECTS = 60;

let genuine = '';
let good: Buffer;
let used: ReadonlySet<number>;

/** A store whose larger tables have trees of several pages, and some values on pages of their own. */
beforeAll(async () => {
  genuine = mkdtempSync(join(tmpdir(), 'ssebox-pages-'));
  const session = await openSession(join(genuine, 'store'), { grouped: true });
  const { call } = session;
  await call('s3', 'CreateBucket', { Bucket });
  await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  for (let i = 0; i < KEYS; i++) {
    const { KeyMetadata } = await call('kms', 'CreateKey', { Description: `key ${i}` });
    await call('kms', 'CreateAlias', { AliasName: `alias/key-${i}`, TargetKeyId: KeyMetadata?.KeyId ?? '' });
    await call('iam', 'CreateUser', { UserName: `user-${i}` });
  }
  const put = (i: number, size: number) =>
    call('s3', 'PutObject', {
      Bucket,
      Key: `object-${i}`,
      Body: contentOf(`object ${i}`, size),
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: `alias/key-${i % KEYS}`,
    });
  await Promise.all(Array.from({ length: OBJECTS }, (_, i) => put(i, i % 3 === 0 ? 9000 : 300)));
  await Promise.all(Array.from({ length: 10 }, (_, i) => put(i, 400)));
  // Free pages, between the others.
  await Promise.all(
    Array.from({ length: 10 }, (_, i) => call('s3', 'DeleteObject', { Bucket, Key: `object-${50 + i}` })),
  );
  await session.close();
  good = readFileSync(join(genuine, 'store', 'store.mdb'));
  used = usedPages(join(genuine, 'store', 'store.mdb'));
}, 120_000);

afterAll(() => rmSync(genuine, { recursive: true, force: true }));

/** Questions whose answers do not depend on when they are asked. */
const questions: readonly (readonly string[])[] = [
  ['kms', 'list-keys'],
  ['kms', 'list-aliases'],
  ['kms', 'describe-key', '--key-id', 'alias/key-7', '--query', 'KeyMetadata.Description'],
  ['kms', 'describe-key', '--key-id', 'alias/key-39', '--query', 'KeyMetadata.[KeyId,Enabled]'],
  ['iam', 'list-roles', '--query', 'Roles[].RoleName'],
  ['iam', 'list-users', '--query', 'Users[].UserName'],
  ['iam', 'get-user', '--user-name', 'user-21', '--query', 'User.Arn'],
  ['s3api', 'list-objects-v2', '--bucket', Bucket, '--query', 'Contents[].[Key,Size]'],
  ['s3api', 'list-object-versions', '--bucket', Bucket, '--query', 'Versions[].[Key,VersionId,IsLatest]'],
  ['s3api', 'head-object', '--bucket', Bucket, '--key', 'object-31', '--query', 'ContentLength'],
  ['s3api', 'get-bucket-versioning', '--bucket', Bucket],
  ['s3', 'cp', `s3://${Bucket}/object-33`, '-'],
  ['s3', 'cp', `s3://${Bucket}/object-4`, '-'],
  ['s3', 'rm', `s3://${Bucket}/object-12`],
  ['s3', 'cp', `s3://${Bucket}/object-8`, `s3://${Bucket}/copy`],
];

const isRefusal = ({ code, err }: Ended) => code === 253 && err.includes('cannot use the store');

const answerOf = ({ code, bytes }: Ended) => `${code} ${bytes.toString('latin1')}`;

function storeWith(line: CommandLine, name: string, bytes: Uint8Array): string {
  const folder = line.path(name);
  mkdirSync(folder, { mode: 0o700 });
  cpSync(join(genuine, 'store', 'root.key'), join(folder, 'root.key'));
  writeFileSync(join(folder, 'store.mdb'), bytes);
  return folder;
}

const answered = async (line: CommandLine, words: readonly string[], store: string): Promise<string> =>
  answerOf(await line.ssebox([...words, '--store', store]));

const kinds = ['empty', 'doubled', 'swapped', 'cut'] as const;
const TRIALS = 152;

interface Damage {
  readonly bytes: Buffer;
  /** The pages that are not as they were. */
  readonly pages: readonly number[];
  readonly what: string;
}

const pageOf = (bytes: Buffer, page: number) => bytes.subarray(page * PAGE, (page + 1) * PAGE);

/** Mostly of pages in use, sometimes of any. */
function damageOf(trial: number): Damage {
  const random = Buffer.from(seededRandom(`pages ${trial}`)(8));
  const all = good.length / PAGE;
  const some = trial % 5 === 0 ? Array.from({ length: all }, (_, page) => page) : [...used];
  const [page = 0, other = 0] = [random.readUInt32LE(0), random.readUInt32LE(4)].map((n) => some[n % some.length]);
  const kind = kinds[trial % kinds.length] ?? 'empty';
  const bytes = Buffer.from(good);
  const what = `trial ${trial}: page ${page} ${kind} (${other})`;
  if (kind === 'cut') {
    const pages = Array.from({ length: all - page }, (_, i) => page + i);
    return { bytes: bytes.subarray(0, page * PAGE + (trial % 3 === 0 ? 100 : 0)), pages, what };
  }
  if (kind === 'empty') pageOf(bytes, page).fill(0);
  else pageOf(bytes, page).set(pageOf(good, other));
  if (kind === 'swapped') pageOf(bytes, other).set(pageOf(good, page));
  return { bytes, pages: kind === 'swapped' ? [page, other] : [page], what };
}

test('no answer is wrong, and verify notices', async () => {
  const line = newCommandLine();
  const right = new Map<string, string>();
  for (const words of questions) {
    const store = storeWith(line, `right-${right.size}`, good);
    right.set(words.join(' '), await answered(line, words, store));
  }
  expect([...right.values()].map((answer) => answer.slice(0, 2))).toEqual(questions.map(() => '0 '));
  expect(await answered(line, ['store', 'verify'], storeWith(line, 'whole', good))).toMatch(/^0 /);

  let refusals = 0;
  let answers = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const { bytes, pages, what } = damageOf(trial);
    const isWhole = bytes.equals(good);
    const isInUse = pages.some((page) => page < 2 || used.has(page)) && !isWhole;
    const verified = await line.ssebox(['store', 'verify', '--store', storeWith(line, `verified-${trial}`, bytes)]);
    expect([verified.code, verified.err], what).toEqual(
      isInUse ? [253, expect.stringMatching(/damaged|is empty/)] : [0, ''],
    );
    const store = storeWith(line, `asked-${trial}`, bytes);
    for (let i = 0; i < 5; i++) {
      const words = questions[(trial * 7 + i * 4) % questions.length] ?? [];
      const ended = await line.ssebox([...words, '--store', store]);
      if (isRefusal(ended)) refusals += 1;
      else {
        answers += 1;
        expect(answerOf(ended), `${what}: ${words.join(' ')}`).toBe(right.get(words.join(' ')));
      }
      if (words[1] === 'rm' || words[1] === 'cp') break;
    }
    for (const name of [`verified-${trial}`, `asked-${trial}`]) rmSync(line.path(name), { recursive: true });
  }
  expect(refusals).toBeGreaterThan(100);
  expect(answers).toBeGreaterThan(50);
});
