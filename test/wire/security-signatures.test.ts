/** Requests over real sockets of which a byte is another than the one that was signed: nothing of them is done. */

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { headerFields } from '../../src/wire/http/message.ts';
import { bytesOf } from '../support/content.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { requestBytes, sendBytes, statusesIn } from '../support/raw-http.ts';
import { headerSigned, type SigningCredentials, sha256 } from '../support/signed-request.ts';
import { stateOf } from '../support/store-state.ts';
import { bodyOf, chunkedForms, signedUpload, type Upload } from '../support/uploads.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

const at = () => world.environment.now();

async function stored() {
  const { Body, ...got } = await world.call('s3', 'GetObject', {
    Bucket: 'letters',
    Key: 'k',
    ChecksumMode: 'ENABLED',
  });
  const { TagSet } = await world.call('s3', 'GetObjectTagging', { Bucket: 'letters', Key: 'k' });
  const { LastModified, ...about } = got;
  return { ...about, TagSet, bytes: (await bytesOf(Body)).toString('latin1') };
}

/** What a request says, whatever the letters: names of fields in any case, white space, escapes, the order of parts. */
function said(request: Buffer) {
  const text = request.toString('latin1');
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  const [line = '', ...rest] = head.split('\r\n');
  const fields = headerFields(
    rest.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1)];
    }),
  );
  const escaped = line.replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());
  const spaced = [...fields].map(([name, values]) => [
    name,
    values.map((value) => value.replace(/[ \t]+/g, ' ').replaceAll(', ', ',')),
  ]);
  return { line: escaped.replace(/ HTTP\/1\..$/, ''), fields: spaced.sort(), body: text.slice(head.length + 4) };
}

/** A changed request, and what it is. */
type Change = readonly [what: unknown, request: Buffer];

/**
 * Sends changed requests. Whatever is not refused has to be the original in other letters, and to have its effect; of what
 * is refused, nothing may be left.
 */
async function expectRefused(changes: readonly Change[], isSame: (changed: Buffer) => boolean): Promise<void> {
  const original = await stored();
  let before = stateOf(world);
  for (let from = 0; from < changes.length; from += AT_ONCE) {
    const some = changes.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map(([, request]) => sendBytes(endpoint.server.port, request)));
    let isAccepted = false;
    for (const [n, [what, request]] of some.entries()) {
      // No answer at all: the connection ends, as that of bytes that are no request does.
      const [status = 400, ...more] = statusesIn(answers[n] ?? '');
      expect([what, more.filter((each) => each < 400)]).toEqual([what, []]);
      if (status >= 400) continue;
      isAccepted = true;
      expect([what, status, isSame(request)]).toEqual([what, 200, true]);
    }
    if (isAccepted) {
      expect(await stored()).toEqual(original);
      before = stateOf(world);
    } else expect([some.map(([what]) => what), stateOf(world)]).toEqual([some.map(([what]) => what), before]);
  }
}

/** So that a commit serves several. */
const AT_ONCE = 16;

const withByte = (bytes: Buffer, position: number, change: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[position] = (changed[position] ?? 0) ^ change;
  return changed;
};

const headers = {
  'content-type': 'text/plain',
  'x-amz-acl': 'bucket-owner-full-control',
  'x-amz-meta-a': 'one two',
  'x-amz-server-side-encryption': 'AES256',
  'x-amz-tagging': 'a=b',
};

describe.for(['header', 'query'] as const)('a request with its signature in the %s', (place) => {
  const made = () =>
    signedUpload({
      form: 'hash',
      place,
      bytes: Buffer.from('dear reader'),
      credentials,
      at: at(),
      headers,
      target: '/letters/k?x-id=PutObject',
    });

  test('is refused with any of its bytes changed, and changes nothing', async () => {
    const upload = made();
    const bytes = requestBytes(upload.raw, bodyOf(upload));
    expect(statusesIn(await sendBytes(endpoint.server.port, bytes))).toEqual([200]);
    const meaning = said(bytes);
    const changes: Change[] = [];
    for (let position = 0; position < bytes.length; position++) {
      for (const change of [0x01, 0x20]) changes.push([[position, change], withByte(bytes, position, change)]);
      const rest = [bytes.subarray(0, position), bytes.subarray(position + 1)];
      changes.push([[position, 'left out'], Buffer.concat(rest)]);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        changes.push([[position, change], withByte(bytes, position, change)]);
      }),
      { numRuns: 300 },
    );
    await expectRefused(changes, (changed) => {
      expect(said(changed)).toEqual(meaning);
      return true;
    });
  });
});

describe.for(chunkedForms)('%s', (form) => {
  test.for([
    ['a body that is read whole', 11, 8192],
    ['a body that is read while it is stored', 98_304, 32_768],
  ] as const)('%s is refused with any of its bytes changed, and stores nothing', async ([, size, chunkBytes]) => {
    const bytes = Buffer.alloc(size, 'dear reader, ');
    const upload = signedUpload({ form, bytes, credentials, at: at(), chunkBytes });
    const head = requestBytes(upload.raw, bodyOf(upload));
    expect(statusesIn(await sendBytes(endpoint.server.port, head))).toEqual([200]);
    const body = bodyOf(upload);
    const start = head.length - body.length;
    const changes: Change[] = [];
    for (let position = 0; position < body.length; position++) {
      // All of what is around the data, and some of that.
      if (size > 1000 && isData(upload, position) && position % 4999 !== 0) continue;
      for (const change of size > 1000 ? [0x01] : [0x01, 0x20]) {
        changes.push([[position, change], withByte(head, start + position, change)]);
      }
    }
    // A letter in a length or a name may be in the other case: the object is the same.
    await expectRefused(changes, () => true);
  });
});

function isData({ chunks }: Upload, position: number): boolean {
  let from = 0;
  for (const chunk of chunks) {
    const begin = from + chunk.indexOf('\r\n') + 2;
    from += chunk.length;
    if (position >= begin && position < from - 2) return true;
  }
  return false;
}

test('a request for a service with a body of its own is refused with any of its bytes changed', async () => {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  const body = JSON.stringify({ KeyId });
  const target = 'TrentService.DisableKey';
  const raw = headerSigned({
    at: at(),
    credentials,
    service: 'kms',
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body,
    payload: sha256(body),
  });
  const bytes = requestBytes(raw, body);
  const isOn = async () => (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.Enabled;
  for (let position = 0; position < bytes.length; position++) {
    for (const change of [0x01, 0x20]) {
      const changed = withByte(bytes, position, change);
      const [status = 400] = statusesIn(await sendBytes(endpoint.server.port, changed));
      expect([position, change, await isOn()]).toEqual([position, change, status !== 200]);
      if (status !== 200) continue;
      expect(said(changed)).toEqual(said(bytes));
      await world.call('kms', 'EnableKey', { KeyId });
    }
  }
  expect(statusesIn(await sendBytes(endpoint.server.port, bytes))).toEqual([200]);
  expect(await isOn()).toBe(false);
});
