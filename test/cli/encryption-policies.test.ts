/**
 * The two bucket policies about encryption that are copied the most, with the commands that write: AWS Security Blog,
 * "How to Prevent Uploads of Unencrypted Objects to Amazon S3", and Amazon S3 User Guide, "Using server-side encryption
 * with AWS KMS keys (SSE-KMS)", requiring a specific key. From 8 MiB on, files and copies go in parts.
 */

import { randomFillSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const SSE = 's3:x-amz-server-side-encryption';
const bytes = randomFillSync(Buffer.alloc(9 * 1024 ** 2));

const policies = {
  'SSE-KMS by a header': () => [{ StringNotEquals: { [SSE]: 'aws:kms' } }, { Null: { [SSE]: 'true' } }],
  'one key': (key: string) => [{ StringNotEquals: { [`${SSE}-aws-kms-key-id`]: key } }],
} as const;

/** The bucket `vault` with a policy, its default the key that the policy may ask for, and a source in another bucket. */
async function newVault(policy: keyof typeof policies): Promise<CommandLine> {
  const line = await newSample();
  writeFileSync(line.path('big'), bytes);
  writeFileSync(line.path('small'), 'small');
  mkdirSync(line.path('folder'));
  writeFileSync(line.path('folder/big'), bytes);
  await line.ok(['s3', 'cp', line.path('big'), 's3://photos/big']);
  await line.ok(['s3', 'mb', 's3://vault']);
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app']);
  const key = (json as { readonly KeyMetadata: { readonly Arn: string } }).KeyMetadata.Arn;
  const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }];
  const configuration = JSON.stringify({ Rules: rules });
  await line.ok([
    ...['s3api', 'put-bucket-encryption', '--bucket', 'vault'],
    ...['--server-side-encryption-configuration', configuration],
  ]);
  const Statement = policies[policy](key).map((Condition) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::vault/*',
    Condition,
  }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'vault', '--policy', document]);
  return line;
}

const commands: Readonly<Record<string, (line: CommandLine) => readonly string[]>> = {
  'cp of 9 MiB': (line) => ['s3', 'cp', line.path('big'), 's3://vault/big'],
  'put of 9 MiB': (line) => ['s3', 'put', line.path('big'), 's3://vault/big'],
  'put --resume of 9 MiB': (line) => ['s3', 'put', line.path('big'), 's3://vault/big', '--resume'],
  'cp of a copy of 9 MiB': () => ['s3', 'cp', 's3://photos/big', 's3://vault/big'],
  'copy of 9 MiB': () => ['s3', 'copy', 's3://photos/big', 's3://vault/big'],
  'mv of 9 MiB': (line) => ['s3', 'mv', line.path('big'), 's3://vault/big'],
  'sync of a folder with 9 MiB': (line) => ['s3', 'sync', line.path('folder'), 's3://vault'],
  'sync of a bucket with 9 MiB': () => [
    ...['s3', 'sync', 's3://photos', 's3://vault'],
    ...['--exclude', '*', '--include', 'big'],
  ],
  'cp of a small file': (line) => ['s3', 'cp', line.path('small'), 's3://vault/big'],
};

const named = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'];
const without: Readonly<Record<keyof typeof policies, readonly (readonly string[])[]>> = {
  'SSE-KMS by a header': [[], ['--sse', 'AES256']],
  'one key': [[], ['--sse', 'aws:kms']],
};

const rows = Object.keys(policies).flatMap((policy) =>
  Object.keys(commands).map((command) => [policy as keyof typeof policies, command] as const),
);

test.for(rows)('a policy that asks for %s: %s needs the headers, and they are enough', async ([policy, name]) => {
  const line = await newVault(policy);
  const command = commands[name]?.(line) ?? [];
  for (const headers of without[policy]) {
    const { code, err } = await line.ssebox([...command, ...headers]);
    expect(code).not.toBe(0);
    expect(err).toMatch(
      /s3:PutObject on resource: "arn:aws:s3:::vault\/big" with an explicit deny in a resource-based/,
    );
  }
  await line.ok([...command, ...named]);
  const head = await line.ok(['s3api', 'head-object', '--bucket', 'vault', '--key', 'big']);
  expect(head.json).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: expect.stringContaining(':key/') });
  await line.ok(['s3', 'cp', 's3://vault/big', line.path('back')]);
  expect(readFileSync(line.path('back')).equals(name.includes('small') ? Buffer.from('small') : bytes)).toBe(true);
  expect((await line.ok(['s3api', 'list-multipart-uploads', '--bucket', 'vault'])).out).not.toContain('UploadId');
});
