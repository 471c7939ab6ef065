/** The body of an object goes on from the byte at which its connection was cut. */

import { expect, test } from 'vitest';
import { EndpointError } from '../../../src/api/errors.ts';
import { operationModel } from '../../../src/api/model/loader.ts';
import type { ReceivedAnswer } from '../../../src/wire/client/answer.ts';
import { withContinuedBody } from '../../../src/wire/client/continued.ts';
import { headerFields, headerValue, type RequestMessage } from '../../../src/wire/http/message.ts';

const OBJECT = Buffer.from('0123456789');

/** Sends so many bytes of a range, and is cut before the rest. */
async function* cutAfter(first: number, count: number): AsyncGenerator<Uint8Array, void> {
  yield OBJECT.subarray(first, first + count);
  if (first + count < OBJECT.length) throw new EndpointError('cut', { isTransient: true });
}

test('the rest is asked for from there, and only of the same object', async () => {
  const model = operationModel('s3', 'GetObject') ?? expect.fail('there is no GetObject');
  const message: RequestMessage = {
    method: 'GET',
    target: { rawPath: '/b/k', query: [] },
    headers: headerFields([]),
    body: undefined,
  };
  const asked: (readonly [range: string | undefined, etag: string | undefined])[] = [];
  const pauses: number[] = [];
  const whole: ReceivedAnswer = {
    status: 200,
    headers: headerFields([
      ['etag', '"e"'],
      ['content-length', '10'],
    ]),
    body: cutAfter(0, 3),
  };
  const { body } = withContinuedBody(model, whole, {
    message,
    async again({ headers }) {
      const range = headerValue(headers, 'range');
      asked.push([range, headerValue(headers, 'if-match')]);
      const first = Number(/^bytes=(\d+)-9$/.exec(range ?? '')?.[1]);
      return {
        status: 206,
        headers: headerFields([
          ['etag', '"e"'],
          ['content-range', `bytes ${first}-9/10`],
        ]),
        body: cutAfter(first, 4),
      };
    },
    pause: async (ms) => void pauses.push(ms),
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe('0123456789');
  expect(asked).toEqual([
    ['bytes=3-9', '"e"'],
    ['bytes=7-9', '"e"'],
  ]);
  expect(pauses).toEqual([500, 1000]);
});
