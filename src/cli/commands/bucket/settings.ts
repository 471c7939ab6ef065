/** `ssebox bucket versioning`, `public-access-block` and `tags`: small settings of a bucket. */

import { UsageError } from '../../../api/errors.ts';
import type { BucketVersioningStatus } from '../../../api/model/s3.types.ts';
import { type CommandNode, command } from '../../command.ts';
import { pairOf } from '../../pair.ts';
import { bucket, bucketName } from './bucket-argument.ts';

/** Amazon S3 User Guide, "Retaining multiple versions of objects with S3 Versioning". */
const versioningGet = command({
  name: 'get',
  callsEndpoint: true,
  summary: 'Show whether a bucket keeps versions; nothing if it never has',
  args: { bucket },
  examples: ['ssebox bucket versioning get reports', 'ssebox bucket versioning get reports --query Status'],
  async run(values, session) {
    const value = await session.aws.call('s3', 'GetBucketVersioning', { Bucket: bucketName(values) });
    return { kind: 'value', value, shape: { service: 's3', operation: 'GetBucketVersioning' } };
  },
});

const versioningTurn = (name: 'enable' | 'suspend', Status: BucketVersioningStatus, summary: string) =>
  command({
    name,
    callsEndpoint: true,
    summary,
    args: { bucket },
    examples: [`ssebox bucket versioning ${name} photos`, `ssebox bucket versioning ${name} reports`],
    async run(values, session) {
      const Bucket = bucketName(values);
      await session.aws.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status } });
      return { kind: 'none' };
    },
  });

export const versioningCommands: readonly CommandNode[] = [
  versioningGet,
  versioningTurn('enable', 'Enabled', 'Keep every version of every object from now on'),
  versioningTurn('suspend', 'Suspended', 'Stop making new versions; existing ones are kept'),
];

/** Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage". */
const blockGet = command({
  name: 'get',
  callsEndpoint: true,
  summary: 'Show which public access is blocked',
  args: { bucket },
  examples: [
    'ssebox bucket public-access-block get photos',
    'ssebox bucket public-access-block get photos --output yaml',
  ],
  async run(values, session) {
    const value = await session.aws.call('s3', 'GetPublicAccessBlock', { Bucket: bucketName(values) });
    return { kind: 'value', value, shape: { service: 's3', operation: 'GetPublicAccessBlock' } };
  },
});

const blocks = {
  'block-public-acls': 'BlockPublicAcls',
  'ignore-public-acls': 'IgnorePublicAcls',
  'block-public-policy': 'BlockPublicPolicy',
  'restrict-public-buckets': 'RestrictPublicBuckets',
} as const;

const blockSet = command({
  name: 'set',
  callsEndpoint: true,
  summary: 'Block all public access, or all except what a --no-… option leaves out',
  args: { bucket },
  options: Object.fromEntries(
    Object.entries(blocks).map(([name, member]) => [name, { about: member, type: 'boolean-pair' as const }]),
  ),
  examples: [
    'ssebox bucket public-access-block set photos',
    'ssebox bucket public-access-block set photos --no-block-public-policy --no-restrict-public-buckets',
  ],
  async run(values, session) {
    const PublicAccessBlockConfiguration = Object.fromEntries(
      Object.entries(blocks).map(([name, member]) => [member, values.options[name] !== false]),
    );
    await session.aws.call('s3', 'PutPublicAccessBlock', {
      Bucket: bucketName(values),
      PublicAccessBlockConfiguration,
    });
    return { kind: 'none' };
  },
});

const blockDelete = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Stop blocking public access',
  args: { bucket },
  examples: ['ssebox bucket public-access-block delete photos', 'ssebox bucket public-access-block delete reports'],
  async run(values, session) {
    await session.aws.call('s3', 'DeletePublicAccessBlock', { Bucket: bucketName(values) });
    return { kind: 'none' };
  },
});

export const publicAccessBlockCommands: readonly CommandNode[] = [blockGet, blockSet, blockDelete];

/** Amazon S3 User Guide, "Using cost allocation S3 bucket tags". */
const tagsGet = command({
  name: 'get',
  callsEndpoint: true,
  summary: 'Show the tags of a bucket',
  args: { bucket },
  examples: ['ssebox bucket tags get reports', 'ssebox bucket tags get reports --output text'],
  async run(values, session) {
    const value = await session.aws.call('s3', 'GetBucketTagging', { Bucket: bucketName(values) });
    return { kind: 'value', value, shape: { service: 's3', operation: 'GetBucketTagging' } };
  },
});

/** @throws UsageError for a text that is not a pair. */
function tagOf(text: string): { Key: string; Value: string } {
  const [Key, Value] = pairOf(text) ?? [];
  if (Key === undefined || Value === undefined) throw new UsageError(`"${text}" is not a tag: write KEY=VALUE`);
  return { Key, Value };
}

const tagsSet = command({
  name: 'set',
  callsEndpoint: true,
  summary: 'Replace the tags of a bucket',
  args: { bucket, tags: { about: 'one or more tags: KEY=VALUE', many: true, check: tagOf } },
  examples: ['ssebox bucket tags set reports team=finance', 'ssebox bucket tags set photos team=web stage=test'],
  async run(values, session) {
    const TagSet = values.args.tags.map(tagOf);
    await session.aws.call('s3', 'PutBucketTagging', { Bucket: bucketName(values), Tagging: { TagSet } });
    return { kind: 'none' };
  },
});

const tagsDelete = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Delete all tags of a bucket',
  args: { bucket },
  examples: ['ssebox bucket tags delete reports', 'ssebox bucket tags delete photos'],
  async run(values, session) {
    await session.aws.call('s3', 'DeleteBucketTagging', { Bucket: bucketName(values) });
    return { kind: 'none' };
  },
});

export const tagsCommands: readonly CommandNode[] = [tagsGet, tagsSet, tagsDelete];
