import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isRereadable } from '../../src/api/message.ts';
import { fileBody } from '../../src/cli/commands/s3/file-body.ts';
import { fileState } from '../../src/cli/sent-file.ts';

const MIB = 1024 ** 2;
const SIZE = 3 * MIB + 17;

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-body-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(SIZE, 'abc'));
  // Long enough ago that the file system's clock tells a change from it.
  utimesSync(path, 1, 1);
  return path;
}

async function read(bytes: AsyncIterable<Uint8Array>, seen: (piece: Uint8Array) => void = () => {}): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) {
    pieces.push(Buffer.from(piece));
    seen(piece);
  }
  return Buffer.concat(pieces);
}

test('a file is read again from its beginning, as often as it is sent, and its bytes count once', async () => {
  const path = newFile();
  let moved = 0;
  const { Body, ContentLength } = await fileBody(path, (count) => {
    moved += count;
  });
  if (!isRereadable(Body)) throw new Error('it cannot be read again');
  expect(ContentLength).toBe(SIZE);
  for await (const _ of Body) break;
  expect(moved).toBe(MIB);
  const whole = Buffer.alloc(SIZE, 'abc');
  expect((await read(Body)).equals(whole)).toBe(true);
  expect((await read(Body)).equals(whole)).toBe(true);
  expect(moved).toBe(SIZE);
});

test('a reading that is not over when the next begins changes nothing for that one', async () => {
  let moved = 0;
  const { Body } = await fileBody(newFile(), (count) => {
    moved += count;
  });
  const given = (Body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  await given.next();
  const again = await read(Body as AsyncIterable<Uint8Array>, () => void given.next());
  expect(again.equals(Buffer.alloc(SIZE, 'abc'))).toBe(true);
  expect(moved).toBe(SIZE);
});

const changes: Readonly<Record<string, (path: string) => void>> = {
  longer: (path) => appendFileSync(path, 'x'),
  shorter: (path) => truncateSync(path, MIB + 1),
  rewritten: (path) => writeFileSync(path, Buffer.alloc(SIZE, 'xyz')),
  'another one': (path) => {
    writeFileSync(`${path}2`, Buffer.alloc(SIZE, 'xyz'));
    utimesSync(`${path}2`, 1, 1);
    renameSync(`${path}2`, path);
  },
  gone: (path) => rmSync(path, { force: true }),
};

test.for(Object.entries(changes))('a file that is %s while it is read has no end', async ([name, change]) => {
  const path = newFile();
  const state = await fileState(path);
  const { Body } = await fileBody(path, () => {}, { state, start: 0, end: SIZE });
  const ended = read(Body as AsyncIterable<Uint8Array>, () => change(path));
  await expect(ended).rejects.toThrow(
    name === 'gone' ? 'does not exist' : `the file "${path}" changed while it was read`,
  );
});

test('a part that is read after the file has changed has no end either', async () => {
  const path = newFile();
  const state = await fileState(path);
  appendFileSync(path, 'x');
  const { Body } = await fileBody(path, () => {}, { state, start: 0, end: MIB });
  await expect(read(Body as AsyncIterable<Uint8Array>)).rejects.toThrow('changed while it was read');
});
