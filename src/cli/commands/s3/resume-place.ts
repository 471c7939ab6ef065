/**
 * Where an upload that can be resumed is remembered: in a row of the store that has it, or, for one at an endpoint, in a
 * file of the person below `$XDG_STATE_HOME` (XDG Base Directory Specification). The file has no secret in it, and a lost
 * one costs only that the next upload starts from the beginning: which settings an upload was begun with cannot be asked
 * of S3, so none is adopted by its key alone.
 */

import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileError } from '../../../api/file-error.ts';
import { isRecord } from '../../../api/message.ts';
import { makeFolders } from '../../../folders.ts';
import type { Session } from '../../session.ts';
import type { S3Uri } from './uri.ts';

export interface ResumePlace {
  /** The id of the upload that is remembered; undefined if there is none. */
  find(): Promise<string | undefined>;
  /** @throws the reason for which it cannot be remembered */
  remember(uploadId: string): Promise<void>;
  /** The upload is complete, or is gone. */
  forget(): Promise<void>;
}

/** @param digest of the settings of the upload, in hex */
export function resumePlace(target: S3Uri, digest: string, session: Session): ResumePlace {
  const chosen = session.endpoints?.of('s3');
  if (!chosen) return inStore(target, digest, session);
  const { endpoint } = chosen;
  const name = endpoint.kind === 'aws' ? 'aws' : `${endpoint.origin}${endpoint.path}`;
  return inFile({ Endpoint: name, Bucket: target.bucket, Key: target.key, Settings: digest }, session);
}

/** A row of the store, which goes with its upload. */
const inStore = ({ bucket, key }: S3Uri, digest: string, { store }: Session): ResumePlace => ({
  find: async () => (await store.transact((tx) => tx.resumableUploads.get([bucket, key, digest])))?.uploadId,
  remember: (uploadId) =>
    store.transact<void>((tx) => {
      // It may have been aborted since.
      if (!tx.multipartUploads.get([bucket, key, uploadId])) return;
      tx.resumableUploads.put([bucket, key, digest], { v: 1, uploadId });
    }),
  forget: async () => {},
});

/** What an upload at an endpoint is found by. */
interface UploadName {
  readonly Endpoint: string;
  readonly Bucket: string;
  readonly Key: string;
  readonly Settings: string;
}

function inFile(name: UploadName, { environment }: Session): ResumePlace {
  const text = JSON.stringify(name);
  const path = join(stateFolder(environment.variables), 'uploads', `${sha256(text)}.json`);
  return {
    async find() {
      const found = await readFile(path, 'utf8').then(parsed, () => undefined);
      const { UploadId, ...rest } = isRecord(found) ? found : {};
      return typeof UploadId === 'string' && JSON.stringify(rest) === text ? UploadId : undefined;
    },
    async remember(UploadId) {
      const beside = `${path}.${environment.uuid().slice(0, 8)}`;
      try {
        makeFolders(dirname(path), (folder) => mkdirSync(folder, { mode: 0o700 }));
        await writeFile(beside, `${JSON.stringify({ ...name, UploadId })}\n`, { mode: 0o600, flag: 'wx' });
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true }).catch(() => undefined);
        throw fileError(`cannot write "${path}"`, error);
      }
    },
    // One that cannot be removed leads to an upload that is gone, which is found out.
    forget: () => rm(path, { force: true }).catch(() => undefined),
  };
}

function stateFolder({ XDG_STATE_HOME: state = '', HOME }: Readonly<Record<string, string | undefined>>): string {
  return join(isAbsolute(state) ? state : join(HOME ?? homedir(), '.local', 'state'), 'ssebox');
}

/** Undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
