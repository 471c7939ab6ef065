/** An endpoint over the store of a test's world, and a client that sends what the test has written, byte for byte. */

import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { Effect } from '../../src/call/answer.ts';
import type { Noted } from '../../src/wire/exchange.ts';
import type { Exchanged } from '../../src/wire/http/listener.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/wire/server.ts';
import type { World } from './harness.ts';
import type { RawRequest, SigningCredentials } from './signed-request.ts';

export interface Endpoint {
  readonly server: RunningServer;
  /** Errors that are not the clients'. */
  readonly failures: unknown[];
  readonly effects: Effect[];
  readonly exchanges: (Noted & Pick<Exchanged, 'status' | 'bytesIn' | 'bytesOut'>)[];
  send(raw: RawRequest, body?: Uint8Array | string): Promise<Received>;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
}

export async function startEndpoint(
  world: Pick<World, 'place'>,
  options: Partial<ServerOptions> = {},
): Promise<Endpoint> {
  const failures: unknown[] = [];
  const effects: Effect[] = [];
  const exchanges: Endpoint['exchanges'] = [];
  const place = world.place();
  const server = await startServer({
    place,
    environment: place.environment,
    host: '127.0.0.1',
    port: 0,
    credentials: { secureTransport: 'assumed' },
    failed: (error) => failures.push(error),
    after: (left) => effects.push(...left),
    observe: ({ status, bytesIn, bytesOut }, noted) => exchanges.push({ ...noted, status, bytesIn, bytesOut }),
    ...options,
  });
  return { server, failures, effects, exchanges, send: (raw, body) => send(server.port, raw, body) };
}

async function send(port: number, raw: RawRequest, body: Uint8Array | string = ''): Promise<Received> {
  const headers = raw.headers.flat();
  const names = new Set(raw.headers.map(([name]) => name.toLowerCase()));
  if (!names.has('content-length') && !names.has('transfer-encoding') && body.length > 0) {
    headers.push('content-length', `${Buffer.byteLength(body)}`);
  }
  const sent = request({ host: '127.0.0.1', port, method: raw.method, path: raw.target, headers, setHost: false });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  // A body that is refused is not read to its end.
  sent.on('error', () => undefined);
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return { status: answer.statusCode, headers: answer.headers, text: bytes.toString(), bytes };
}

/** An access key of a new user who may do everything. */
export async function newCredentials(world: World, UserName = 'sam'): Promise<SigningCredentials> {
  await world.call('iam', 'CreateUser', { UserName });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await world.call('iam', 'AttachUserPolicy', { UserName, PolicyArn });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName });
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
