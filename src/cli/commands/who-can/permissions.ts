/** What can be asked about a target: verbs, which stand for operations, and permissions by their names. */

import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { isSymmetric } from '../../../kms/key-spec.ts';
import { customaryPermissions, keylessPermissions, keyPermissions } from '../../../policy/kms-permissions.ts';
import { s3ActionNames, s3Permissions } from '../../../policy/s3-permissions.ts';
import type { Target } from './target.ts';

export const verbs = ['read', 'write', 'delete', 'list'] as const;
export type Verb = (typeof verbs)[number];

export type Wanted =
  | { readonly kind: 'verb'; readonly verb: Verb }
  /** A permission as AWS spells it: `kms:Decrypt`. */
  | { readonly kind: 'permission'; readonly action: string };

const permission = (action: string): Wanted => ({ kind: 'permission', action });
const verb = (name: Verb): Wanted => ({ kind: 'verb', verb: name });

/** Reads an action, or several with commas between them. @throws UsageError for one that does not fit the target */
export const wantedFor = (text: string, target: Target): readonly Wanted[] =>
  wordsOf(text).map((word) => wantedOf(word, target));

const wordsOf = (text: string): readonly string[] => text.split(',').map((word) => word.trim());

/** @throws UsageError for a text that cannot be an action, whatever the target is */
export function requireActions(text: string): void {
  for (const word of wordsOf(text)) serviceOf(word);
}

/** The service of a permission; undefined for a verb. @throws UsageError for anything else */
function serviceOf(word: string): string | undefined {
  if (verbs.some((each) => each === word)) return undefined;
  const [, service] = /^([a-z0-9-]+):./.exec(word) ?? [];
  if (service !== undefined) return service;
  const near = didYouMean(word, verbs);
  throw new UsageError(
    `"${word}" is not an action: it is one of ${verbs.join(', ')} or a permission such as kms:Decrypt${near === undefined ? '' : `: ${near}`}`,
  );
}

function wantedOf(word: string, target: Target): Wanted {
  const found = verbs.find((each) => each === word);
  if (found) return fittingVerb(found, target);
  const service = serviceOf(word) ?? '';
  if (/[*?]/.test(word)) throw new UsageError(`"${word}" is a pattern: name one permission, or use --matrix`);
  switch (service) {
    case 'kms':
      return permission(fittingKms(word, target));
    case 's3':
      return permission(fittingS3(word, target));
    default:
      return permission(fittingOther(word, service, target));
  }
}

function fittingVerb(word: Verb, target: Target): Wanted {
  if (target.kind === 'object') return verb(word);
  if (target.kind === 'bucket') return word === 'list' ? verb(word) : refuseVerb(word, 'an object: s3://BUCKET/KEY');
  return refuseVerb(word, word === 'list' ? 'a bucket: s3://BUCKET' : 'an object: s3://BUCKET/KEY');
}

function refuseVerb(word: string, takes: string): never {
  throw new UsageError(`${word} takes ${takes}`);
}

function fittingKms(word: string, target: Target): string {
  const name = word.slice('kms:'.length);
  const known = [...keyPermissions, ...keylessPermissions];
  if (name.toLowerCase() === 'retiregrant') {
    throw new UsageError(
      'who may retire a grant is said by the grant itself: its retiring principal, or its grantee',
      'ssebox kms list-grants --key-id KEY',
    );
  }
  if (name.toLowerCase() === 'reencrypt') {
    throw new UsageError('ReEncrypt takes two permissions: ask about kms:ReEncryptFrom and kms:ReEncryptTo');
  }
  const found = spelled(name, known) ?? refuseAction(word, known.map(withService('kms')));
  const isKeyless = keylessPermissions.includes(found);
  if (isKeyless !== (target.kind === 'other' && target.arn === '*')) {
    throw new UsageError(
      isKeyless ? `kms:${found} is not about a key: write * for the resource` : `kms:${found} takes a key`,
    );
  }
  if (!isKeyless && target.kind !== 'key') throw new UsageError(`kms:${found} takes a key`);
  return `kms:${found}`;
}

function fittingS3(word: string, target: Target): string {
  const found = spelled(word, s3ActionNames()) ?? refuseAction(word, s3ActionNames());
  const about = s3Permissions.get(found.toLowerCase());
  const takes = { object: 'an object: s3://BUCKET/KEY', bucket: 'a bucket: s3://BUCKET', account: '*' } as const;
  const fits =
    about === 'account' ? target.kind === 'other' && target.arn === '*' : about !== undefined && about === target.kind;
  if (!fits && about) {
    const what = about === 'account' ? 'is not about a bucket: write * for the resource' : `takes ${takes[about]}`;
    throw new UsageError(`${found} ${what}`);
  }
  return found;
}

/** Of other services AWS's names are not all known here. */
function fittingOther(word: string, service: string, target: Target): string {
  if (target.kind === 'key' || target.kind === 'bucket' || target.kind === 'object') {
    throw new UsageError(`${word} is not about ${target.kind === 'object' ? 'an object' : `a ${target.kind}`}`);
  }
  if (service === 'sts' && target.kind !== 'role') throw new UsageError(`${word} takes a role: its ARN, or role/NAME`);
  return word;
}

const withService = (service: string) => (name: string) => `${service}:${name}`;

/** The name as AWS spells it, whatever its capitals. */
const spelled = (name: string, known: readonly string[]): string | undefined =>
  known.find((each) => each.toLowerCase() === name.toLowerCase());

function refuseAction(word: string, known: readonly string[]): never {
  const near = didYouMean(word, known);
  throw new UsageError(`"${word}" is not a permission that AWS has${near === undefined ? '' : `: ${near}`}`);
}

const OF_BUCKET = `
  ListBucketVersions ListBucketMultipartUploads GetBucketLocation GetBucketPolicy PutBucketPolicy DeleteBucketPolicy
  GetEncryptionConfiguration PutEncryptionConfiguration GetBucketVersioning PutBucketVersioning
  GetBucketPublicAccessBlock PutBucketPublicAccessBlock GetReplicationConfiguration PutReplicationConfiguration
  GetLifecycleConfiguration PutLifecycleConfiguration DeleteBucket`;
const OF_OBJECT = `
  GetObjectVersion DeleteObjectVersion GetObjectAttributes GetObjectTagging PutObjectTagging GetObjectAcl PutObjectAcl
  AbortMultipartUpload ListMultipartUploadParts`;

const ofS3 = (names: string): readonly Wanted[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => permission(`s3:${name}`));

/** The columns of a matrix. @throws UsageError for a target that has none */
export function matrixOf(target: Target): readonly Wanted[] {
  switch (target.kind) {
    case 'key': {
      const { spec, usage } = target.key;
      return customaryPermissions(usage, isSymmetric(spec)).map((name) => permission(`kms:${name}`));
    }
    case 'bucket':
      return [verb('list'), ...ofS3(OF_BUCKET)];
    case 'object':
      return [verb('read'), verb('write'), verb('delete'), ...ofS3(OF_OBJECT)];
    case 'role':
      return ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'].map(permission);
    case 'other':
      throw new UsageError('--matrix takes a key, a bucket, an object or a role');
  }
}
