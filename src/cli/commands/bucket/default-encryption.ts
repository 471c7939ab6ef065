/**
 * `ssebox bucket default-encryption` and `ssebox bucket bucket-key`: Amazon S3 User Guide, "Setting default server-side
 * encryption behavior for Amazon S3 buckets" and "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
 */

import { UsageError } from '../../../api/errors.ts';
import type { ServerSideEncryption, ServerSideEncryptionRule } from '../../../api/model/s3.types.ts';
import { keyChoices, namesFor, oneOf } from '../../choices.ts';
import { type Choices, type CommandNode, command, type Needed, type Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { bucket, bucketName } from './bucket-argument.ts';

const get = command({
  name: 'get',
  callsEndpoint: true,
  summary: 'Show how objects are encrypted when the upload does not say',
  args: { bucket },
  examples: [
    'ssebox bucket default-encryption get reports',
    'ssebox bucket default-encryption get photos --output yaml',
  ],
  run: async (values, session) => shown(bucketName(values), session),
});

const modes: readonly ServerSideEncryption[] = ['AES256', 'aws:kms', 'aws:kms:dsse'];

/** The keys of the region, and the one that is the default, which exists from its first use on. */
const keyOrDefault: Choices = async (session, at) => {
  const keys = await namesFor('s3', keyChoices)(session, at);
  const isThere = keys.some(({ value }) => value === DEFAULT_KEY);
  return isThere ? keys : [...keys, { value: DEFAULT_KEY, about: 'the default: the AWS managed key of S3' }];
};

/** Without a mode, only the block of SSE-C can be changed. */
const modeIsOpen: Needed = ({ options }) => !options['block-sse-c'] && !options['allow-sse-c'];

/** A person who chose the mode from a list may not know that there is a default. */
const modeTakesKey: Needed = ({ options }, asked) => asked.has('--sse') && options.sse !== 'AES256';

const DEFAULT_KEY = 'alias/aws/s3';

const set = command({
  name: 'set',
  callsEndpoint: true,
  summary: 'Set how objects are encrypted when the upload does not say',
  description:
    'Existing objects stay as they are. With only --block-sse-c or --allow-sse-c, the default itself stays as it is, too.',
  args: { bucket },
  options: {
    sse: {
      about: 'AES256 for SSE-S3, aws:kms for SSE-KMS, aws:kms:dsse for DSSE-KMS',
      type: 'string',
      value: 'MODE',
      choices: modes,
      needed: modeIsOpen,
    },
    'sse-kms-key-id': {
      about: "the KMS key: id, ARN or alias (default: alias/aws/s3 in the writer's account)",
      type: 'string',
      value: 'KEY',
      choices: keyOrDefault,
      check: oneOf('a KMS key of this region', keyOrDefault),
      needed: modeTakesKey,
    },
    'bucket-key-enabled': {
      about: 'make fewer calls to KMS, with a key that S3 keeps for a while',
      type: 'boolean-pair',
    },
    'block-sse-c': { about: "refuse uploads under customers' keys (SSE-C), as new buckets do", type: 'boolean' },
    'allow-sse-c': { about: "accept uploads under customers' keys (SSE-C)", type: 'boolean' },
  },
  examples: [
    'ssebox bucket default-encryption set photos --sse aws:kms --sse-kms-key-id alias/app',
    'ssebox bucket default-encryption set photos --allow-sse-c',
    'ssebox bucket default-encryption set photos --sse AES256',
  ],
  async run(values, session) {
    const { 'bucket-key-enabled': BucketKeyEnabled, 'sse-kms-key-id': KMSMasterKeyID, ...others } = values.options;
    const { sse: SSEAlgorithm, 'block-sse-c': blocks, 'allow-sse-c': allows } = others;
    if (blocks && allows)
      throw new UsageError('--block-sse-c and --allow-sse-c contradict each other: use one of them');
    // The rule has no place for them without a mode.
    const needsMode = KMSMasterKeyID !== undefined || !(blocks || allows);
    if (SSEAlgorithm === undefined && needsMode) throw new UsageError('the following arguments are required: --sse');
    const rule: ServerSideEncryptionRule = {
      ...(SSEAlgorithm !== undefined && {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID !== undefined && { KMSMasterKeyID }) },
      }),
      ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled }),
      ...((blocks || allows) && { BlockedEncryptionTypes: { EncryptionType: [blocks ? 'SSE-C' : 'NONE'] } }),
    };
    return putRule(bucketName(values), rule, session);
  },
});

const remove = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Reset default encryption to SSE-S3',
  args: { bucket },
  examples: ['ssebox bucket default-encryption delete reports', 'ssebox bucket default-encryption delete photos'],
  async run(values, session) {
    await session.aws.call('s3', 'DeleteBucketEncryption', { Bucket: bucketName(values) });
    return { kind: 'none' };
  },
});

const turn = (name: 'enable' | 'disable', summary: string) =>
  command({
    name,
    callsEndpoint: true,
    summary,
    args: { bucket },
    examples: [`ssebox bucket bucket-key ${name} reports`, `ssebox bucket bucket-key ${name} reports --output yaml`],
    async run(values, session) {
      const Bucket = bucketName(values);
      const { ServerSideEncryptionConfiguration } = await session.aws.call('s3', 'GetBucketEncryption', { Bucket });
      const rule = ServerSideEncryptionConfiguration?.Rules[0] ?? {};
      return putRule(Bucket, { ...rule, BucketKeyEnabled: name === 'enable' }, session);
    },
  });

async function putRule(Bucket: string, rule: ServerSideEncryptionRule, session: Session): Promise<Result> {
  await session.aws.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  return { kind: 'none' };
}

async function shown(Bucket: string, session: Session): Promise<Result> {
  const value = await session.aws.call('s3', 'GetBucketEncryption', { Bucket });
  return { kind: 'value', value, shape: { service: 's3', operation: 'GetBucketEncryption' } };
}

export const defaultEncryptionCommands: readonly CommandNode[] = [get, set, remove];
export const bucketKeyCommands: readonly CommandNode[] = [
  turn('enable', 'Use a bucket key for new SSE-KMS objects'),
  turn('disable', 'Request a data key from KMS for each new SSE-KMS object'),
];
