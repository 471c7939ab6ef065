/** Bodies that are not asked for: what is refused for its signature or its route is refused without them. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials, type Wanted } from '../support/signed-request.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'here' });
  endpoint = await startEndpoint(world);
});
afterEach(() => endpoint.server.close(0));

/** The beginning of the answer to a request whose body is not sent. */
async function answerTo(wanted: Partial<Wanted>, more: readonly string[]): Promise<string> {
  const raw = headerSigned({ method: 'PUT', credentials, at: world.environment.now(), ...wanted });
  const fields = [...raw.headers.map(([name, value]) => `${name}: ${value}`), ...more];
  const socket = connect(endpoint.server.port, '127.0.0.1');
  socket.write(`${raw.method} ${raw.target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`);
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  return String(bytes);
}

const LENGTH = 'content-length: 8000000';
const forger = (): SigningCredentials => ({ ...credentials, secretAccessKey: 'another' });

test.each<[string, Partial<Wanted>, string[], string]>([
  ['of a stated hash', { payload: 'a'.repeat(64) }, [LENGTH], 'SignatureDoesNotMatch'],
  ['that nobody signs', { payload: 'UNSIGNED-PAYLOAD' }, [LENGTH], 'SignatureDoesNotMatch'],
  ['of unknown length', { payload: 'UNSIGNED-PAYLOAD' }, ['transfer-encoding: chunked'], 'SignatureDoesNotMatch'],
  ['that waits', { payload: 'a'.repeat(64) }, ['content-length: 20', 'expect: 100-continue'], 'SignatureDoesNotMatch'],
])('a body %s is not taken from somebody who signs wrongly', async (_, wanted, fields, code) => {
  for (const target of ['/here?cors', '/here?policy', '/here/key']) {
    const answer = await answerTo({ target, credentials: forger(), ...wanted }, fields);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain(`<Code>${code}</Code>`);
  }
});

test('no body is taken for a method that a path does not have', async () => {
  for (const fields of [[LENGTH], ['content-length: 20', 'expect: 100-continue']]) {
    const answer = await answerTo({ method: 'PATCH', target: '/here/key', payload: 'UNSIGNED-PAYLOAD' }, fields);
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  }
});

test('a client that waits is told to send what it has signed', async () => {
  const wanted = { target: '/here?cors', payload: 'a'.repeat(64) };
  expect(await answerTo(wanted, ['content-length: 20', 'expect: 100-continue'])).toBe('HTTP/1.1 100 Continue\r\n\r\n');
});
