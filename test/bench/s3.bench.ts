/**
 * How much of the time of a put or a get is what it cannot avoid: the cipher, the MD5 of SSE-S3's ETag, a file that is
 * written and flushed. Then small objects, and lists of few and of many objects.
 */

import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';
import type { Request } from '../../src/api/pipeline.ts';
import { assemble } from '../../src/assemble.ts';
import { processEnvironment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { ACCOUNT } from '../harness.ts';
import { modes } from '../s3/modes.ts';

const MiB = 1024 * 1024;
const SIZE = 256 * MiB;
const Bucket = 'bench';
const environment = processEnvironment();
const folder = mkdtempSync(join(tmpdir(), 'ssebox-bench-'));
const { pipeline, load, close } = assemble({ folder, environment });

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

const request = (grouped = false): Request => ({
  caller: (tx, now) => resolveCaller('user/admin', ACCOUNT, { tx, now, random: environment.random }),
  region: 'us-east-1',
  grouped,
});

await load('s3');
await pipeline.invoke('s3', 'CreateBucket', { Bucket }, request());
await pipeline.invoke(
  's3',
  'PutBucketEncryption',
  { Bucket, ServerSideEncryptionConfiguration: { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] } },
  request(),
);

const block = Buffer.alloc(MiB, 7);
async function* body(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < SIZE; at += MiB) yield block;
}

/** Few runs of what takes long. */
const few = { iterations: 3, time: 0, warmupIterations: 1, warmupTime: 0 };

describe('put of 256 MiB', () => {
  bench(
    'the cipher alone',
    () => {
      const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
      for (let at = 0; at < SIZE; at += 64 * 1024) cipher.update(block.subarray(0, 64 * 1024));
    },
    few,
  );
  bench(
    'MD5 alone',
    () => {
      const hash = createHash('md5');
      for (let at = 0; at < SIZE; at += MiB) hash.update(block);
    },
    few,
  );
  bench(
    'a file written and flushed',
    () => {
      const file = openSync(join(folder, 'plain'), 'w');
      for (let at = 0; at < SIZE; at += MiB) writeSync(file, block);
      fsyncSync(file);
      closeSync(file);
    },
    few,
  );
  for (const { name, write } of modes) {
    bench(
      name,
      async () =>
        void (await pipeline.invoke('s3', 'PutObject', { Bucket, Key: name, Body: body(), ...write }, request())),
      few,
    );
  }
});

describe('get of 256 MiB', () => {
  bench(
    'a file read',
    () => {
      const file = openSync(join(folder, 'plain'), 'r');
      while (readSync(file, block) > 0);
      closeSync(file);
    },
    few,
  );
  for (const { name, read } of modes) {
    bench(
      name,
      async () => {
        const { Body } = await pipeline.invoke('s3', 'GetObject', { Bucket, Key: name, ...read }, request());
        for await (const _piece of Body ?? []);
      },
      few,
    );
  }
  bench('the last KiB of it', async () => {
    const { Body } = await pipeline.invoke(
      's3',
      'GetObject',
      { Bucket, Key: 'SSE-S3', Range: 'bytes=-1024' },
      request(),
    );
    for await (const _piece of Body ?? []);
  });
  bench('an object of a KiB', async () => {
    await pipeline.invoke('s3', 'PutObject', { Bucket, Key: 'kib', Body: new Uint8Array(1024) }, request());
    const { Body } = await pipeline.invoke('s3', 'GetObject', { Bucket, Key: 'kib' }, request());
    for await (const _piece of Body ?? []);
  });
});

describe('1,000 objects of 4 KiB, in grouped commits', () => {
  for (const { name, write } of modes) {
    bench(
      name,
      async () => {
        const puts = Array.from({ length: 1000 }, (_, i) =>
          pipeline.invoke(
            's3',
            'PutObject',
            { Bucket, Key: `small/${i}`, Body: new Uint8Array(4096), ...write },
            request(true),
          ),
        );
        await Promise.all(puts);
      },
      few,
    );
  }
});
