/** A trail that has delivered log files and digest files of several hours. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type CommandLine, commandLineIn, newCommandLine } from './command-line.ts';

const HOUR = 3_600_000;

export interface Audited {
  readonly line: CommandLine;
  readonly bucket: string;
  readonly trailArn: string;
  /** What was delivered, oldest first. */
  readonly digests: readonly string[];
  readonly logs: readonly string[];
  /** Puts other bytes in the place of a file, with these metadata. */
  replace(key: string, body: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  read(key: string): Promise<{ readonly body: Uint8Array; readonly metadata: Readonly<Record<string, string>> }>;
  remove(key: string): Promise<void>;
}

interface Made {
  readonly folder: string;
  readonly trailArn: string;
  readonly bucket: string;
  readonly keys: readonly string[];
}

let made: Promise<Made> | undefined;

afterAll(async () => {
  if (made) rmSync((await made).folder, { recursive: true, force: true });
});

/** Three digest files, and log files with the uploads of each hour; a copy of its own for each test. */
export async function newAudited(): Promise<Audited> {
  made ??= makeAudited();
  const { folder, trailArn, bucket, keys } = await made;
  const line = newCommandLine();
  cpSync(join(folder, 'store'), line.store, { recursive: true });
  line.advance(HOURS * HOUR);
  const object = ['--bucket', bucket, '--key'];
  return {
    line,
    bucket,
    trailArn,
    digests: keys.filter(isDigest),
    logs: keys.filter((key) => !isDigest(key)),
    async replace(key, body, metadata = {}) {
      writeFileSync(line.path('body'), body);
      const words = ['s3api', 'put-object', ...object, key, '--body', line.path('body')];
      await line.ok([...words, '--metadata', JSON.stringify(metadata)]);
    },
    async read(key) {
      const { json } = await line.ok(['s3api', 'get-object', ...object, key, line.path('read')]);
      const { Metadata: metadata = {} } = json as { readonly Metadata?: Readonly<Record<string, string>> };
      return { body: readFileSync(line.path('read')), metadata };
    },
    async remove(key) {
      await line.ok(['s3api', 'delete-object', ...object, key]);
    },
  };
}

const HOURS = 3;

const isDigest = (key: string): boolean => key.includes('CloudTrail-Digest');

async function makeAudited(): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-audited-'));
  const line = commandLineIn(folder);
  await line.ok(['s3', 'mb', 's3://photos']);
  const { json } = await line.ok(['trail', 'data-events', 'enable', 'photos']);
  const { TrailARN: trailArn = '', S3BucketName: bucket = '' } = json as Readonly<Record<string, string>>;
  for (let hour = 0; hour < HOURS; hour += 1) {
    await line.ok(['s3api', 'put-object', '--bucket', 'photos', '--key', `${hour}`]);
    line.advance(HOUR);
    await line.ok(['trail', 'deliver']);
  }
  const listed = await line.ok(['s3api', 'list-objects-v2', '--bucket', bucket, '--query', 'Contents[].Key']);
  return { folder, trailArn, bucket, keys: listed.json as readonly string[] };
}
