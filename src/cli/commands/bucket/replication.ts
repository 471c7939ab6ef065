/** `ssebox bucket replication`: Amazon S3 User Guide, "Replicating objects within and across Regions". */

import { UsageError } from '../../../api/errors.ts';
import { operationModel } from '../../../api/model/loader.ts';
import { inputFiles } from '../../aws-input/param-file.ts';
import { checkGiven } from '../../aws-input/parameter-check.ts';
import { readFlags } from '../../aws-input/values.ts';
import { type CommandNode, command } from '../../command.ts';
import type { Session } from '../../session.ts';
import { bucket, bucketName } from './bucket-argument.ts';
import { add } from './replication-add.ts';

const rules =
  `'{"Role":"arn:aws:iam::111122223333:role/reader","Rules":[{"Priority":1,"Status":"Enabled","Filter":{},` +
  `"DeleteMarkerReplication":{"Status":"Disabled"},"Destination":{"Bucket":"arn:aws:s3:::drafts"}}]}'`;
const made = `ssebox bucket versioning enable drafts\nssebox bucket replication put reports ${rules}`;

const get = command({
  name: 'get',
  callsEndpoint: true,
  summary: 'Show the replication rules of a bucket',
  args: { bucket },
  examples: [
    `${made}\nssebox bucket replication get reports`,
    `${made}\nssebox bucket replication get reports --query 'Rules[].Destination.Bucket' --output text`,
  ],
  async run(values, session) {
    const { ReplicationConfiguration } = await session.aws.call('s3', 'GetBucketReplication', {
      Bucket: bucketName(values),
    });
    return { kind: 'value', value: ReplicationConfiguration, title: 'ReplicationConfiguration' };
  },
});

const put = command({
  name: 'put',
  callsEndpoint: true,
  summary: 'Set the role and rules by which new objects are copied to other buckets',
  description:
    'Versioning must be enabled on both buckets. The role must trust s3.amazonaws.com and be allowed to read from the source and write to the destination. From now on, objects that match a rule are queued for ssebox s3 replicate.',
  args: { bucket, configuration: { about: 'the role and the rules: JSON, or file://PATH', check: readConfiguration } },
  examples: [
    made,
    `${made}\nssebox bucket replication get reports > rules.json\nssebox bucket replication put reports file://rules.json`,
  ],
  async run(values, session) {
    await session.aws.callByName('s3', 'PutBucketReplication', {
      Bucket: bucketName(values),
      ReplicationConfiguration: await readConfiguration(values.args.configuration, session),
    });
    return { kind: 'none' };
  },
});

const remove = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Delete the replication rules of a bucket',
  args: { bucket },
  examples: ['ssebox bucket replication delete reports', `${made}\nssebox bucket replication delete reports`],
  async run(values, session) {
    await session.aws.call('s3', 'DeleteBucketReplication', { Bucket: bucketName(values) });
    return { kind: 'none' };
  },
});

/** In every form in which the AWS CLI accepts a structure. @throws UsageError */
async function readConfiguration(text: string, { stdin, environment }: Session): Promise<unknown> {
  const model = operationModel('s3', 'PutBucketReplication');
  if (!model?.input) throw new Error('the model of s3 has no input of PutBucketReplication');
  const shape = { shapes: model.shapes, name: model.input.shape };
  const input = await readFlags({
    shape,
    given: [{ flag: 'configuration', member: 'ReplicationConfiguration', value: text }],
    service: 's3',
    files: inputFiles(stdin),
    uuid: environment.uuid,
  });
  checkGiven(input, shape);
  const { ReplicationConfiguration } = input;
  if (ReplicationConfiguration === undefined) throw new UsageError('the replication configuration is empty');
  return ReplicationConfiguration;
}

export const replicationCommands: readonly CommandNode[] = [add, get, put, remove];
