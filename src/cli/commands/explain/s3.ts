/** `ssebox explain s3 …`: the commands on objects, each explained as it really runs. */

import { UsageError } from '../../../api/errors.ts';
import type { OperationName } from '../../../api/model/operations.ts';
import { type CommandSpec, type CommandValues, command, type Result, type WithOptions } from '../../command.ts';
import type { Session } from '../../session.ts';
import { copy, cp, mv } from '../s3/cp.ts';
import { ls } from '../s3/ls.ts';
import { mb, rb } from '../s3/mb-rb.ts';
import { knownSource, object } from '../s3/object-argument.ts';
import { customerKeyOptions, objectInput, putOptions } from '../s3/object-options.ts';
import { get, put } from '../s3/put-get.ts';
import { replicate } from '../s3/replicate.ts';
import { removed, rm } from '../s3/rm.ts';
import { sync } from '../s3/sync.ts';
import { isS3Uri, objectUri } from '../s3/uri.ts';
import { versions } from '../s3/versions.ts';
import { refusedCall } from './cause.ts';
import { explaining } from './command.ts';
import { completed } from './completed.ts';
import { requireContents } from './expectation.ts';
import { explainedCall, refusalOf } from './explained.ts';
import { tryCall } from './one-call.ts';
import { showOptions } from './page.ts';
import { assumingOptions, explainedInQuestion, proposedIn } from './proposed.ts';
import { statedIn } from './stated.ts';

const explainOptions = { ...assumingOptions('s3'), ...showOptions };
const versionId = { 'version-id': { about: 'a version other than the newest', type: 'string', value: 'ID' } } as const;

// Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
const spared = (action: string) =>
  `While S3 has a bucket-level key for the caller, it does not call KMS: there is no decision about ${action}, and until the key expires it does not matter whether the caller may. The explanation names the bucket, the KMS key and the time (BucketLevelKeys in JSON).`;

const head = command({
  name: 'head',
  hasPage: true,
  summary: 'Explain whether the metadata of an object may be read',
  args: { object },
  options: { ...versionId, ...customerKeyOptions, ...explainOptions },
  examples: [
    'ssebox explain s3 head s3://reports/2026/q1.csv',
    'ssebox explain s3 head s3://photos/harbour.txt --as user/bob',
  ],
  run: async (values, session) =>
    oneCall('HeadObject', values.args.object, await objectInput('HeadObject', values, session), values, session),
});

const explainedPut = command({
  ...documented(explaining(put, ['s3']), {
    summary: 'Explain whether an object may be written',
    description: `Without a file, PutObject is explained for an object of any content. ${spared('kms:GenerateDataKey')}`,
    examples: [
      'ssebox explain s3 put s3://reports/2026/q2.csv --as user/ana',
      'ssebox explain s3 put s3://photos/new.txt --sse aws:kms --sse-kms-key-id alias/app',
    ],
  }),
  args: {
    file: { about: 'the file, - for standard input, or only the target', check: knownSource },
    target: { ...put.args?.target, about: 'the target: s3://BUCKET/KEY', optional: true },
  },
  options: { ...put.options, ...putOptions, ...explainOptions },
  run: async (values, session, program) => {
    const { file, target } = values.args;
    if (target !== undefined) return explaining(put, ['s3']).run(values, session, program);
    if (!isS3Uri(file)) throw new UsageError('the following arguments are required: target');
    const input = { ...(await objectInput('PutObject', values, session)), Body: new Uint8Array() };
    return oneCall('PutObject', file, input, values, session);
  },
});

const explainedRm = command({
  ...documented(explaining(rm, ['s3']), {
    summary: 'Explain whether objects may be deleted',
    examples: [
      'ssebox explain s3 rm s3://reports/2026/q1.csv --as user/ana',
      'ssebox explain s3 rm s3://photos --recursive --exclude "*.txt" --expect allow',
    ],
  }),
  args: { path: removed },
  options: { ...rm.options, ...versionId, ...explainOptions },
  run: async (values, session, program) => {
    const VersionId = values.options['version-id'];
    if (VersionId === undefined) return explaining(rm, ['s3']).run(values, session, program);
    const { recursive }: CommandValues['options'] = values.options;
    if (recursive) {
      throw new UsageError('--recursive and --version-id both say what to delete: use one of them');
    }
    return oneCall('DeleteObject', values.args.path, { VersionId }, values, session);
  },
});

const explainedGet = documented(explaining(get, ['s3']), {
  summary: 'Explain whether an object may be read',
  description: spared('kms:Decrypt'),
  examples: [
    'ssebox explain s3 get s3://reports/2026/q1.csv --as user/bob --fix',
    'ssebox explain s3 get s3://reports/2026/q1.csv --as user/bob --expect deny --output tree',
    'ssebox explain s3 get s3://reports/2026/q1.csv --context aws:SourceIp=203.0.113.9 --context aws:MultiFactorAuthPresent=true',
  ],
});

const explainedLs = documented(explaining(ls, ['s3']), {
  summary: 'Explain whether buckets or objects may be listed',
  examples: ['ssebox explain s3 ls s3://reports --as role/reader', 'ssebox explain s3 ls --as user/bob'],
});

const explainedReplicate = documented(explaining(replicate, ['s3']), {
  summary: 'Explain what replication may do, as the role of the rules',
  examples: ['ssebox explain s3 replicate reports', 'ssebox explain s3 replicate reports --existing'],
});

const copies = [cp, copy].map((spec) =>
  documented(explaining(spec, ['s3']), {
    summary: 'Explain whether files or objects may be copied',
    examples: [
      `ssebox explain s3 ${spec.name} s3://reports/2026/q1.csv s3://photos/q1.csv --as user/ana`,
      `ssebox explain s3 ${spec.name} s3://reports . --recursive --as role/reader`,
    ],
  }),
);

/** Those that call no operation, such as `inspect`, have nothing to explain. */
export const s3Explained: readonly CommandSpec[] = [
  explainedGet,
  explainedPut,
  head,
  explainedLs,
  explainedRm,
  ...copies,
  ...[mv, sync, mb, rb, versions].map((spec) => explaining(spec, ['s3'])),
  explainedReplicate,
];

/** The same command with other words about it. */
function documented(
  spec: CommandSpec,
  words: Pick<CommandSpec, 'summary' | 'examples'> & { readonly description?: string },
): CommandSpec {
  return { ...spec, ...words };
}

/** Explains one call about one object. */
async function oneCall(
  operation: OperationName<'s3'>,
  object: string,
  input: Readonly<Record<string, unknown>>,
  values: WithOptions<typeof explainOptions>,
  session: Session,
): Promise<Result> {
  const { bucket, key } = objectUri(object);
  requireContents(values, session);
  const named = { ...input, Bucket: bucket, Key: key };
  const stated = await statedIn(values, 's3');
  const decided = async () => (await tryCall('s3', operation, named, session, { stated })).decisions;
  const prepare = await proposedIn(values, session, explainedInQuestion(session, decided));
  const tried = await tryCall('s3', operation, named, session, { stated, prepare });
  const { decisions, skipped, refusal, afterwards } = tried;
  const refusals = { refusal: refusalOf(refusal), afterwards: refusalOf(afterwards) };
  const call = { call: `s3 ${operation}`, decisions, skipped, ...refusals };
  return completed(explainedCall(call), refusedCall(tried), values, session);
}
