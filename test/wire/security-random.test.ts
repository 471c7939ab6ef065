/** Bytes by chance, and requests with accidents: the endpoint lives, forgets them, and its store is as it should be. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { verifyStore } from '../../src/upkeep/verify.ts';

import { newCredentials } from '../support/endpoint.ts';
import { newWorld, START, type World } from '../support/harness.ts';
import { requestBytes, sendBytes, statusesIn } from '../support/raw-http.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { headerSigned, presigned, type SigningCredentials } from '../support/signed-request.ts';
import { stateOf } from '../support/store-state.ts';
import { bodyOf, payloadForms, signedUpload } from '../support/uploads.ts';
import { bundledWithModels } from '../support/with-models.ts';

const STRINGS = 10_000;
const AT_ONCE = 32;
/** Far more than what buffers and caches come to, and far less than 10,000 of anything that is kept. */
const GROWTH_BYTES = 48 * 1024 * 1024;

test('10,000 strings of bytes change nothing, and nothing of them is kept', async () => {
  const world = newWorld();
  const credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  await world.call('s3', 'PutObject', { Bucket: 'letters', Key: 'secret', Body: Buffer.from('a secret') });
  const child = fork(await bundledWithModels('test/support/programs/endpoint.ts'), [world.folder, `${START}`], {
    execArgv: ['--expose-gc'],
    env: {},
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [{ port }] = await once(child, 'message');
  const asked = async (): Promise<{ readonly bytes: number; readonly failures: readonly string[] }> => {
    const answer = once(child, 'message');
    child.send('memory');
    return (await answer)[0];
  };
  const requests = signedRequests(credentials);
  const whole = async () => {
    for (const bytes of requests) expect(statusesIn(await sendBytes(port, bytes))[0]).not.toBe(500);
    await world.call('s3', 'DeleteObject', { Bucket: 'letters', Key: 'k' });
  };
  await whole();
  const before = objectsOf(world);
  const chance = newChance('random bytes');
  let first: number | undefined;
  for (let done = 0; done < STRINGS; done += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, () => accident(requests, chance));
    const answers = await Promise.all(some.map((bytes) => sendBytes(port, bytes)));
    for (const [n, answer] of answers.entries()) {
      const statuses = statusesIn(answer);
      expect([some[n]?.toString('latin1'), statuses.filter((status) => status === 500)]).toEqual([
        some[n]?.toString('latin1'),
        [],
      ]);
    }
    if (done >= STRINGS / 10) first ??= (await asked()).bytes;
  }
  // What an accident has left whole says the same as the request that it happened to.
  await world.call('s3', 'DeleteObject', { Bucket: 'letters', Key: 'k' });
  expect(objectsOf(world)).toEqual(before);
  await whole();
  const { bytes, failures } = await asked();
  expect(failures).toEqual([]);
  expect(bytes - (first ?? 0)).toBeLessThan(GROWTH_BYTES);
  child.send('close');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const report = await verifyStore(world.place(), () => {}, new AbortController().signal);
  expect([report.Damaged, report.Unnamed ?? []]).toEqual([[], []]);
});

const objectsOf = (world: World): readonly string[] =>
  stateOf(world).filter(
    (line) => !/^(accessKeys|objects|objectData|bucketTotals) /.test(line) || line.includes('secret'),
  );

/** Requests that are right in all ways of signing and in all forms of payload, of several services. */
function signedRequests(credentials: SigningCredentials): readonly Buffer[] {
  const at = START;
  const uploads = payloadForms.flatMap((form) =>
    (['header', 'query'] as const).map((place) => {
      const upload = signedUpload({ form, place, bytes: Buffer.from('dear reader'), credentials, at });
      return requestBytes(upload.raw, bodyOf(upload));
    }),
  );
  const json = { 'x-amz-target': 'TrentService.ListKeys', 'content-type': 'application/x-amz-json-1.1' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const listing = 'Action=ListUsers&Version=2010-05-08';
  const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
  return [
    ...uploads,
    requestBytes(headerSigned({ credentials, at, service: 'kms', method: 'POST', headers: json, body: '{}' }), '{}'),
    requestBytes(
      headerSigned({ credentials, at, service: 'iam', method: 'POST', headers: form, body: listing }),
      listing,
    ),
    requestBytes(
      headerSigned({ credentials, at, method: 'PUT', target: '/letters/k?tagging', body: tagging }),
      tagging,
    ),
    requestBytes(headerSigned({ credentials, at, target: '/letters?list-type=2' })),
    requestBytes(presigned({ credentials, at, target: '/letters/secret' })),
  ];
}

interface Chance {
  bytes(size: number): Buffer;
  below(limit: number): number;
}

function newChance(seed: string): Chance {
  const random = seededRandom(seed);
  let pool: Buffer = Buffer.alloc(0);
  const bytes = (size: number): Buffer => {
    if (pool.length < size) pool = Buffer.from(random(65_536));
    const taken = pool.subarray(0, size);
    pool = pool.subarray(size);
    return taken;
  };
  return { bytes, below: (limit) => bytes(4).readUInt32LE() % limit };
}

const fragments = [
  '\r\n',
  '\n',
  '\0',
  ' ',
  ':',
  '%',
  '%00',
  '%2e%2e',
  '?',
  '&',
  '=',
  '..',
  '//',
  '\xff',
  '<',
  '"',
  ';',
  '0',
];

/** Bytes by chance, or a request that something has happened to. */
function accident(requests: readonly Buffer[], { bytes, below }: Chance): Buffer {
  if (below(4) === 0) return bytes(1 + below(2000));
  let request = requests[below(requests.length)] ?? Buffer.alloc(0);
  for (let times = 1 + below(4); times > 0; times--) {
    const from = below(request.length + 1);
    const to = Math.min(request.length, from + below(1 + below(40)));
    const [head, part, rest] = [request.subarray(0, from), request.subarray(from, to), request.subarray(to)];
    switch (below(6)) {
      case 0:
        request = Buffer.concat([head, bytes(part.length), rest]);
        break;
      case 1:
        request = Buffer.concat([head, rest]);
        break;
      case 2:
        request = Buffer.concat([head, part, part, rest]);
        break;
      case 3:
        request = Buffer.concat([head, Buffer.from(fragments[below(fragments.length)] ?? '', 'latin1'), rest]);
        break;
      case 4:
        request = below(4) === 0 ? Buffer.from(head) : Buffer.concat([rest, part, head]);
        break;
      default: {
        const changed = Buffer.from(request);
        const at = below(changed.length + 1);
        if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << below(8));
        request = changed;
      }
    }
  }
  return request;
}
