/** Makes the transfer of a source to its target: an upload, a download or a copy; a move then deletes the source. */

import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AwsError, UsageError } from '../../../api/errors.ts';
import type { CallOptions } from '../../aws.ts';
import { saverOf } from '../../save-bytes.ts';
import type { Session } from '../../session.ts';
import { newSlots } from './at-once.ts';
import { type CopySource, copy } from './copy.ts';
import { download } from './download.ts';
import type { OnBytes } from './file-body.ts';
import { pathBelow, printPath } from './local-path.ts';
import { multipartSettings } from './multipart-settings.ts';
import { guessedType, type ObjectInput, objectInput } from './object-options.ts';
import type { Relays } from './relays.ts';
import type { Sides } from './sides.ts';
import type { Source } from './sources.ts';
import { type Outcome, type Skipped, skipped, type Target, type Transfer } from './transfer.ts';
import { expectedSize, keepsTarget, type TransferValues } from './transfer-options.ts';
import { upload } from './upload.ts';
import { printS3Uri, type S3Uri } from './uri.ts';

/** Undefined when the source is left out without a message. */
export type Carry = (source: Source, target: Target) => Transfer | Skipped | undefined;

/** The facts about a command's transfers. */
export interface Manner {
  readonly sides: Sides;
  readonly deletesSource: boolean;
  /** Whether there are many sources: small ones share their commits, and a key must not lead out of the folder. */
  readonly isDeep: boolean;
}

/** Makes a transfer from a source and its target. The options are evaluated once. */
export async function carrier(
  { sides, deletesSource, isDeep }: Manner,
  values: TransferValues,
  session: Session,
): Promise<Carry> {
  const uploadFile = await uploader(values, session, { grouped: isDeep });
  const copyObject = sides.isOne
    ? await copier(values, session, { grouped: isDeep })
    : await relayer({ sides, isMove: deletesSource, grouped: isDeep }, values, session);
  const gets = { input: await objectInput('GetObject', values, session), grouped: isDeep, save: saverOf(session) };
  const verb = (name: Transfer['verb']) => (deletesSource ? 'move' : name);
  return ({ path, place, size }, target) => {
    if (place.kind === 'file') {
      if (target.kind !== 's3') throw new Error('a transfer between two files');
      return {
        verb: verb('upload'),
        from: printPath(place.file),
        to: printS3Uri(target.uri),
        size,
        run: (onBytes) =>
          unlessKept(async () => {
            if (place.file.endsWith('/')) throw isFolder(place.file, target.uri);
            await uploadFile(place.file, target.uri, onBytes);
            if (deletesSource && !session.rehearses) await rm(place.file);
          }, values),
      };
    }
    const { uri, etag, storageClass, head } = place;
    const from = printS3Uri(uri);
    const name = verb(target.kind === 's3' ? 'copy' : 'download');
    if (isInGlacier(storageClass) && !values.options['force-glacier-transfer']) {
      return values.options['ignore-glacier-warnings'] ? undefined : skipped(from, inGlacier(name));
    }
    const remove = async () => {
      if (!deletesSource) return;
      await sides.source.call('s3', 'DeleteObject', { Bucket: uri.bucket, Key: uri.key }, { grouped: isDeep });
    };
    if (target.kind === 's3') {
      return {
        verb: name,
        from,
        to: printS3Uri(target.uri),
        size,
        run: (onBytes, notice) =>
          unlessKept(async () => {
            await copyObject({ uri, size: size ?? 0, etag, head }, target.uri, onBytes, notice);
            await remove();
          }, values),
      };
    }
    if (isDeep && leadsOut(path)) return skipped(path, 'File references a parent directory.');
    return {
      verb: name,
      from,
      to: printPath(target.path),
      size,
      async run(onBytes) {
        if (keepsTarget(values) && (await stat(target.path).catch(() => undefined))) return 'kept';
        await download(uri, target, gets, session, onBytes);
        await remove();
        return 'done';
      },
    };
  };
}

/** Whether a key, as a path below a folder, leads out of that folder or to it. */
const leadsOut = (path: string): boolean => /^\.\.?($|\/)/.test(pathBelow(path));

/** Why a folder is not uploaded as a file, in the words of the AWS CLI, which first looks at the key. */
const isFolder = (path: string, { key }: S3Uri): UsageError =>
  new UsageError(
    key === ''
      ? ['Parameter validation failed:', 'Invalid length for parameter Key, value: 0, valid min length: 1']
      : `[Errno 21] Is a directory: '${join(resolve(path), '/')}'`,
  );

/** Objects that S3 returns only after they have been restored, which is never the case here. */
const isInGlacier = (storageClass: string | undefined): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

const inGlacier = (verb: string): string =>
  `Object is of storage class GLACIER. Unable to perform ${verb} operations on GLACIER objects. You must restore the object to be able to perform the operation. See aws s3 ${verb} help for additional parameter options to ignore or force these transfers.`;

/** S3 refuses a write on the condition that the target does not exist, if it does. */
async function unlessKept(write: () => Promise<void>, values: TransferValues): Promise<Outcome> {
  try {
    await write();
    return 'done';
  } catch (error) {
    if (error instanceof AwsError && overlooked(values)?.(error)) return 'kept';
    throw error;
  }
}

/** Which refusals of a write say that the target is kept. */
const overlooked = (values: TransferValues): CallOptions['overlooks'] =>
  keepsTarget(values) ? ({ code }) => code === 'PreconditionFailed' : undefined;

const conditionOf = (values: TransferValues): ObjectInput => (keepsTarget(values) ? { IfNoneMatch: '*' } : {});

/** Whether small ones share their commits. */
interface Grouping {
  readonly grouped: boolean;
}

type Upload = (file: string, target: S3Uri, onBytes: OnBytes) => Promise<void>;

async function uploader(values: TransferValues, session: Session, { grouped }: Grouping): Promise<Upload> {
  const input = (operation: Parameters<typeof objectInput>[0]) => objectInput(operation, values, session);
  const condition = conditionOf(values);
  const put = { ...(await input('PutObject')), ...condition };
  const inputs = {
    put,
    create: await input('CreateMultipartUpload'),
    part: await input('UploadPart'),
    complete: condition,
  };
  const settings = multipartSettings(session.settings);
  const slots = newSlots(settings.mostRequests);
  const overlooks = overlooked(values);
  const uploads = { inputs, session, grouped, settings, slots, overlooks, expectedSize: expectedSize(values) };
  return async (file, target, onBytes) => upload(file, target, await guessedType(file, put, values), uploads, onBytes);
}

type Copy = (source: CopySource, target: S3Uri, ...watch: Parameters<Transfer['run']>) => Promise<void>;

async function copier(values: TransferValues, session: Session, { grouped }: Grouping): Promise<Copy> {
  const input = (operation: Parameters<typeof objectInput>[0]) => objectInput(operation, values, session);
  const condition = conditionOf(values);
  const inputs = {
    copy: { ...(await input('CopyObject')), ...condition },
    create: await input('CreateMultipartUpload'),
    part: await input('UploadPartCopy'),
    complete: condition,
  };
  const settings = multipartSettings(session.settings);
  const slots = newSlots(settings.mostRequests);
  const isDirected = inputs.copy.MetadataDirective !== undefined;
  const props = isDirected ? undefined : (values.options['copy-props'] ?? 'default');
  const copies = { inputs, props, session, grouped, settings, slots, overlooks: overlooked(values) };
  return (source, target, onBytes) => copy(source, target, copies, onBytes);
}

async function relayer(
  manner: Pick<Relays, 'sides' | 'isMove' | 'grouped'>,
  values: TransferValues,
  session: Session,
): Promise<Copy> {
  const [{ relay }, { newRelays }] = await Promise.all([import('./relay.ts'), import('./relays.ts')]);
  const conditions = { condition: conditionOf(values), overlooks: overlooked(values) };
  const relays = await newRelays({ ...manner, ...conditions }, values, session);
  return (source, target, onBytes, notice) => relay(source, target, relays, { onBytes, notice });
}
