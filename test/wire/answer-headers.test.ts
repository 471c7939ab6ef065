/** The header fields of S3's refusals, also of what could not be read as a request. */

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';

test.each<[string, string, string, string]>([
  ['what is not HTTP', 'NOT HTTP\r\n\r\n', '400 Bad Request', 'BadRequest'],
  ['a target with a host', 'GET http://a/ HTTP/1.1\r\nHost: a', '400 Bad Request', 'InvalidURI'],
  [
    'a transfer coding',
    'PUT /b/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked',
    '501 Not Implemented',
    'NotImplemented',
  ],
  ['a request without a Host', 'GET / HTTP/1.1', '400 Bad Request', 'BadRequest'],
  ['a request of nobody', 'GET / HTTP/1.1\r\nHost: 127.0.0.1', '403 Forbidden', 'AccessDenied'],
])('%s is refused with the fields that S3 answers with', async (_, request, status, code) => {
  const world = newWorld();
  const endpoint = await startEndpoint(world);
  const socket = connect(endpoint.server.port, '127.0.0.1');
  socket.write(`${request}${request.endsWith('\n') ? '' : '\r\nConnection: close\r\n\r\n'}`);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  expect(line).toBe(`HTTP/1.1 ${status}`);
  const values = new Map(
    fields.map((field): [string, string] => {
      const [name = '', value = ''] = field.split(/: (.*)/);
      return [name.toLowerCase(), value];
    }),
  );
  expect(values.get('server')).toBe('AmazonS3');
  expect(values.get('content-type')).toBe('application/xml');
  expect(values.get('content-length')).toBe(`${body.length}`);
  expect(values.get('date')).toBe(new Date(world.environment.now()).toUTCString());
  expect(values.get('x-amz-request-id')).toMatch(/^[0-9A-Z]{16}$/);
  expect(values.get('x-amz-id-2')).toBeDefined();
  expect(body).toContain(`<Code>${code}</Code>`);
  expect(body).toContain(`<RequestId>${values.get('x-amz-request-id')}</RequestId>`);
  await endpoint.server.close(0);
});
