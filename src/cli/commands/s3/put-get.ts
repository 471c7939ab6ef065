/** `ssebox s3 put` and `ssebox s3 get`: one file, one object, one request. */

import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import { shellWord } from '../../../api/shell-word.ts';
import { noBytes } from '../../body.ts';
import { objectChoices } from '../../choices.ts';
import { command, type Result } from '../../command.ts';
import { isRemote } from '../../endpoint/place.ts';
import { knownFile } from '../../known-file.ts';
import { type Progress, progressOf } from '../../progress.ts';
import { makeFolderOf, saverOf } from '../../save-bytes.ts';
import type { Session } from '../../session.ts';
import { counted, fileBody, fileSize, type OnBytes, streamBody } from './file-body.ts';
import { isFolderThere, printPath } from './local-path.ts';
import { type MultipartSettings, multipartSettings } from './multipart-settings.ts';
import { inBucket, object } from './object-argument.ts';
import { customerKeyOptions, guessedType, type ObjectValues, objectInput, putOptions } from './object-options.ts';
import { transferLine } from './transfer.ts';
import { isS3Uri, objectUri, printS3Uri, type S3Uri, s3Uri } from './uri.ts';

const quiet = { about: 'print nothing', type: 'boolean' } as const;

export const put = command({
  name: 'put',
  callsEndpoint: true,
  summary: 'Store a file as an object, in one PutObject',
  description:
    "The object is encrypted as the options say, otherwise by the bucket's default. If the target ends in a slash, the object takes the name of the file. With - the bytes come from standard input; what has no known length goes to an endpoint in parts, if it has 8 MiB or more.",
  args: {
    file: { about: 'the file, or - for standard input', check: knownFile },
    target: { about: 'the target: s3://BUCKET/KEY', choices: objectChoices, mayBeNew: true, check: inBucket },
  },
  options: {
    ...putOptions,
    resume: {
      about: 'upload files of 8 MiB or more in parts, and resume where the same command was interrupted',
      type: 'boolean',
    },
    quiet,
  },
  examples: [
    'date > now.txt && ssebox s3 put now.txt s3://reports/2026/now.txt',
    'date > now.txt && ssebox s3 put now.txt s3://photos/ --sse aws:kms --sse-kms-key-id alias/app',
    'seq 2000000 > numbers.txt && ssebox s3 put numbers.txt s3://photos/ --resume',
    'date | ssebox s3 put - s3://photos/now.txt --content-type text/plain',
  ],
  async run(values, session): Promise<Result> {
    const { file } = values.args;
    requireUpload(values.args);
    const target = targetOf(values.args.target, file);
    const size = file === '-' ? undefined : await fileSize(file);
    const isResumable = values.options.resume;
    if (isResumable && size === undefined)
      throw new UsageError('--resume needs a file: standard input cannot be read again');
    const progress = progressOf(session);
    progress.expect(size);
    try {
      const settings = multipartSettings(session.settings);
      if (isResumable && size !== undefined && size >= settings.thresholdBytes) {
        await putInParts(file, target, values, settings, session, progress);
      } else if (!size && isRemote('s3', session)) {
        await putStream(file, target, values, settings, session, progress.add);
      } else {
        await putAtOnce(file, target, values, session, progress.add);
      }
    } finally {
      progress.clear();
    }
    const lines = [transferLine({ verb: 'upload', from: printPath(file), to: printS3Uri(target) })];
    return { kind: 'lines', lines: values.options.quiet ? [] : lines };
  },
});

export const get = command({
  name: 'get',
  callsEndpoint: true,
  summary: 'Read an object into a file, in one GetObject',
  description:
    "The file appears only once its last byte has been authenticated: an object that cannot be read leaves no file, or an older one as it was. With - the bytes go to standard output. A file that is named is replaced; one with the object's name, where none is named, only with --yes or after a question.",
  args: {
    source: { ...object, about: 'the object: s3://BUCKET/KEY' },
    file: { about: "the file, a folder, or - for standard output (default: the object's name)", optional: true },
  },
  options: {
    'version-id': { about: 'a version other than the newest', type: 'string', value: 'ID' },
    ...customerKeyOptions,
    quiet,
  },
  examples: [
    'ssebox s3 get s3://reports/2026/q1.csv',
    'ssebox s3 get s3://reports/2026/q1.csv - | head -1',
    'ssebox s3 get s3://photos/harbour.txt copy.txt --as user/ana',
  ],
  async run(values, session): Promise<Result> {
    requireDownload(values.args);
    const source = objectUri(values.args.source);
    const input = { ...(await objectInput('GetObject', values, session)), Bucket: source.bucket, Key: source.key };
    const named = values.args.file;
    if (named === '-') {
      const { Body } = await session.aws.call('s3', 'GetObject', input);
      return { kind: 'bytes', bytes: Body ?? new Uint8Array() };
    }
    const path = await pathFor(named ?? '.', source);
    if (named === undefined && (await stat(path).catch(() => undefined))) {
      await session.confirm(`replace the file "${printPath(path)}"`);
    }
    const { Body, ContentLength } = await session.aws.call('s3', 'GetObject', input);
    const progress = progressOf(session);
    progress.expect(ContentLength);
    try {
      if (!session.rehearses) makeFolderOf({ path });
      await saverOf(session)({ path }, counted(Body ?? noBytes(), progress.add));
    } finally {
      progress.clear();
    }
    const lines = [transferLine({ verb: 'download', from: printS3Uri(source), to: printPath(path) })];
    return { kind: 'lines', lines: values.options.quiet ? [] : lines };
  },
});

/** @throws UsageError that names the right command when the file is an object. */
function requireUpload({ file, target }: { readonly file: string; readonly target: string }): void {
  if (!isS3Uri(file)) return;
  const verb = isS3Uri(target) ? 'copy' : 'get';
  throw new UsageError(`"${file}" is an object, not a file: use ${commandLine(verb, file, target)}`);
}

/** @throws UsageError that names the right command when the target is an object. */
function requireDownload({ source, file }: { readonly source: string; readonly file?: string | undefined }): void {
  if (file === undefined || !isS3Uri(file)) return;
  const verb = isS3Uri(source) ? 'copy' : 'put';
  throw new UsageError(`"${file}" is an object, not a file: use ${commandLine(verb, source, file)}`);
}

const commandLine = (verb: string, from: string, to: string): string =>
  ['ssebox', 's3', verb, from, to].map(shellWord).join(' ');

async function putAtOnce(
  file: string,
  { bucket, key }: S3Uri,
  values: ObjectValues,
  session: Session,
  onBytes: OnBytes,
): Promise<void> {
  const input = await objectInput('PutObject', values, session);
  await session.aws.callByName('s3', 'PutObject', {
    ...input,
    ...(await guessedType(file, input, values)),
    ...(file === '-' ? await streamBody(session.stdin.stream(), onBytes) : await fileBody(file, onBytes)),
    Bucket: bucket,
    Key: key,
  });
}

/** A request to an endpoint says how long its body is: what has no known length goes in parts, if it is long. */
async function putStream(
  file: string,
  target: S3Uri,
  values: ObjectValues,
  settings: MultipartSettings,
  session: Session,
  onBytes: OnBytes,
): Promise<void> {
  const [{ upload }, { newSlots }] = await Promise.all([import('./upload.ts'), import('./at-once.ts')]);
  const put = await objectInput('PutObject', values, session);
  const create = await objectInput('CreateMultipartUpload', values, session);
  const inputs = { put, create, part: await objectInput('UploadPart', values, session), complete: {} };
  const slots = newSlots(settings.mostRequests);
  const uploads = { inputs, session, grouped: false, settings, slots, overlooks: undefined, expectedSize: undefined };
  await upload(file, target, await guessedType(file, put, values), uploads, onBytes);
}

async function putInParts(
  file: string,
  target: S3Uri,
  values: ObjectValues,
  multipart: MultipartSettings,
  session: Session,
  progress: Progress,
): Promise<void> {
  const { resumableUpload } = await import('./resumable-upload.ts');
  const settings = await objectInput('CreateMultipartUpload', values, session);
  const create = { ...settings, ...(await guessedType(file, settings, values)) };
  const inputs = { create, part: await objectInput('UploadPart', values, session) };
  await resumableUpload(file, target, inputs, multipart, session, progress);
}

/** A target that ends in a slash, or is only a bucket, gets the file's name. */
function targetOf(text: string, file: string): S3Uri {
  const uri = s3Uri(text);
  if (uri.key !== '' && !uri.key.endsWith('/')) return uri;
  if (file === '-')
    throw new UsageError(`"${text}" does not name an object, and standard input has no name: write s3://BUCKET/KEY`);
  return { ...uri, key: `${uri.key}${basename(file)}` };
}

async function pathFor(path: string, { key }: S3Uri): Promise<string> {
  const isFolder = path.endsWith('/') || (await isFolderThere(path));
  if (!isFolder) return path;
  const name = basename(key);
  if (name === '' || name === '..' || key.endsWith('/')) {
    throw new UsageError(`"${key}" cannot be a file name: add a file name after the object`);
  }
  return join(path, name);
}
