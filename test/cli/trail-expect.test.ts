import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { program } from '../../src/cli/run.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';
import { START, testEnvironment } from '../support/harness.ts';

// The sample writes three objects under the key and reads none.
test.for([
  [['--event', 'GenerateDataKey', '--expect', '3'], 0, 'as expected, 3 events match'],
  [['--event', 'GenerateDataKey', '--expect', '1'], 1, 'expected 1, but 3 events match'],
  [['--event', 'GenerateDataKey', '--expect', '4'], 1, 'expected 4, but 3 events match'],
  [['--event', 'GenerateDataKey', '--expect', '3', '--limit', '1'], 0, 'as expected, 3 events match (1 shown)'],
  [['--event', 'GenerateDataKey', '--expect', '1', '--limit', '1'], 1, 'expected 1, but 3 events match (1 shown)'],
  [['--event', 'GenerateDataKey', '--expect', '0', '--limit', '0'], 1, 'expected 0, but 3 events match (0 shown)'],
  [['--event', 'Decrypt', '--expect', '0'], 0, 'as expected, 0 events match'],
  [['--event', 'Decrypt', '--expect', '1'], 1, 'expected 1, but 0 events match'],
  [['--event', 'CreateRole', '--expect', '1'], 0, 'as expected, 1 event matches'],
  [['--event', 'CreateRole', '--expect', '2'], 1, 'expected 2, but 1 event matches'],
] as const)('the number of matching events is the gate: %j', async ([words, code, verdict]) => {
  const line = await newSample();
  for (const name of ['lookup', 'export']) {
    const ended = await line.ssebox(['trail', name, ...words]);
    expect([ended.code, ended.err], name).toEqual([code, `${verdict}\n`]);
    expect(ended.json).toHaveProperty(name === 'lookup' ? 'Events' : 'Records');
  }
});

test('all that match are counted, beyond what is shown and beyond a page of the event history', async () => {
  const line = await newSample();
  for (let i = 0; i < 55; i += 1) await line.ok(['kms', 'list-keys']);
  const { code, json, err } = await line.ssebox(['trail', 'lookup', '--event', 'ListKeys', '--expect', '55']);
  expect([code, err]).toEqual([0, 'as expected, 55 events match (20 shown)\n']);
  expect((json as { readonly Events: readonly unknown[] }).Events).toHaveLength(20);
});

test('data events count where they are wanted', async () => {
  const line = await newSample();
  await line.ssebox(['s3', 'get', 's3://photos/harbour.txt', '-', '--as', 'user/bob']);
  const words = ['trail', 'lookup', '--user', 'bob', '--errors', '--expect', '1'];
  expect(await line.ssebox(words)).toMatchObject({ code: 1, err: 'expected 1, but 0 events match\n' });
  const ended = await line.ssebox([...words, '--data-events']);
  expect(ended).toMatchObject({ code: 0, err: 'as expected, 1 event matches\n' });
});

test('without --expect nothing is said on standard error', async () => {
  const line = await newSample();
  for (const name of ['lookup', 'export']) expect((await line.ok(['trail', name])).err).toBe('');
});

test.for([
  ['-1', '--expect takes a whole number from 0 on, not "-1"\n'],
  ['few', '--expect takes a whole number, not "few"\n'],
  ['1.5', '--expect takes a whole number, not "1.5"\n'],
])('%s events cannot be expected', async ([number, text]) => {
  const line = await newSample();
  const { code, out, err } = await line.ssebox(['trail', 'lookup', '--expect', number ?? '']);
  expect([code, out, err]).toEqual([252, '', text]);
});

test('nothing is counted in a store in which nothing was called but lookups', async () => {
  const line = newCommandLine();
  const words = ['trail', 'lookup', '--service', 'kms', '--expect', '0'];
  for (let i = 0; i < 2; i += 1) {
    await line.ok(['trail', 'lookup']);
    const { code, out, err } = await line.ssebox(words);
    expect([code, out]).toEqual([253, '']);
    expect(err).toBe(
      `the store "${line.store}" is empty: no call has been made in it, so --expect 0 cannot be answered\n`,
    );
  }
  await line.ok(['s3api', 'list-buckets']);
  expect(await line.ssebox(words)).toMatchObject({ code: 0, err: 'as expected, 0 events match\n' });
});

test.for(['lookup', 'export'])(
  'a reader that closes the pipe does not hide that %s found another number',
  async (name) => {
    const line = await newSample();
    const closed = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    }).on('error', () => {});
    const heard: string[] = [];
    const stderr = new Writable({
      write(chunk: Buffer, _encoding, done) {
        heard.push(chunk.toString());
        done();
      },
    });
    const code = await program(commandTree, { name: 'ssebox', file: 'bin/ssebox.js' }).run(
      ['trail', name, '--event', 'CreateRole', '--expect', '2'],
      { ...testEnvironment(() => START), variables: { SSEBOX_STORE: line.store } },
      { stdin: Readable.from([]), stdout: closed, stderr },
    );
    expect([code, heard.join('')]).toEqual([1, 'expected 2, but 1 event matches\n']);
  },
);

test('tail counts what matches beyond what it shows', async () => {
  const line = await newSample();
  const words = ['trail', 'tail', '--event', 'GenerateDataKey'];
  const ended = await line.ssebox([...words, '--limit', '1', '--expect', '3']);
  expect([ended.code, ended.err]).toEqual([0, 'as expected, 3 events match (1 shown)\n']);
  expect(ended.out.trimEnd().split('\n')).toHaveLength(1);
  expect(await line.ssebox([...words, '--expect', '2'])).toMatchObject({
    code: 1,
    err: 'expected 2, but 3 events match\n',
  });
});

test('events of ssebox’s own do not count', async () => {
  const line = newCommandLine();
  await line.ok(['s3', 'mb', 's3://photos']);
  await line.ok(['clock', 'advance', '1d']);
  const { out, code, err } = await line.ssebox(['trail', 'tail', '--expect', '1']);
  expect(out).toContain('ssebox clock advance');
  expect([code, err]).toEqual([0, 'as expected, 1 event matches\n']);
});

test('tail does not count what is yet to come', async () => {
  const line = await newSample();
  const { code, err } = await line.ssebox(['trail', 'tail', '--follow', '--expect', '1']);
  expect([code, err]).toEqual([
    252,
    '--expect counts the events that there are, and --follow waits for more: use one of them\n',
  ]);
});

// An object under SSE-KMS costs one call to KMS, one under SSE-S3 none, and one under a bucket key none after the first.
test.for([
  ['aws:kms', '1', 0, 'as expected, 1 call was made within it'],
  ['aws:kms', '0', 1, 'expected 0, but 1 call was made within it'],
  ['AES256', '0', 0, 'as expected, 0 calls were made within it'],
  ['AES256', '2', 1, 'expected 2, but 0 calls were made within it'],
] as const)(
  'show counts the calls that were made within an upload under %s: %s',
  async ([mode, number, code, verdict]) => {
    const line = newCommandLine();
    await line.ok(['s3', 'mb', 's3://photos']);
    await line.ok(['s3api', 'put-object', '--bucket', 'photos', '--key', 'k', '--server-side-encryption', mode]);
    const { json } = await line.ok(['trail', 'lookup', '--data-events', '--event', 'PutObject']);
    const [event] = (json as { readonly Events: readonly { readonly eventID: string }[] }).Events;
    const ended = await line.ssebox(['trail', 'show', event?.eventID ?? '', '--expect', number]);
    expect([ended.code, ended.err]).toEqual([code, `${verdict}\n`]);
    expect(ended.json).toMatchObject({ eventName: 'PutObject' });
  },
);

test('show does not expect a negative number of calls', async () => {
  const line = await newSample();
  const { json } = await line.ok(['trail', 'lookup', '--limit', '1']);
  const [event] = (json as { readonly Events: readonly { readonly eventID: string }[] }).Events;
  const { code, out, err } = await line.ssebox(['trail', 'show', event?.eventID ?? '', '--expect', '-1']);
  expect([code, out, err]).toEqual([252, '', '--expect takes a whole number from 0 on, not "-1"\n']);
});
