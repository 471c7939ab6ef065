/** A store on this machine and an endpoint over another one, between which commands copy. */

import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type CommandLine, type Ended, newCommandLine, type RunOptions } from './command-line.ts';
import { type Endpoint, newCredentials, startEndpoint } from './endpoint.ts';
import { newWorld, type World } from './harness.ts';
import type { SigningCredentials } from './signed-request.ts';

/** An endpoint with a bucket `far`, over a world of its own. */
export interface FarSide extends Endpoint {
  readonly world: World;
  readonly credentials: SigningCredentials;
  readonly url: string;
  /** What a shell has set that works with this endpoint. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface TwoSides {
  /** With a bucket `near`. */
  readonly line: CommandLine;
  readonly far: FarSide;
  /** Runs a command of `s3` in a shell that works with the endpoint. */
  across(words: readonly string[], options?: RunOptions): Promise<Ended>;
}

/** It ends with the test. */
export async function newFarSide(): Promise<FarSide> {
  const world = newWorld();
  const credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'far' });
  const endpoint = await startEndpoint(world);
  onTestFinished(() => endpoint.server.close(0));
  const { url } = endpoint.server;
  return { ...endpoint, world, credentials, url, variables: { AWS_ENDPOINT_URL: url, ...keysOf(credentials) } };
}

/** The variable of a config file by which whatever is longer than S3's smallest part, of 5 MiB, goes in parts of that size. */
export function smallParts({ path }: CommandLine): Readonly<Record<string, string>> {
  const file = path('small-parts');
  writeFileSync(file, '[default]\ns3 =\n  multipart_threshold = 5MB\n  multipart_chunksize = 5MB\n');
  return { AWS_CONFIG_FILE: file };
}

/** The variables that have credentials. */
export const keysOf = ({ accessKeyId, secretAccessKey }: SigningCredentials): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

export async function newTwoSides(): Promise<TwoSides> {
  const line = newCommandLine();
  const [far] = await Promise.all([newFarSide(), line.ok(['s3', 'mb', 's3://near'])]);
  const small = smallParts(line);
  return {
    line,
    far,
    across: (words, { variables, ...options } = {}) =>
      line.ssebox(['s3', ...words], { ...options, variables: { ...far.variables, ...small, ...variables } }),
  };
}

export async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
