/**
 * The options of the AWS CLI's s3 commands for writing and reading objects, and the members of S3's inputs that they
 * set: AWS CLI Command Reference, s3 cp.
 */

import { UsageError } from '../../../api/errors.ts';
import { operationModel } from '../../../api/model/loader.ts';
import { inputFiles } from '../../aws-input/param-file.ts';
import { checkGiven } from '../../aws-input/parameter-check.ts';
import { readFlags } from '../../aws-input/values.ts';
import { keyChoices, namesFor } from '../../choices.ts';
import type { OptionSpec, OptionValue } from '../../command.ts';
import { pairOf } from '../../pair.ts';
import type { Session } from '../../session.ts';
import type { ContentTypeOf } from './content-type.ts';
import { taggingOf, tagPairs } from './tag-options.ts';

export type ObjectInput = Readonly<Record<string, unknown>>;

/** Encryption with a customer-provided key. */
export const customerKeyOptions = {
  'sse-c': {
    about: 'encrypt with a customer-provided key (SSE-C)',
    type: 'string',
    value: 'AES256',
    bare: 'AES256',
    choices: ['AES256'],
  },
  'sse-c-key': { about: 'the key of 32 bytes: fileb://PATH', type: 'string', value: 'KEY', secret: 'text' },
} as const satisfies Record<string, OptionSpec>;

export const sourceKeyOptions = {
  'sse-c-copy-source': {
    about: 'the source is encrypted with a customer-provided key',
    type: 'string',
    value: 'AES256',
    bare: 'AES256',
    choices: ['AES256'],
  },
  'sse-c-copy-source-key': {
    about: "the source's key: fileb://PATH",
    type: 'string',
    value: 'KEY',
    secret: 'text',
  },
} as const satisfies Record<string, OptionSpec>;

export const writeOptions = {
  sse: {
    about: 'how to encrypt the object (without a value: AES256)',
    type: 'string',
    value: 'MODE',
    bare: 'AES256',
    choices: ['AES256', 'aws:kms', 'aws:kms:dsse'],
  },
  'sse-kms-key-id': {
    about: 'the KMS key, for --sse aws:kms',
    type: 'string',
    value: 'KEY',
    choices: namesFor('s3', keyChoices),
  },
  ...customerKeyOptions,
  acl: {
    about: 'a canned ACL',
    type: 'string',
    value: 'ACL',
    choices: [
      ...['private', 'public-read', 'public-read-write', 'authenticated-read', 'aws-exec-read', 'bucket-owner-read'],
      ...['bucket-owner-full-control', 'log-delivery-write'],
    ],
  },
  'cache-control': { about: 'the Cache-Control header to store', type: 'string' },
  'content-disposition': { about: 'the Content-Disposition header to store', type: 'string' },
  'content-encoding': { about: 'the Content-Encoding header to store', type: 'string' },
  'content-language': { about: 'the Content-Language header to store', type: 'string' },
  'content-type': { about: 'the content type (default: guessed from the name)', type: 'string' },
  expires: { about: 'when caches should drop it', type: 'string', value: 'TIME' },
  'guess-mime-type': { about: 'guess the content type from the name', type: 'boolean-pair' },
  metadata: { about: 'the metadata to store: KEY=VALUE,KEY=VALUE', type: 'string', value: 'MAP' },
  'storage-class': {
    about: 'the storage class',
    type: 'string',
    value: 'CLASS',
    choices: [
      ...['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER'],
      ...['DEEP_ARCHIVE', 'GLACIER_IR'],
    ],
  },
  'website-redirect': { about: 'where a website redirects its readers', type: 'string', value: 'URL' },
  'checksum-algorithm': {
    about: 'the checksum to store',
    type: 'string',
    value: 'NAME',
    choices: [
      ...['CRC64NVME', 'CRC32', 'CRC32C', 'MD5', 'SHA1', 'SHA256', 'SHA512'],
      ...['XXHASH64', 'XXHASH3', 'XXHASH128'],
    ],
  },
} as const satisfies Record<string, OptionSpec>;

/** Options that only `s3 put` has, since it makes a single PutObject request. */
export const putOptions = {
  ...writeOptions,
  'bucket-key-enabled': { about: 'use a bucket key with SSE-KMS', type: 'boolean-pair' },
  'encryption-context': {
    about: "pairs to add to S3's own encryption context: KEY=VALUE,KEY=VALUE, or JSON",
    type: 'string',
    value: 'MAP',
  },
  tagging: { about: 'tags: KEY=VALUE&KEY=VALUE', type: 'string', value: 'TAGS' },
} as const satisfies Record<string, OptionSpec>;

/** The options that are members of S3's inputs under another name. */
const members = {
  sse: 'ServerSideEncryption',
  'sse-kms-key-id': 'SSEKMSKeyId',
  'sse-c': 'SSECustomerAlgorithm',
  'sse-c-key': 'SSECustomerKey',
  'sse-c-copy-source': 'CopySourceSSECustomerAlgorithm',
  'sse-c-copy-source-key': 'CopySourceSSECustomerKey',
  acl: 'ACL',
  'bucket-key-enabled': 'BucketKeyEnabled',
  'cache-control': 'CacheControl',
  'checksum-algorithm': 'ChecksumAlgorithm',
  'checksum-mode': 'ChecksumMode',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-type': 'ContentType',
  expires: 'Expires',
  metadata: 'Metadata',
  'metadata-directive': 'MetadataDirective',
  'storage-class': 'StorageClass',
  tagging: 'Tagging',
  'version-id': 'VersionId',
  'website-redirect': 'WebsiteRedirectLocation',
} as const;

type MemberOption = keyof typeof members;

/** The options that say how an object is written or read; every command has some of them. */
export interface ObjectValues {
  readonly options: { readonly [Name in MemberOption]?: OptionValue | undefined } & {
    readonly 'encryption-context'?: string | undefined;
    readonly grants?: readonly string[] | undefined;
    readonly 'guess-mime-type'?: boolean | undefined;
    readonly tags?: readonly string[] | undefined;
  };
}

type ObjectOperation =
  | 'PutObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'CopyObject'
  | 'GetObject'
  | 'HeadObject';

/**
 * The input of one operation from the typed options, without bucket and key. Options for which the operation has no
 * member are ignored.
 * @throws UsageError in the AWS CLI's words.
 */
export async function objectInput(
  operation: ObjectOperation,
  values: ObjectValues,
  session: Session,
): Promise<ObjectInput> {
  requireKeyPairs(values);
  const model = operationModel('s3', operation);
  const shape = model?.input && model.shapes[model.input.shape];
  if (!model?.input || shape?.type !== 'structure') throw new Error(`the model of s3 has no input of ${operation}`);
  const options: Readonly<Record<string, OptionValue | undefined>> = values.options;
  const given = Object.entries(members).flatMap(([name, member]) => {
    const value = options[name];
    return value === undefined || !(member in shape.members) ? [] : [{ flag: `--${name}`, member, value }];
  });
  const { uuid } = session.environment;
  const place = { shapes: model.shapes, name: model.input.shape };
  const input = await readFlags({ shape: place, given, service: 's3', files: inputFiles(session.stdin), uuid });
  checkGiven(input, place);
  const ofModel = { ...grants(values), ...tags(values) };
  const fitting = Object.entries(ofModel).filter(([member]) => member in shape.members);
  return { ...Object.fromEntries([...Object.entries(input), ...fitting]), ...encryptionContext(values) };
}

/** Only the customer-provided key from the options, as ListParts and CompleteMultipartUpload take it. */
export function customerKeyIn(input: ObjectInput): ObjectInput {
  return Object.fromEntries(Object.entries(input).filter(([member]) => member.startsWith('SSECustomer')));
}

/** @throws UsageError for half of a customer-provided key, in the words of the AWS CLI v2. */
export function requireKeyPairs(values: ObjectValues): void {
  requireKeyPair(values, 'sse-c', 'sse-c-key');
  requireKeyPair(values, 'sse-c-copy-source', 'sse-c-copy-source-key');
}

function requireKeyPair(values: ObjectValues, algorithm: MemberOption, key: MemberOption): void {
  const isGiven = (name: MemberOption) => values.options[name] !== undefined;
  if (isGiven(algorithm) === isGiven(key)) return;
  const half = isGiven(algorithm) ? algorithm : key;
  throw new UsageError(`If --${half} is specified, --${half === key ? algorithm : key} must be specified as well.`);
}

const grantMembers: Readonly<Record<string, string>> = {
  read: 'GrantRead',
  readacl: 'GrantReadACP',
  writeacl: 'GrantWriteACP',
  full: 'GrantFullControl',
};

/** `--grants read=uri=…,id=… full=id=…` */
function grants(values: ObjectValues): ObjectInput {
  return Object.fromEntries(
    (values.options.grants ?? []).map((grant) => {
      const [permission, grantee] = [grant.slice(0, grant.indexOf('=')), grant.slice(grant.indexOf('=') + 1)];
      if (!grant.includes('=') || !grantee.includes('=')) {
        throw new UsageError(`grants should be of the form permission=principal: "${grant}"`);
      }
      const member = grantMembers[permission];
      if (member) return [member, grantee];
      throw new UsageError(`permission must be one of: ${Object.keys(grantMembers).join('|')}: "${grant}"`);
    }),
  );
}

/** Tags as PutObject takes them. */
function tags(values: ObjectValues): ObjectInput {
  const pairs = tagPairs(values.options.tags ?? []);
  return pairs.length === 0 ? {} : { Tagging: taggingOf(pairs) };
}

/** S3 takes the pairs as base64 of JSON: S3 API Reference, PutObject, x-amz-server-side-encryption-context. */
function encryptionContext(values: ObjectValues): ObjectInput {
  const text = values.options['encryption-context'];
  if (text === undefined) return {};
  const json = text.trimStart().startsWith('{') ? text : JSON.stringify(pairsOf(text));
  return { SSEKMSEncryptionContext: Buffer.from(json).toString('base64') };
}

function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((word) => {
      const pair = pairOf(word);
      if (!pair) throw new UsageError(`--encryption-context takes KEY=VALUE,KEY=VALUE, not "${text}"`);
      return pair;
    }),
  );
}

/** The content type guessed from a file's name, unless one was given. The list of types is loaded here. */
export async function guessedType(path: string, input: ObjectInput, values: ObjectValues): Promise<ObjectInput> {
  if (path === '-' || input.ContentType !== undefined || values.options['guess-mime-type'] === false) return {};
  typeOf ??= (await import('./content-type.ts')).contentTypes();
  const type = typeOf(path);
  return type === undefined ? {} : { ContentType: type };
}

/** Read once, since a command may have many files. */
let typeOf: ContentTypeOf | undefined;
