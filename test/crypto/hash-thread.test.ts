import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { build } from 'esbuild';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { HashThread } from '../../src/crypto/hash-thread.ts';
import { beginHashStream } from '../../src/crypto/hash-threads.ts';

const shared = (text: string) => {
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length));
  bytes.set(Buffer.from(text));
  return bytes;
};
const hex = (digests: readonly Uint8Array[]) => digests.map((digest) => Buffer.from(digest).toString('hex'));
const hashes = (text: string, ...names: readonly string[]) =>
  names.map((name) => createHash(name).update(text).digest('hex'));

test('streams in one thread have separate hashes', async () => {
  const thread = new HashThread();
  const [one, two] = [thread.begin(['md5', 'sha1']), thread.begin(['sha256'])];
  for (const text of ['one ', 'two ', 'three']) {
    void one.hash(shared(text));
    await two.hash(shared(text.toUpperCase()));
  }
  expect(hex(await two.end())).toEqual(hashes('ONE TWO THREE', 'sha256'));
  expect(hex(await one.end())).toEqual(hashes('one two three', 'md5', 'sha1'));
  expect(thread.streams).toBe(2);
  one.close();
  one.close();
  expect(thread.streams).toBe(1);
  two.close();
});

test('a closed stream does not affect the others, and leaves nothing in the thread', async () => {
  const thread = new HashThread();
  const [given, kept] = [thread.begin(['md5']), thread.begin(['md5'])];
  void given.hash(shared('given'));
  await kept.hash(shared('kept'));
  given.close();
  expect(hex(await kept.end())).toEqual(hashes('kept', 'md5'));
  kept.close();
  expect(await given.end()).toEqual([]);
});

test('a thread that fails reports it to all its streams, and the next stream gets another thread', async () => {
  const failing = beginHashStream(['no such hash']);
  const waiting = failing.hash(shared('text'));
  await expect(waiting).rejects.toThrow('Digest method not supported');
  await expect(failing.hash(shared('text'))).rejects.toThrow('Digest method not supported');
  await expect(failing.end()).rejects.toThrow('Digest method not supported');
  const next = beginHashStream(['md5']);
  await next.hash(shared('text'));
  expect(hex(await next.end())).toEqual(hashes('text', 'md5'));
  for (const stream of [failing, next]) stream.close();
});

test('if one stream cannot begin, the others of its thread fail too', async () => {
  const thread = new HashThread();
  const [good, bad] = [thread.begin(['md5']), thread.begin(['no such hash'])];
  await expect(good.hash(shared('text'))).rejects.toThrow('Digest method not supported');
  expect(thread.isOver).toBe(true);
  for (const stream of [good, bad]) stream.close();
});

test('streams share one thread with two processors, and two with more: the next stream goes where there are fewest', async () => {
  const good = [beginHashStream(['md5']), beginHashStream(['md5']), beginHashStream(['md5'])];
  await Promise.all(good.map((stream) => stream.hash(shared('text'))));
  // What fails takes the streams of its thread with it: all three, or the one that has a thread to itself.
  const bad = beginHashStream(['no such hash']);
  await expect(bad.end()).rejects.toThrow('Digest method not supported');
  const ends = await Promise.allSettled(good.map((stream) => stream.end()));
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(availableParallelism() > 2 ? 1 : 3);
  for (const stream of [...good, bad]) stream.close();
});

test('a process ends although its thread is idle, but not before it has its digests', async () => {
  const contents = `
    import { HashThread } from './src/crypto/hash-thread.ts';
    const stream = new HashThread().begin(['md5']);
    const memory = new Uint8Array(new SharedArrayBuffer(64 * 1024 * 1024));
    stream.hash(memory);
    stream.end().then(([digest]) => console.log(Buffer.from(digest).toString('hex')));`;
  const bundle = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    write: false,
  });
  const { stdout } = await execa(process.execPath, ['-'], { input: bundle.outputFiles[0]?.text ?? '' });
  expect(stdout).toBe(
    createHash('md5')
      .update(Buffer.alloc(64 * 1024 * 1024))
      .digest('hex'),
  );
});
