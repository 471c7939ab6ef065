/**
 * What it costs that the calls of a command go to an endpoint, here `ssebox serve` on the same machine: the start of a
 * command, the bytes of large objects a second, and the memory that these take.
 */

import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, least, median } from './measure.ts';
import type { Programs } from './program.ts';
import { GiB, MiB } from './stage.ts';

const STARTS = 40;
const LARGE_ROUNDS = 3;
const SMALLER = 64 * MiB;

export async function atEndpoint(folder: string, programs: Programs): Promise<Figure[]> {
  const store = join(folder, 'store');
  const { ssebox, start } = programs;
  const { AccessKey } = JSON.parse(ssebox(store, 'iam', 'create-access-key', '--user-name', 'admin'));
  const server = start(store, 'serve', '--port', '0', '--quiet', '--log', 'none');
  const ended = once(server, 'exit');
  const [url] = await once(server.stdout, 'data');
  const there = {
    AWS_ENDPOINT_URL: String(url).trim(),
    AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
  };
  try {
    return [
      ...(await startAt(there, join(folder, 'other'), programs)),
      ...(await largeObjectsAt(there, folder, programs)),
    ];
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

type Variables = Readonly<Record<string, string>>;

/** A command at the endpoint, and in a store that nobody else has open. */
async function startAt(there: Variables, store: string, { node, ssebox, sseboxWith }: Programs): Promise<Figure[]> {
  const here = JSON.parse(ssebox(store, 'kms', 'create-key')).KeyMetadata.KeyId;
  const key = JSON.parse(sseboxWith(there, 'kms', 'create-key')).KeyMetadata.KeyId;
  const works = {
    node: () => node('-e', '0'),
    there: () => sseboxWith(there, 'kms', 'describe-key', '--key-id', key),
    here: () => ssebox(store, 'kms', 'describe-key', '--key-id', here),
  };
  // What V8 compiled is kept at the first run of a command.
  await inTurns(3, works);
  const times = await inTurns(STARTS, works);
  return [
    {
      name: 'ssebox kms describe-key at an endpoint ÷ node -e 0',
      value: median(times.there) / median(times.node),
      unit: '÷',
      aim: { atMost: 2.2 },
    },
    {
      name: 'ssebox kms describe-key at an endpoint ÷ in a store',
      value: median(times.there) / median(times.here),
      unit: '÷',
    },
  ];
}

async function largeObjectsAt(there: Variables, folder: string, programs: Programs): Promise<Figure[]> {
  const { ssebox, sseboxWith, peakWith } = programs;
  const store = join(folder, 'large');
  const [file, smaller, got] = ['file', 'smaller', 'got'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(file, Buffer.alloc(GiB, 7));
  writeFileSync(smaller, Buffer.alloc(SMALLER, 7));
  const object = 's3://large/object';
  ssebox(store, 's3', 'mb', 's3://large');
  sseboxWith(there, 's3', 'mb', 's3://large');
  const times = await inTurns(LARGE_ROUNDS, {
    putHere: () => ssebox(store, 's3', 'put', file, object),
    putThere: () => sseboxWith(there, 's3', 'put', file, object),
    getHere: () => ssebox(store, 's3', 'get', object, got, '--yes'),
    getThere: () => sseboxWith(there, 's3', 'get', object, got, '--yes'),
  });
  const grown = (...words: readonly (readonly string[])[]) => {
    const [large = 0, small = 0] = words.map((each) => peakWith(there, ...each));
    return large - small;
  };
  const put = grown(['s3', 'put', file, object], ['s3', 'put', smaller, `${object}-smaller`]);
  const get = grown(['s3', 'get', object, got, '--yes'], ['s3', 'get', `${object}-smaller`, got, '--yes']);
  rmSync(file);
  return [
    {
      name: 's3 put of 1 GiB to an endpoint, bytes a second ÷ into a store',
      value: least(times.putHere) / least(times.putThere),
      unit: '÷',
      aim: { atLeast: 0.5 },
    },
    {
      name: 's3 get of 1 GiB from an endpoint, the same',
      value: least(times.getHere) / least(times.getThere),
      unit: '÷',
      aim: { atLeast: 0.5 },
    },
    { name: 'peak memory of s3 put of 1 GiB − of 64 MiB', value: put, unit: 'MiB', aim: { atMost: 32 } },
    { name: 'peak memory of s3 get of 1 GiB − of 64 MiB', value: get, unit: 'MiB', aim: { atMost: 32 } },
  ];
}
