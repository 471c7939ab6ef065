/** `ssebox explain s3 …`: the outcome that the short commands on objects would have, and why. */

import { UsageError } from '../../../api/errors.ts';
import type { OperationName } from '../../../api/model/operations.ts';
import { objectChoices } from '../../choices.ts';
import { type CommandNode, command, type OptionSpec, type Result, type WithOptions } from '../../command.ts';
import type { Session } from '../../session.ts';
import { customerKeyOptions, objectInput, putOptions } from '../s3/object-options.ts';
import { objectUri, parseS3Uri, type S3Uri, s3Uri } from '../s3/uri.ts';
import { requireContents } from './expectation.ts';
import { explainedCall, refusalOf } from './explained.ts';
import { explanation, showOptions } from './page.ts';
import { statedIn, statedOptions } from './stated.ts';

const explainOptions = { ...statedOptions('s3'), ...showOptions };

const object = { about: 's3://BUCKET/KEY', choices: objectChoices('s3://') };
const versionId = { 'version-id': { about: 'a version other than the newest', type: 'string', value: 'ID' } } as const;

const onObject = <const O extends Readonly<Record<string, OptionSpec>>>(
  name: 'get' | 'head' | 'put' | 'rm',
  operation: OperationName<'s3'>,
  summary: string,
  options: O,
  input: (values: WithOptions<O>, session: Session) => Promise<Readonly<Record<string, unknown>>>,
  examples: readonly string[],
  description?: string,
) =>
  command({
    name,
    hasPage: true,
    summary,
    ...(description !== undefined && { description }),
    args: { object },
    options: { ...options, ...explainOptions },
    examples,
    run: async (values, session) => {
      const { bucket, key } = objectUri(values.args.object);
      return explained(operation, { ...(await input(values, session)), Bucket: bucket, Key: key }, values, session);
    },
  });

// Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
const spared = (action: string) =>
  `While S3 has a bucket-level key for the caller, it does not call KMS: there is no decision about ${action}, and until the key expires it does not matter whether the caller may. The explanation names the bucket, the KMS key and the time (BucketLevelKeys in JSON).`;

const get = onObject(
  'get',
  'GetObject',
  'Explain whether an object may be read',
  { ...versionId, ...customerKeyOptions },
  (values, session) => objectInput('GetObject', values, session),
  [
    'ssebox explain s3 get s3://reports/2026/q1.csv --as user/bob --fix',
    'ssebox explain s3 get s3://reports/2026/q1.csv --expect allow',
    'ssebox explain s3 get s3://reports/2026/q1.csv --context aws:SourceIp=203.0.113.9 --context aws:MultiFactorAuthPresent=true',
  ],
  spared('kms:Decrypt'),
);

const head = onObject(
  'head',
  'HeadObject',
  'Explain whether the metadata of an object may be read',
  { ...versionId, ...customerKeyOptions },
  (values, session) => objectInput('HeadObject', values, session),
  ['ssebox explain s3 head s3://reports/2026/q1.csv', 'ssebox explain s3 head s3://photos/harbour.txt --as user/bob'],
);

const put = onObject(
  'put',
  'PutObject',
  'Explain whether an object may be written',
  putOptions,
  async (values, session) => ({ ...(await objectInput('PutObject', values, session)), Body: new Uint8Array() }),
  [
    'ssebox explain s3 put s3://reports/2026/q2.csv --as user/ana',
    'ssebox explain s3 put s3://photos/new.txt --sse aws:kms --sse-kms-key-id alias/app',
  ],
  spared('kms:GenerateDataKey'),
);

const rm = onObject(
  'rm',
  'DeleteObject',
  'Explain whether an object may be deleted',
  versionId,
  async (values) => ({
    ...(values.options['version-id'] !== undefined && { VersionId: values.options['version-id'] }),
  }),
  [
    'ssebox explain s3 rm s3://reports/2026/q1.csv --as user/ana',
    'ssebox explain s3 rm s3://reports/2026/q1.csv --expect allow',
  ],
);

const ls = command({
  name: 'ls',
  hasPage: true,
  summary: 'Explain whether buckets or objects may be listed',
  args: { path: { about: 's3://BUCKET/PREFIX', optional: true, choices: objectChoices('s3://') } },
  options: explainOptions,
  examples: ['ssebox explain s3 ls s3://reports --as role/reader', 'ssebox explain s3 ls --as user/bob'],
  run(values, session) {
    const path = values.args.path;
    if (path === undefined) return explained('ListBuckets', {}, values, session);
    const { bucket, key } = s3Uri(path);
    return explained('ListObjectsV2', { Bucket: bucket, Prefix: key, Delimiter: '/' }, values, session);
  },
});

const cp = command({
  name: 'cp',
  hasPage: true,
  summary: 'Explain whether a file or an object may be copied',
  args: {
    source: { about: 'a file or s3://BUCKET/KEY', choices: objectChoices('s3://') },
    target: { about: 'a file or s3://BUCKET/KEY', choices: objectChoices('s3://') },
  },
  options: { ...putOptions, ...explainOptions },
  examples: [
    'ssebox explain s3 cp s3://reports/2026/q1.csv s3://photos/q1.csv --as user/ana',
    'ssebox explain s3 cp s3://reports/2026/q1.csv . --as role/reader',
  ],
  async run(values, session) {
    const from = parseS3Uri(values.args.source);
    const to = parseS3Uri(values.args.target);
    if (from && to) {
      const CopySource = `${from.bucket}/${encodeURIComponent(from.key).replaceAll('%2F', '/')}`;
      const input = {
        ...(await objectInput('CopyObject', values, session)),
        ...place(named(to, from.key)),
        CopySource,
      };
      return explained('CopyObject', input, values, session);
    }
    if (to) {
      const input = {
        ...(await objectInput('PutObject', values, session)),
        ...place(named(to, values.args.source)),
      };
      return explained('PutObject', { ...input, Body: new Uint8Array() }, values, session);
    }
    if (from) {
      return explained(
        'GetObject',
        { ...(await objectInput('GetObject', values, session)), ...place(from) },
        values,
        session,
      );
    }
    throw new UsageError('the source or the target must be in a bucket: write s3://BUCKET/KEY');
  },
});

export const s3Explained: readonly CommandNode[] = [get, put, head, ls, rm, cp];

const place = ({ bucket, key }: S3Uri) => ({ Bucket: bucket, Key: key });

/** A target that ends in a slash gets the last part of the source's name. */
const named = (target: S3Uri, source: string): S3Uri =>
  target.key === '' || target.key.endsWith('/')
    ? { ...target, key: `${target.key}${source.slice(source.lastIndexOf('/') + 1)}` }
    : target;

async function explained(
  operation: OperationName<'s3'>,
  input: Readonly<Record<string, unknown>>,
  values: WithOptions<typeof explainOptions>,
  session: Session,
): Promise<Result> {
  await requireContents(values, session);
  const { decisions, skipped, refusal } = await session.aws.explain('s3', operation, input, {
    stated: await statedIn(values, 's3'),
  });
  const call = { call: `s3 ${operation}`, decisions, skipped, refusal: refusalOf(refusal) };
  return explanation(explainedCall(call), values);
}
