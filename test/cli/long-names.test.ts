/** Names that are longer than the key of any row: there is nothing by that name, which is said as for any other. */

import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';

const name = (size: number) => 'u'.repeat(size);

test.for([1979, 9000, 100_000])('of %d bytes, wherever a command takes one', async (size) => {
  const line = await newSample();
  // CloudTrail API Reference, LookupAttribute: an AttributeValue has at most 2,000 letters.
  const isRefused = size > 2000;
  for (const [words, code] of [
    [['kms', 'ls', '--as', `user/${name(size)}`], 252],
    [['kms', 'ls', '--as', `role/${name(size)}`], 252],
    [['kms', 'grant', 'alias/app', '--to', `user/${name(size)}`, '--may', 'decrypt'], 252],
    [['kms', 'describe-key', '--key-id', `alias/${name(size)}`], 254],
    [['s3', 'inspect', `s3://photos/${name(size)}`], 254],
    [['s3', 'versions', `s3://photos/${name(size)}`], 254],
    [['s3', 'ls', `s3://photos/${name(size)}`], 254],
    [['explain', 's3', 'get', `s3://photos/${name(size)}`], 0],
    [['bucket', 'show', name(size)], 254],
    [['trail', 'show', name(size)], isRefused ? 254 : 252],
    [['trail', 'lookup', '--user', name(size)], isRefused ? 254 : 0],
  ] as const) {
    const ended = await line.ssebox(words);
    expect([words[0], words[1], ended.code, ended.err.slice(0, 200)]).toEqual([
      words[0],
      words[1],
      code,
      expect.not.stringMatching(/this is a bug|damaged/),
    ]);
  }
});
