/** `ssebox s3 cp` and `ssebox s3 mv`: AWS CLI Command Reference, s3 cp and s3 mv. */

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError, UsageError } from '../../../api/errors.ts';
import { objectChoices } from '../../choices.ts';
import { type CommandSpec, type CommandValues, command, type OptionSpec, type Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { argument, isSet } from '../given.ts';
import { newSlots } from './at-once.ts';
import { copyInParts, copySourceOf, MOST_COPIED_BYTES, sourceKeyIn } from './copy-in-parts.ts';
import { download } from './download.ts';
import { filterOf, filterOptions } from './filters.ts';
import { printPath } from './local-path.ts';
import { customerKeyOptions, guessedType, objectInput, sourceKeyOptions, writeOptions } from './object-options.ts';
import { runTransfers, tellingOptions } from './run-transfers.ts';
import { filesBelow, objectsUnder, oneFile, type Source } from './sources.ts';
import type { Skipped, Transfer } from './transfer.ts';
import { upload } from './upload.ts';
import { printS3Uri, type S3Uri, s3Uri } from './uri.ts';

const paths = {
  source: { about: 'a file, s3://BUCKET/KEY, or - for standard input', choices: objectChoices('s3://') },
  target: { about: 's3://BUCKET/KEY, a file, or - for standard output', choices: objectChoices('s3://') },
};

/** Accepted because scripts have them; they change nothing here. */
const withoutEffect = {
  'copy-props': { about: 'which properties a copy keeps', type: 'string', hidden: true },
  'expected-size': { about: 'size of a stream', type: 'string', hidden: true },
  'force-glacier-transfer': { about: 'also what is in Glacier', type: 'boolean', hidden: true },
  'ignore-glacier-warnings': { about: 'no warnings about Glacier', type: 'boolean', hidden: true },
  'request-payer': { about: 'who pays', type: 'string', bare: 'requester', hidden: true },
  'source-region': { about: 'region of the source', type: 'string', hidden: true },
} as const satisfies Record<string, OptionSpec>;

export const transferOptions = {
  ...writeOptions,
  ...customerKeyOptions,
  ...sourceKeyOptions,
  'metadata-directive': { about: 'COPY or REPLACE the metadata of a copy', type: 'string', value: 'WHICH' },
  'checksum-mode': { about: 'ENABLED: check the checksum of a download', type: 'string', value: 'MODE' },
  'follow-symlinks': { about: 'upload what links point at', type: 'boolean-pair' },
  ...filterOptions,
  ...tellingOptions,
  ...withoutEffect,
} as const satisfies Record<string, OptionSpec>;

const options = {
  recursive: { about: 'everything below the source', type: 'boolean' },
  ...transferOptions,
} as const satisfies Record<string, OptionSpec>;

export const cp = command({
  name: 'cp',
  summary: 'Copy files and objects, as the AWS CLI does',
  description: 'What is larger than 8 MiB is uploaded in parts, which under SSE-KMS also needs kms:Decrypt.',
  args: paths,
  options,
  examples: [
    'date > now.txt && ssebox s3 cp now.txt s3://photos/ --sse aws:kms --sse-kms-key-id alias/app',
    'ssebox s3 cp s3://reports/2026 ./reports --recursive --exclude "*" --include "*.csv"',
  ],
  run: (values, session) => transfer('cp', values, session),
});

export const mv = command({
  name: 'mv',
  summary: 'Move files and objects: copy them, then delete the source',
  args: paths,
  options,
  examples: [
    'ssebox s3 mv s3://photos/harbour.txt s3://photos/2026/harbour.txt',
    'ssebox s3 mv s3://photos/2026 s3://drafts/2026 --recursive --dryrun',
  ],
  run: (values, session) => transfer('mv', values, session),
});

/** `ssebox s3 copy`: a word for `cp`. */
export const copy: CommandSpec = { ...cp, name: 'copy', summary: 'The same as cp', examples: cp.examples.map(renamed) };

function renamed(example: string): string {
  return example.replace('s3 cp', 's3 copy');
}

async function transfer(verb: 'cp' | 'mv', values: CommandValues, session: Session): Promise<Result> {
  const from = argument(values, 'source');
  const to = argument(values, 'target');
  const [source, target] = [from, to].map((text) => (text.startsWith('s3://') ? s3Uri(text) : undefined));
  if (!source && !target) throw usageOf(verb);
  const isDeep = isSet(values, 'recursive');
  if (from === '-' || to === '-') {
    if (isDeep || verb === 'mv')
      throw new UsageError('Streaming currently is only compatible with non-recursive cp commands');
    if (to === '-' && source) return streamed(source, values, session);
  }
  const placed = target ? { kind: 's3' as const, uri: target } : { kind: 'local' as const, path: to };
  const carry = await carrier(verb === 'mv', isDeep, values, session);
  const found = await sourcesOf(from, source, isDeep, target !== undefined, values, session);
  if ('failed' in found) return found.failed;
  const isTaken = filterOf(values);
  async function* transfers(): AsyncGenerator<Transfer | Skipped> {
    for await (const each of found as AsyncIterable<Source | Skipped>) {
      if ('warning' in each) yield each;
      else if (isTaken(each.path)) yield carry(each, await targetFor(each, placed, isDeep));
    }
  }
  if (verb === 'mv' && source && target && !isDeep) requireOther(source, target, from);
  return runTransfers(transfers(), values, session);
}

const usageOf = (verb: string) =>
  new UsageError(
    `usage: ssebox s3 ${verb} <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>\nError: Invalid argument type`,
  );

/** A single object's bytes on standard output. */
async function streamed({ bucket, key }: S3Uri, values: CommandValues, session: Session): Promise<Result> {
  const input = objectInput('GetObject', values, session);
  const { Body } = await session.call('s3', 'GetObject', { ...input, Bucket: bucket, Key: key });
  return { kind: 'bytes', bytes: Body ?? new Uint8Array() };
}

async function sourcesOf(
  from: string,
  source: S3Uri | undefined,
  isDeep: boolean,
  isCopy: boolean,
  values: CommandValues,
  session: Session,
): Promise<AsyncIterable<Source | Skipped> | { readonly failed: Result }> {
  if (!source) {
    if (!isDeep) return one(await oneFile(from));
    const facts = await stat(from).catch(() => undefined);
    if (!facts) throw new UsageError(`The user-provided path ${from} does not exist.`);
    return filesBelow(from, values.options['follow-symlinks'] !== false);
  }
  if (isDeep) return objectsUnder(source, session);
  const head = await headOf(source, isCopy, values, session);
  return 'failed' in head ? head : one(head);
}

async function* one(source: Source): AsyncGenerator<Source> {
  yield source;
}

/** The AWS CLI asks for a single object's size first; what it is told then ends the command. */
async function headOf(
  uri: S3Uri,
  isCopy: boolean,
  values: CommandValues,
  session: Session,
): Promise<Source | { readonly failed: Result }> {
  if (uri.key === '') throw new UsageError(`"${printS3Uri(uri)}" names no object: add --recursive`);
  try {
    // The options without "copy-source" are about the target.
    const input = isCopy
      ? sourceKeyIn(objectInput('CopyObject', values, session))
      : objectInput('HeadObject', values, session);
    const { ContentLength, LastModified } = await session.call('s3', 'HeadObject', {
      ...input,
      Bucket: uri.bucket,
      Key: uri.key,
    });
    const path = uri.key.slice(uri.key.lastIndexOf('/') + 1);
    return { path, place: { kind: 'object', uri }, size: ContentLength, modifiedMs: LastModified?.getTime() ?? 0 };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    session.tell(
      `fatal error: An error occurred (${error.httpStatus}) when calling the HeadObject operation: ${headWords(error, uri)}`,
    );
    return { failed: { kind: 'none', failed: true } };
  }
}

/** An answer to HEAD has no body, and so no words of its own. */
function headWords({ httpStatus, message }: AwsError, { key }: S3Uri): string {
  if (httpStatus === 404) return `Key "${key}" does not exist`;
  return (
    { 400: 'Bad Request', 403: 'Forbidden', 405: 'Method Not Allowed', 412: 'Precondition Failed' }[httpStatus] ??
    message
  );
}

export type Target = { readonly kind: 's3'; readonly uri: S3Uri } | { readonly kind: 'local'; readonly path: string };

/** Where one source goes: below the target when it is a folder or ends in a slash, else the target itself. */
async function targetFor({ path }: Source, target: Target, isDeep: boolean): Promise<Target> {
  if (target.kind === 's3') {
    const { key } = target.uri;
    const isFolder = isDeep || key === '' || key.endsWith('/');
    if (!isFolder) return target;
    const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
    if (path === '-') throw new UsageError('standard input has no name: write s3://BUCKET/KEY');
    return { kind: 's3', uri: { ...target.uri, key: `${prefix}${path}` } };
  }
  const facts = await stat(target.path).catch(() => undefined);
  const isFolder = isDeep || target.path.endsWith('/') || facts?.isDirectory();
  return isFolder ? { kind: 'local', path: join(target.path, path) } : target;
}

/** AWS CLI S3 Configuration, max_concurrent_requests. */
const MOST_REQUESTS = 10;

/** Makes a transfer of a source and where it goes. What the options come to is found out once. */
export async function carrier(
  deletesSource: boolean,
  grouped: boolean,
  values: CommandValues,
  session: Session,
): Promise<(source: Source, target: Target) => Transfer | Skipped> {
  const input = (operation: Parameters<typeof objectInput>[0]) => objectInput(operation, values, session);
  const create = input('CreateMultipartUpload');
  const slots = newSlots(MOST_REQUESTS);
  const put = input('PutObject');
  const uploads = { inputs: { put, create, part: input('UploadPart') }, session, grouped, slots };
  const gets = input('GetObject');
  const copies = input('CopyObject');
  const metadataDirective = copies.MetadataDirective;
  const inParts = { inputs: { create, part: input('UploadPartCopy'), metadataDirective }, session, slots };
  return ({ path, place, size }, target) => {
    const verb = (name: Transfer['verb']) => (deletesSource ? 'move' : name);
    if (place.kind === 'file' && target.kind === 's3') {
      return {
        verb: verb('upload'),
        from: printPath(place.file),
        to: printS3Uri(target.uri),
        size,
        async run(onBytes) {
          const type = await guessedType(place.file, put, values);
          await upload(place.file, target.uri, type, uploads, onBytes);
          if (deletesSource) await rm(place.file);
        },
      };
    }
    if (place.kind !== 'object') throw new Error('a transfer between two files');
    const { uri } = place;
    const remove = async () => {
      if (deletesSource) await session.call('s3', 'DeleteObject', { Bucket: uri.bucket, Key: uri.key }, { grouped });
    };
    if (target.kind === 'local') {
      // A key must not lead out of the folder that it is copied into.
      if (grouped && path.split('/').includes('..')) {
        return { warning: `Skipping file ${printS3Uri(uri)}. File references a parent directory.` };
      }
      return {
        verb: verb('download'),
        from: printS3Uri(uri),
        to: printPath(target.path),
        size,
        async run(onBytes) {
          await download(uri, target.path, gets, session, onBytes);
          await remove();
        },
      };
    }
    return {
      verb: verb('copy'),
      from: printS3Uri(uri),
      to: printS3Uri(target.uri),
      size,
      async run(onBytes) {
        if (size !== undefined && size > MOST_COPIED_BYTES) {
          await copyInParts(uri, target.uri, inParts, onBytes);
        } else {
          const at = { Bucket: target.uri.bucket, Key: target.uri.key, CopySource: copySourceOf(uri) };
          await session.callByName('s3', 'CopyObject', { ...copies, ...at }, { grouped });
          onBytes(size ?? 0);
        }
        await remove();
      },
    };
  };
}

function requireOther(source: S3Uri, target: S3Uri, from: string): void {
  const isFolder = target.key === '' || target.key.endsWith('/');
  const key = isFolder ? `${target.key}${source.key.slice(source.key.lastIndexOf('/') + 1)}` : target.key;
  if (source.bucket !== target.bucket || source.key !== key) return;
  throw new UsageError(`Cannot mv a file onto itself: ${from} - ${printS3Uri({ ...target, key })}`);
}
