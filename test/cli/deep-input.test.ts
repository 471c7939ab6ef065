/** Documents and expressions that are nested deeper than anybody writes are refused in words. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';

const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const policy = `{"Version":"2012-10-17","Statement":${lists(100_000)}}`;

// The words that follow, the deep text in a file or as it stands, the exit code, and what the message says.
const cases: readonly (readonly [words: readonly string[], text: string, code: number, says: RegExp])[] = [
  [
    ['kms', 'create-key', '--tags', 'FILE'],
    lists(100_000),
    252,
    /'--tags': Invalid JSON: it is nested more than 1000 /,
  ],
  [
    ['kms', 'create-key', '--cli-input-json', 'FILE'],
    objects(100_000),
    252,
    /'--cli-input-json': Invalid JSON: it is /,
  ],
  [
    ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'YQ==', '--encryption-context', 'FILE'],
    objects(5000),
    252,
    /nested/,
  ],
  [
    ['s3api', 'delete-objects', '--bucket', 'photos', '--delete', `Objects=${'['.repeat(5000)}`],
    '',
    252,
    /nested more than 1000 /,
  ],
  [
    ['s3api', 'delete-objects', '--bucket', 'photos', '--delete', `a=${'{a='.repeat(5000)}`],
    '',
    252,
    /nested more than 1000 /,
  ],
  [['kms', 'create-key', '--policy', 'FILE'], policy, 254, /MalformedPolicyDocument|ValidationException/],
  [['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', 'FILE'], policy, 254, /MalformedPolicy/],
  [['bucket', 'policy', 'put', 'photos', 'PATH'], policy, 254, /MalformedPolicy/],
  [
    ['iam', 'put-user-policy', '--user-name', 'ana', '--policy-name', 'p', '--policy-document', 'FILE'],
    policy,
    254,
    /\((?:LimitExceeded|MalformedPolicyDocument|ValidationError)\)/,
  ],
  [['iam', 'create-role', '--role-name', 'r', '--assume-role-policy-document', 'FILE'], policy, 254, /\(/],
  [['bucket', 'replication', 'put', 'photos', 'FILE'], objects(100_000), 252, /nested/],
  [
    ['kms', 'list-keys', '--starting-token', Buffer.from(`{"Marker":${lists(20_000)}}`).toString('base64')],
    '',
    252,
    /^Bad starting token: /,
  ],
];

test.for(cases.map((each) => [each[0].join(' ').slice(0, 90), ...each] as const))(
  '%s',
  async ([, words, text, code, says]) => {
    const line = await newSample();
    const path = line.path('deep.json');
    writeFileSync(path, text);
    const ended = await line.ssebox(
      words.map((word) => (word === 'FILE' ? `file://${path}` : word === 'PATH' ? path : word)),
    );
    expect([ended.code, ended.err]).toEqual([code, expect.stringMatching(says)]);
  },
);
