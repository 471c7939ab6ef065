/** `ssebox bucket`: buckets and their settings, for people. */

import type { CreateBucketOutput } from '../../api/model/s3.types.ts';
import { type CommandNode, command, group, type Painter } from '../command.ts';
import { placeText } from '../endpoint/place.ts';
import { timeText } from '../output/time.ts';
import type { Session } from '../session.ts';
import { bucket, bucketName, newBucket } from './bucket/bucket-argument.ts';
import { bucketKeyCommands, defaultEncryptionCommands } from './bucket/default-encryption.ts';
import { placeOf } from './bucket/place.ts';
import { policyCommands } from './bucket/policy.ts';
import { replicationCommands } from './bucket/replication.ts';
import { regionOf, seen } from './bucket/seen.ts';
import { publicAccessBlockCommands, tagsCommands, versioningCommands } from './bucket/settings.ts';
import { show } from './bucket/show.ts';
import { columns } from './columns.ts';
import { deletionsUnder } from './s3/rm.ts';

const create = command({
  name: 'create',
  callsEndpoint: true,
  summary: 'Create a bucket',
  args: { bucket: { about: 'the name of the new bucket', check: newBucket } },
  examples: ['ssebox bucket create letters --region eu-west-1', 'ssebox bucket create logs-2026 --output json'],
  async run(values, session) {
    const value: CreateBucketOutput = await session.aws.call('s3', 'CreateBucket', {
      Bucket: values.args.bucket,
      ...placeOf(session.signingRegion),
    });
    return { kind: 'value', value, shape: { service: 's3', operation: 'CreateBucket' } };
  },
});

const list = command({
  name: 'list',
  callsEndpoint: true,
  hasPage: true,
  summary: 'List the buckets of the account with their regions',
  examples: ['ssebox bucket list', "ssebox bucket list --query 'Buckets[].Name' --output text"],
  async run(_values, session) {
    const { Buckets = [] } = await session.aws.call('s3', 'ListBuckets', {});
    const rows: { Name: string; Region: string; CreationDate: Date | undefined }[] = [];
    for (const { Name = '', CreationDate } of Buckets) {
      const location = await seen(session, 'GetBucketLocation', { Bucket: Name });
      rows.push({ Name, Region: regionOf(location?.LocationConstraint), CreationDate });
    }
    const cells = rows.map(({ Name, Region, CreationDate }) => [Name, Region, timeText(CreationDate)]);
    const empty = 'there are no buckets: create one with ssebox bucket create NAME';
    const page = (painter: Painter) => columns(['BUCKET', 'REGION', 'CREATED'], cells, empty, painter);
    return { kind: 'page', value: { Buckets: rows }, page };
  },
});

const remove = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Delete a bucket',
  args: { bucket },
  options: { force: { about: 'delete its objects first', type: 'boolean' } },
  examples: ['ssebox bucket delete drafts', 'ssebox bucket delete photos --force --yes'],
  async run(values, session) {
    const Bucket = bucketName(values);
    if (values.options.force) await empty(Bucket, session);
    await session.aws.call('s3', 'DeleteBucket', { Bucket });
    return { kind: 'none' };
  },
});

async function empty(name: string, session: Session): Promise<void> {
  await session.confirm(`delete the bucket "${name}" and every object in it${placeText('s3', session)}`);
  for await (const deletion of deletionsUnder({ bucket: name, key: '' }, () => true, session)) {
    await deletion.run(
      () => {},
      () => {},
    );
  }
}

const settings = (name: string, summary: string, nodes: readonly CommandNode[]) =>
  group({ name, summary, load: async () => nodes });

export const bucketCommands: readonly CommandNode[] = [
  create,
  list,
  show,
  remove,
  settings(
    'default-encryption',
    'Manage the encryption of objects whose upload does not specify any',
    defaultEncryptionCommands,
  ),
  settings('bucket-key', 'Turn the bucket key, which saves calls to KMS, on or off', bucketKeyCommands),
  settings('policy', 'Manage who may do what with the bucket and its objects', policyCommands),
  settings('versioning', 'Manage whether older versions of objects are kept', versioningCommands),
  settings('replication', 'Manage the copying of new objects to other buckets', replicationCommands),
  settings('public-access-block', 'Manage what may be public', publicAccessBlockCommands),
  settings('tags', 'Manage tags, which bills and policies can use', tagsCommands),
];
