/** What is no file that can be read, wherever a command takes one: refused in words, and nothing is written. */

import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { samplePlace } from '../support/place.ts';

/** With FILE for the path. */
const commands: readonly (readonly string[])[] = [
  ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'fileb://FILE'],
  ['kms', 'create-key', '--policy', 'file://FILE'],
  ['kms', 'create-key', '--cli-input-json', 'file://FILE'],
  ['kms', 'create-key', '--tags', 'TagKey@=file://FILE,TagValue=v'],
  ['bucket', 'policy', 'put', 'photos', 'FILE'],
  ['bucket', 'replication', 'put', 'photos', 'file://FILE'],
  ['iam', 'validate', 'FILE'],
  ['who-can', 'read', 's3://reports/2026/q1.csv', '--with', 'FILE'],
  ['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--with', 'FILE'],
  ['check', 'FILE'],
  ['cost', 'estimate', 'FILE'],
  ['store', 'passphrase', 'set', 'file://FILE'],
  ['store', 'restore', 'FILE', '--yes'],
];

/** They read a stream, so that a file may be as long as an object. */
const streaming: readonly (readonly string[])[] = [
  ['s3api', 'put-object', '--bucket', 'drafts', '--key', 'k', '--body', 'FILE'],
  ['s3', 'put', 'FILE', 's3://drafts/k'],
  ['compare', 'FILE', '--times', '1'],
];

const devices = ['/proc/self/mem', '/dev/tty'].filter((path) => existsSync(path));

describe.for([...commands, ...streaming])('%j', (command) => {
  test.for(['missing', 'folder', ...devices])('%s', async (path) => {
    const place = await samplePlace();
    mkdirSync(place.path('folder'));
    const words = command.map((word) => word.replace('FILE', path));
    const { code, out, err } = await place.ssebox(words);
    expect([code, out]).toEqual([252, '']);
    expect(err).toMatch(/^[^\n]+\n$/);
    expect((await place.ssebox(['s3', 'ls', 's3://drafts'])).out).toBe('');
  });
});

test.for([
  ['bucket', 'policy', 'put', 'photos', 'FILE'],
  ['iam', 'validate', 'FILE'],
  ['who-can', 'read', 's3://reports/2026/q1.csv', '--with', 'FILE'],
  ['check', 'FILE'],
  ['cost', 'estimate', 'FILE'],
  ['simulate', 'FILE'],
])('%j names a file that is missing, and a folder', async (command) => {
  const place = await samplePlace();
  const given = async (path: string) => (await place.ssebox(command.map((word) => word.replace('FILE', path)))).err;
  expect(await given('none.json')).toBe('there is no file "none.json"\n');
  expect(await given('.')).toBe('the file "." cannot be read: it is a folder\n');
});

test.skipIf(!existsSync('/dev/tty'))('a device that is not there is refused in words', async () => {
  const place = await samplePlace();
  const { code, err } = await place.ssebox(['s3', 'put', '/dev/tty', 's3://drafts/k']);
  expect([code, err]).toEqual([252, 'the file "/dev/tty" cannot be read: the device is not there\n']);
});

test.for(commands.slice(0, -1))('%j reads no more than 8 MiB', async (command) => {
  const place = await samplePlace();
  writeFileSync(place.path('long'), '');
  truncateSync(place.path('long'), 3 * 1024 * 1024 * 1024);
  const { code, err } = await place.ssebox(command.map((word) => word.replace('FILE', 'long')));
  expect(code).toBe(252);
  expect(err).toContain('it has more than 8388608 bytes');
});

test.skipIf(!existsSync('/dev/zero'))('standard input without an end is not read to its end', async () => {
  const place = await samplePlace();
  const encrypt = 'ssebox kms encrypt --key-id alias/app --plaintext - < /dev/zero';
  const message = 'standard input has more than 8388608 bytes\n';
  expect(await place.shell(encrypt)).toEqual({ code: 252, out: '', err: message });
});

test.for([
  'ssebox s3 put - s3://drafts/k',
  'ssebox s3api put-object --bucket drafts --key k --body -',
  'ssebox kms encrypt --key-id alias/app --plaintext -',
  'ssebox bucket policy put drafts -',
])('%s, from a folder', async (line) => {
  const place = await samplePlace();
  const { code, out } = await place.shell(`${line} < .`);
  expect([code, out]).toEqual([252, '']);
});

test('a file whose length the system does not say is put as a whole, and an empty one is empty', async () => {
  const place = await samplePlace();
  writeFileSync(place.path('empty'), '');
  const piped = 'cat store/store.mdb | tee copy | ssebox s3 put /dev/stdin s3://drafts/piped';
  expect((await place.shell(piped)).code).toBe(0);
  expect((await place.ssebox(['s3', 'put', 'empty', 's3://drafts/empty'])).code).toBe(0);
  const { code } = await place.shell(
    'ssebox s3 get s3://drafts/piped back && cmp copy back && ssebox s3 get s3://drafts/empty e2 && cmp empty e2',
  );
  expect(code).toBe(0);
});
