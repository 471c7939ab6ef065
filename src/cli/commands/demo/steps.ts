/** The story of the demo: its commands, the expected outcome of each, and what it shows. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoFile } from './file.ts';
import type { Outcome } from './stage.ts';

export interface Verdict {
  readonly isWrong: boolean;
  readonly text: string;
}

export interface Step {
  /** The title of a chapter that begins here. */
  readonly title?: string | undefined;
  /** The words typed after `ssebox`; absent for a step that only checks something. */
  readonly words?: readonly string[] | undefined;
  readonly check: (outcome: Outcome) => Verdict | Promise<Verdict>;
}

const BUCKET = 'demo-letters';

/** The steps in order. `folder` is for the files that are read back. */
export function demoSteps(file: DemoFile, folder: string, store: string): readonly Step[] {
  const object = `s3://${BUCKET}/${file.name}`;
  const under = `s3://${BUCKET}/sse-s3/${file.name}`;
  const copy = join(folder, `copy-of-${file.name}`);
  const stolen = join(folder, `stolen-${file.name}`);
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` }],
  });
  return [
    {
      title: 'Create a KMS key, and a bucket whose objects it encrypts',
      words: [
        'kms',
        'create-key',
        '--description',
        'Demo',
        '--query',
        'KeyMetadata.[KeyId,KeyState,KeySpec]',
        '--output',
        'text',
      ],
      check: done('a KMS key; its material never leaves the store in the clear'),
    },
    {
      words: ['kms', 'create-alias', '--alias-name', 'alias/demo', '--target-key-id', KEY_ID],
      check: done('a name for it'),
    },
    { words: ['bucket', 'create', BUCKET], check: done('a bucket') },
    {
      words: ['bucket', 'default-encryption', 'set', BUCKET, '--sse', 'aws:kms', '--sse-kms-key-id', 'alias/demo'],
      check: done('from now on, objects stored there are encrypted under alias/demo'),
    },
    {
      title: 'Store a file, and see what is on the disk',
      words: ['s3', 'put', file.path, object],
      check: done(`${file.bytes.length} bytes, encrypted under a data key of their own`),
    },
    { words: ['s3', 'inspect', object], check: says('wrapped', 'the data key is stored only wrapped by the KMS key') },
    { check: () => isNowhere(file.bytes, store) },
    {
      title: 'Read it back unchanged',
      words: ['s3', 'get', object, copy],
      check: () => isSame(copy, file.bytes),
    },
    {
      title: 'Let somebody else try to read it',
      words: ['iam', 'create-user', '--user-name', 'eve', '--query', 'User.Arn', '--output', 'text'],
      check: done('a user without permissions'),
    },
    {
      words: ['s3', 'get', object, stolen, '--as', 'user/eve'],
      check: refused('AccessDenied', 's3:GetObject', stolen),
    },
    { words: ['explain', 'last'], check: says('DENIED', 'S3 says no: no policy allows s3:GetObject') },
    {
      title: 'See that permission to read the object is not permission to use the key',
      words: ['iam', 'put-user-policy', '--user-name', 'eve', '--policy-name', 'read', '--policy-document', policy],
      check: done('now S3 lets her read the bucket'),
    },
    { words: ['s3', 'get', object, stolen, '--as', 'user/eve'], check: refused('AccessDenied', 'kms:Decrypt', stolen) },
    {
      words: ['explain', 'last'],
      check: says('kms:Decrypt', 'S3 says yes, KMS says no: without the key there is no object'),
    },
    {
      title: 'Do the same under SSE-S3: anyone who may read the object can',
      words: ['s3', 'put', file.path, under, '--sse', 'AES256'],
      check: done('encrypted too, under a key that S3 owns'),
    },
    {
      words: ['s3', 'get', under, stolen, '--as', 'user/eve'],
      check: () => isSame(stolen, file.bytes, 'and KMS was never called'),
    },
    {
      title: 'Read what the audit log says about the key',
      words: ['trail', 'lookup', '--key', 'alias/demo'],
      check: logged,
    },
    {
      title: 'Disable the key, and its objects become unreadable',
      words: ['kms', 'disable-key', '--key-id', KEY_ID],
      check: done('nobody can use it now, not even its administrator'),
    },
    {
      words: ['s3', 'get', object, copy],
      check: failsWith('KMS.DisabledException', 'the object is there, but cannot be read'),
    },
    { words: ['s3', 'get', under, copy], check: () => isSame(copy, file.bytes, 'under SSE-S3 it can still be read') },
  ];
}

/** Stands for the id that the first step printed. */
export const KEY_ID = '$KEY_ID';

const right = (text: string): Verdict => ({ isWrong: false, text });
const wrong = (text: string): Verdict => ({ isWrong: true, text });

const done = (text: string) => (outcome: Outcome) =>
  outcome.code === 0 ? right(text) : wrong(`this should have succeeded, but exited with ${outcome.code}`);

const says = (word: string, text: string) => (outcome: Outcome) => {
  if (outcome.code !== 0) return wrong(`this should have succeeded, but exited with ${outcome.code}`);
  return outcome.text.includes(word) ? right(text) : wrong(`this should have said "${word}"`);
};

const refused = (code: string, action: string, target: string) => (outcome: Outcome) => {
  if (outcome.code !== 254 || !outcome.text.includes(`(${code})`) || !outcome.text.includes(action)) {
    return wrong(`this should have been refused with ${code} for lack of ${action}, but exited with ${outcome.code}`);
  }
  return existsSync(target)
    ? wrong('a file was left behind')
    : right('refused in AWS’s words, and no file was left behind');
};

const failsWith = (code: string, text: string) => (outcome: Outcome) =>
  outcome.code === 254 && outcome.text.includes(`(${code})`)
    ? right(text)
    : wrong(`this should have been refused with ${code}, but exited with ${outcome.code}`);

function logged({ code, text }: Outcome): Verdict {
  const missing = ['GenerateDataKey', 'Decrypt', 'AccessDenied', 'via s3'].filter((word) => !text.includes(word));
  if (code !== 0 || missing.length > 0) return wrong(`the log should have contained ${missing.join(', ')}`);
  return right('every use is there, with the user it was for: the put, the get, and the refused get');
}

function isSame(path: string, bytes: Uint8Array, more?: string): Verdict {
  if (!existsSync(path)) return wrong('no file was written');
  const read = readFileSync(path);
  if (Buffer.compare(read, bytes) !== 0)
    return wrong(`different bytes came back: ${read.length} instead of ${bytes.length}`);
  const digest = createHash('sha256').update(read).digest('hex').slice(0, 16);
  return right(`the same ${read.length} bytes (SHA-256 ${digest}…)${more === undefined ? '' : `, ${more}`}`);
}

/** Long enough not to occur in any ciphertext by chance. */
const SAMPLE_BYTES = 16;

/** A sample of a text that names ARNs, as the store does, is longer than what they have in common. */
const LONG_SAMPLE_BYTES = 48;

/** Searches every file of the store for bytes of the plaintext. */
function isNowhere(bytes: Uint8Array, store: string): Verdict {
  if (bytes.length < SAMPLE_BYTES) return right('the file is too short to search for in the store');
  const length = bytes.length < 10 * LONG_SAMPLE_BYTES ? SAMPLE_BYTES : LONG_SAMPLE_BYTES;
  const samples = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = Math.floor((bytes.length - length) * share);
    return Buffer.from(bytes.subarray(at, at + length));
  });
  // Sixteen equal bytes occur in any file with free space.
  const telling = samples.filter((sample) => new Set(sample).size > 4);
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const content = readFileSync(join(entry.parentPath, entry.name));
    if (telling.some((sample) => content.includes(sample))) return wrong(`its plaintext is in "${entry.name}"`);
  }
  return right(`no piece of it is in the clear anywhere in the store's ${files.length} files`);
}
