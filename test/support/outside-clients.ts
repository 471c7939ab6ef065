/** Clients of AWS that others have made, where they are installed, against an endpoint of a test. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { ServerOptions } from '../../src/wire/server.ts';
import { type Endpoint, newCredentials, startEndpoint } from './endpoint.ts';
import { newWorld, type World } from './harness.ts';
import type { SigningCredentials } from './signed-request.ts';

const works = (program: string, ...words: string[]): boolean => spawnSync(program, words).status === 0;

/** Why a test cannot run; undefined if its clients are installed. */
export function missingClient(...clients: readonly ('aws' | 'boto3' | 'curl')[]): string | undefined {
  const absent = clients.find((client) =>
    client === 'boto3' ? !works('python3', '-c', 'import boto3') : !works(client, '--version'),
  );
  return absent && `${absent} is not installed`;
}

export interface OutsideWorld extends Endpoint {
  readonly world: World;
  readonly credentials: SigningCredentials;
  /** A folder that goes when the test ends. */
  readonly folder: string;
  /** The environment by which clients find the endpoint. */
  readonly variables: Readonly<Record<string, string>>;
}

/** An endpoint that goes by the machine's clock, since these clients do; it ends with the test. */
export async function newOutsideWorld(options: Partial<ServerOptions> = {}): Promise<OutsideWorld> {
  const world = newWorld({}, { now: Date.now });
  const credentials = await newCredentials(world);
  const endpoint = await startEndpoint(world, options);
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-clients-'));
  onTestFinished(async () => {
    await endpoint.server.close(0);
    rmSync(folder, { recursive: true, force: true });
  });
  const { url, port } = endpoint.server;
  const variables = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3_CONTROL: `http://localhost:${port}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '*',
  };
  return { ...endpoint, world, credentials, folder, variables };
}

/**
 * Begins every program for boto3: `localhost` has no names below it where the resolver of the machine does not know
 * RFC 6761, and a client makes one attempt, so that a refusal is one.
 */
const PRELUDE = `
import boto3, botocore, json, os, socket, sys
from botocore.config import Config
from botocore.exceptions import ClientError
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: resolve('127.0.0.1' if str(host).endswith('.localhost') else host, *more, **named)
def client(service, **config):
    return boto3.client(service, config=Config(retries={'total_max_attempts': 1}, **config))
def refusal(call, **input):
    try:
        call(**input)
    except ClientError as error:
        return '%s %s' % (error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Code'])
`;

/** A program in Python with boto3, whose last line prints JSON. */
export const botoProgram = (program: string): string => PRELUDE + program;

/** Runs such a program, and returns what it prints. */
export async function boto3(
  program: string,
  { variables, folder }: Pick<OutsideWorld, 'variables' | 'folder'>,
  input: unknown = {},
): Promise<unknown> {
  const options = { env: variables, extendEnv: false, cwd: folder, input: JSON.stringify(input) } as const;
  const { stdout } = await execa('python3', ['-c', botoProgram(program)], options);
  return JSON.parse(stdout);
}
