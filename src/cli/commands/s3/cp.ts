/** `ssebox s3 cp` and `ssebox s3 mv`: AWS CLI Command Reference, s3 cp and s3 mv. */

import { join } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import type { HeadObjectOutput } from '../../../api/model/s3.types.ts';
import { type CommandSpec, command, type OptionSpec, type Result, type ValuesOf } from '../../command.ts';
import type { Session } from '../../session.ts';
import { carrier } from './carrier.ts';
import { caseGuard } from './case-conflicts.ts';
import { sourceKeyIn } from './copy-props.ts';
import { makeTargetFolder } from './download.ts';
import { filterOf } from './filters.ts';
import { isFolderThere, missingSource } from './local-path.ts';
import { copyPaths } from './object-argument.ts';
import { objectInput } from './object-options.ts';
import { runTransfers } from './run-transfers.ts';
import { aboutSides, hasLocalSide } from './side-options.ts';
import { type Sides, sidesOf } from './sides.ts';
import { filesBelow, objectsUnder, oneFile, type Source } from './sources.ts';
import {
  errorText,
  type Fatal,
  failureLines,
  isUnserved,
  type Skipped,
  type Target,
  type Transfer,
  tellHint,
} from './transfer.ts';
import {
  followsLinks,
  requireFitting,
  streamOptions,
  type TransferValues,
  transferOptions,
  type Way,
} from './transfer-options.ts';
import { folderKey, isS3Uri, nameOf, printS3Uri, type S3Uri, s3Uri } from './uri.ts';

const paths = copyPaths({
  source: 'a file, s3://BUCKET/KEY, or - for standard input',
  target: 's3://BUCKET/KEY, a file, or - for standard output',
});

const options = {
  recursive: { about: 'copy everything below the source', type: 'boolean' },
  ...transferOptions,
} as const satisfies Record<string, OptionSpec>;

const description = `Files of 8 MiB or more are transferred in parts, which under SSE-KMS also needs kms:Decrypt, and for copies s3:GetObjectTagging. A recursive download replaces the links that it meets below its folder, and an upload leaves out the temporary files of interrupted downloads.\n\n${aboutSides}`;

type CopyValues = TransferValues & Pick<ValuesOf<typeof paths, typeof options>, 'args' | 'options'>;

export const cp = command({
  name: 'cp',
  callsEndpoint: true,
  hasLocalSide,
  summary: 'Copy files and objects, as the AWS CLI does',
  description,
  args: paths,
  options: { ...options, ...streamOptions },
  examples: [
    'date > now.txt && ssebox s3 cp now.txt s3://photos/ --sse aws:kms --sse-kms-key-id alias/app',
    'ssebox s3 cp s3://reports/2026 ./reports --recursive --exclude "*" --include "*.csv"',
  ],
  run: (values, session) => copyOrMove('cp', values, session),
});

export const mv = command({
  name: 'mv',
  callsEndpoint: true,
  hasLocalSide,
  summary: 'Move files and objects: copy them, then delete the source',
  description,
  args: paths,
  options,
  examples: [
    'ssebox s3 mv s3://photos/harbour.txt s3://photos/2026/harbour.txt',
    'ssebox s3 mv s3://photos/2026 s3://drafts/2026 --recursive --dryrun',
  ],
  run: (values, session) => copyOrMove('mv', values, session),
});

/** `ssebox s3 copy`: another name for `cp`. */
export const copy: CommandSpec = { ...cp, name: 'copy', summary: 'Same as cp', examples: cp.examples.map(renamed) };

function renamed(example: string): string {
  return example.replace('s3 cp', 's3 copy');
}

async function copyOrMove(verb: 'cp' | 'mv', values: CopyValues, session: Session): Promise<Result> {
  const from = values.args.source;
  const to = values.args.target;
  const [source, target] = [from, to].map((text) => (isS3Uri(text) ? s3Uri(text) : undefined));
  if (!source && !target) throw usageOf(verb);
  const sides = await sidesOf({ source: from, target: to }, values, session);
  requireFitting(values, wayOf(source, target));
  const isDeep = values.options.recursive;
  const isStream = from === '-' || to === '-';
  if (isStream && (isDeep || verb === 'mv')) {
    throw new UsageError('Streaming currently is only compatible with non-recursive cp commands');
  }
  const missing = source || from === '-' ? undefined : await missingSource(from, session);
  if (missing) return missing;
  if (source && to === '-') return streamed(source, values, session);
  if (verb === 'mv' && source && target && sides.isOne) requireOther(source, target);
  const placed: Target = target ? { kind: 's3', uri: target } : { kind: 'local', path: to };
  const carry = await carrier({ sides, deletesSource: verb === 'mv', isDeep }, values, session);
  const found = await sourcesOf({ from, source, sides, isDeep, isCopy: target !== undefined }, values, session);
  if ('failed' in found) return found.failed;
  if (isDeep && placed.kind === 'local' && !values.options.dryrun) await makeTargetFolder(placed.path, session);
  const isTaken = filterOf(values);
  const guard = caseGuard(values);
  async function* transfers(): AsyncGenerator<Transfer | Skipped | Fatal> {
    for await (const each of found as AsyncIterable<Source | Skipped>) {
      if ('warning' in each) {
        yield each;
        continue;
      }
      if (!isTaken(each)) continue;
      const target = await targetFor(each, placed, isDeep);
      const transfer = carry(each, target);
      if (transfer && isDeep) yield* guard(each, target, transfer);
      else if (transfer) yield transfer;
    }
  }
  return runTransfers(transfers(), isStream ? quietly(values) : values, session);
}

const usageOf = (verb: string) =>
  new UsageError([
    `usage: ssebox s3 ${verb} <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>`,
    'Error: Invalid argument type',
  ]);

function wayOf(source: S3Uri | undefined, target: S3Uri | undefined): Way {
  if (!source) return 'upload';
  return target ? 'copy' : 'download';
}

/** For a stream, only failures are reported. */
const quietly = (values: TransferValues): TransferValues => ({
  ...values,
  options: { ...values.options, 'only-show-errors': true },
});

/** Writes a single object's bytes to standard output. */
async function streamed(uri: S3Uri, values: TransferValues, session: Session): Promise<Result> {
  const transfer = { verb: 'download', from: printS3Uri(uri), to: '-' } as const;
  if (values.options.dryrun) return runTransfers(one({ ...transfer, run: async () => 'done' }), values, session);
  const at = { Bucket: uri.bucket, Key: uri.key };
  const head = { ...(await objectInput('HeadObject', values, session)), ...at };
  const get = { ...(await objectInput('GetObject', values, session)), ...at };
  try {
    await session.aws.call('s3', 'HeadObject', head);
    const { Body } = await session.aws.call('s3', 'GetObject', get);
    return { kind: 'bytes', bytes: Body ?? new Uint8Array() };
  } catch (error) {
    if (!isUnserved(error)) throw error;
    return failed(failureLines(transfer, error), error, values, session);
  }
}

/** The end of a command that a refusal ends, or that was not answered, with the AWS CLI's lines about it. */
async function failed(
  lines: readonly string[],
  refusal: Error,
  { options }: TransferValues,
  session: Session,
): Promise<Result> {
  if (!options.quiet) {
    for (const line of lines) session.tell(line);
    await tellHint(refusal, session);
  }
  return { kind: 'none', failed: true };
}

interface Wanted {
  readonly from: string;
  /** Undefined: `from` is a file or a folder. */
  readonly source: S3Uri | undefined;
  readonly sides: Sides;
  readonly isDeep: boolean;
  readonly isCopy: boolean;
}

async function sourcesOf(
  { from, source, sides, isDeep, isCopy }: Wanted,
  values: TransferValues,
  session: Session,
): Promise<AsyncIterable<Source | Skipped> | { readonly failed: Result }> {
  if (!source) {
    return isDeep ? filesBelow(from, followsLinks(values)) : oneFile(from, followsLinks(values));
  }
  if (isDeep) return objectsUnder(source, { aws: sides.source });
  const head = await headOf(source, values, session, { isCopy, sides });
  return 'failed' in head ? head : one(sourceOf(source, head));
}

async function* one<T>(only: T): AsyncGenerator<T> {
  yield only;
}

/** The AWS CLI first requests a single object's size; a refusal then ends the command. */
async function headOf(
  uri: S3Uri,
  values: TransferValues,
  session: Session,
  { isCopy, sides }: Pick<Wanted, 'isCopy' | 'sides'>,
): Promise<HeadObjectOutput | { readonly failed: Result }> {
  if (uri.key === '') throw new UsageError(`"${printS3Uri(uri)}" does not name an object: add --recursive`);
  try {
    // The options without "copy-source" apply to the target.
    const input = isCopy
      ? sourceKeyIn(await objectInput('CopyObject', values, session))
      : await objectInput('HeadObject', values, session);
    const mode = sides.isOne ? {} : { ChecksumMode: 'ENABLED' as const };
    return await sides.source.call('s3', 'HeadObject', { ...input, ...mode, Bucket: uri.bucket, Key: uri.key });
  } catch (error) {
    if (!isUnserved(error)) throw error;
    const text = errorText(error).replace(/Not Found$/, () => `Key "${uri.key}" does not exist`);
    return { failed: await failed([`fatal error: ${text}`], error, values, session) };
  }
}

function sourceOf(uri: S3Uri, head: HeadObjectOutput): Source {
  return {
    path: nameOf(uri),
    place: { kind: 'object', uri, etag: head.ETag, storageClass: head.StorageClass, head },
    size: head.ContentLength,
    modifiedMs: head.LastModified?.getTime() ?? 0,
  };
}

/**
 * The target of one source: below the given target if that is a folder or ends in a slash, otherwise the given target
 * itself.
 */
async function targetFor({ path }: Source, target: Target, isDeep: boolean): Promise<Target> {
  if (target.kind === 's3') {
    const { key } = target.uri;
    const isFolder = isDeep || key === '' || key.endsWith('/');
    if (!isFolder) return target;
    if (path === '-') throw new UsageError('standard input has no name: write s3://BUCKET/KEY');
    return { kind: 's3', uri: { ...target.uri, key: `${folderKey(target.uri)}${path}` } };
  }
  const isFolder = isDeep || target.path.endsWith('/') || (await isFolderThere(target.path));
  if (!isFolder) return target;
  if (!isDeep && path === '..')
    throw new UsageError(`"${path}" cannot be a file name: add a file name after the object`);
  return { kind: 'local', path: join(target.path, path), below: isDeep ? target.path : undefined };
}

/** Moving something onto itself would delete it. */
function requireOther(source: S3Uri, target: S3Uri): void {
  const [from, to] = [source, target].map(printS3Uri);
  const isSame = from === to || (to?.endsWith('/') && from === `${to}${source.key.split('/').at(-1)}`);
  if (isSame) throw new UsageError(`Cannot mv a file onto itself: ${from} - ${to}`);
}
