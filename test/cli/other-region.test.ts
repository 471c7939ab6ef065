/** A command in another region than its bucket's: S3 redirects it, and it is made in the bucket's region. */

import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { openStore } from '../support/open-store.ts';

/** A bucket in us-east-1, with an object. */
async function newBucket(): Promise<CommandLine> {
  const line = newCommandLine();
  await line.ok(['s3api', 'create-bucket', '--bucket', 'photos']);
  await line.ok(['s3', 'cp', '-', 's3://photos/a'], { stdin: 'hello' });
  return line;
}

/** The regions of an operation's calls. */
async function regionsOf(line: CommandLine, name: string): Promise<string[]> {
  const store = openStore(line.store);
  const calls = store.transact(allCalls);
  await store.close();
  return calls.filter(({ operation }) => operation === name).map(({ region }) => region);
}

// Each command line, its exit code, and the event of its call.
test.for([
  ['s3api head-bucket --bucket photos', 0, 'HeadBucket'],
  ['s3api get-bucket-versioning --bucket photos', 0, 'GetBucketVersioning'],
  ['s3api get-bucket-tagging --bucket photos', 254, 'GetBucketTagging'],
  ['s3api put-bucket-tagging --bucket photos --tagging TagSet=[{Key=aws:x,Value=y}]', 254, 'PutBucketTagging'],
  ['s3api delete-object --bucket photos --key a', 0, 'DeleteObject'],
  ['s3api get-object-tagging --bucket photos --key a', 0, 'GetObjectTagging'],
  ['s3api create-multipart-upload --bucket photos --key b', 0, 'CreateMultipartUpload'],
  ['s3 cp s3://photos/a s3://photos/b', 0, 'CopyObject'],
] as const)('%s', async ([words, code, name]) => {
  const line = await newBucket();
  const ended = await line.ssebox([...words.split(' '), '--region', 'eu-west-1']);
  expect([ended.code, await regionsOf(line, name)]).toEqual([code, ['us-east-1']]);
});

test('a bucket that is not there redirects nobody, and one to be created is created where the command is', async () => {
  const line = await newBucket();
  const absent = await line.ssebox(['s3api', 'get-bucket-tagging', '--bucket', 'absent', '--region', 'eu-west-1']);
  expect([absent.code, await regionsOf(line, 'GetBucketTagging')]).toEqual([254, ['eu-west-1']]);
  const again = ['s3api', 'create-bucket', '--bucket', 'photos', '--region', 'eu-west-1'];
  const refused = await line.ssebox([...again, '--create-bucket-configuration', 'LocationConstraint=eu-west-1']);
  expect(refused.err).toContain('BucketAlreadyOwnedByYou');
  expect((await regionsOf(line, 'CreateBucket')).toSorted()).toEqual(['eu-west-1', 'us-east-1']);
});

test('--debug says once for each bucket where its calls go', async () => {
  const line = await newBucket();
  const words = ['s3', 'rm', 's3://photos/', '--recursive', '--debug'];
  const redirects = (text: string) => text.split('\n').filter((each) => each.includes('redirects'));
  const away = await line.ok([...words, '--region', 'eu-west-1']);
  expect(redirects(away.err)).toEqual([
    'debug: S3 redirects calls about the bucket photos from eu-west-1 to us-east-1',
  ]);
  const home = await line.ok(words);
  expect(redirects(home.err)).toEqual([]);
});

test('a policy sees the region of the bucket, and a key is looked for there', async () => {
  const line = await newBucket();
  const onlyHere = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:*', 'kms:*'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      },
    ],
  });
  await line.ok(['iam', 'create-user', '--user-name', 'bob']);
  await line.ok(['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p', '--policy-document', onlyHere]);
  const words = ['s3', 'cp', '-', 's3://photos/b', '--sse', 'aws:kms', '--as', 'user/bob', '--region', 'eu-west-1'];
  await line.ok(words, { stdin: 'hello' });
  const { json } = await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'b']);
  expect(json).toMatchObject({ SSEKMSKeyId: expect.stringContaining('arn:aws:kms:us-east-1:') });
});
