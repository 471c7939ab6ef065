/** `ssebox bucket policy`: Amazon S3 User Guide, "Bucket policies for Amazon S3". */

import { type CommandNode, command } from '../../command.ts';
import { knownFile } from '../../known-file.ts';
import { paintedJson } from '../../output/painted.ts';
import { readText } from '../../text-file.ts';
import { bucket, bucketName } from './bucket-argument.ts';

const get = command({
  name: 'get',
  callsEndpoint: true,
  hasPage: true,
  summary: 'Show the policy document of a bucket',
  args: { bucket },
  examples: ['ssebox bucket policy get reports', "ssebox bucket policy get reports --query 'Statement[].Sid'"],
  async run(values, session) {
    const { Policy = '{}' } = await session.aws.call('s3', 'GetBucketPolicy', { Bucket: bucketName(values) });
    const value: unknown = JSON.parse(Policy);
    return { kind: 'page', value, page: () => [paintedJson(value, 4)] };
  },
});

const put = command({
  name: 'put',
  callsEndpoint: true,
  summary: 'Set the policy of a bucket from a file',
  args: { bucket, file: { about: 'a file with the policy as JSON, or - for standard input', check: knownFile } },
  examples: [
    'ssebox bucket policy get reports | ssebox bucket policy put reports -',
    'ssebox bucket policy get reports > policy.json && ssebox bucket policy put reports policy.json',
  ],
  async run(values, session) {
    const Policy = await readText(values.args.file, session);
    await session.aws.call('s3', 'PutBucketPolicy', { Bucket: bucketName(values), Policy });
    return { kind: 'none' };
  },
});

const remove = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Delete the policy of a bucket',
  args: { bucket },
  examples: ['ssebox bucket policy delete reports', 'ssebox bucket policy delete photos'],
  async run(values, session) {
    await session.aws.call('s3', 'DeleteBucketPolicy', { Bucket: bucketName(values) });
    return { kind: 'none' };
  },
});

export const policyCommands: readonly CommandNode[] = [get, put, remove];
