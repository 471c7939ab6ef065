/** The headers and metadata stored with an object: Amazon S3 User Guide, "Working with object metadata". */

import { AwsError } from '../../api/errors.ts';
import type { StorageClass } from '../../api/model/s3.types.ts';
import { allowed } from '../../api/nearest.ts';
import type { SystemHeaders } from '../../store/records/s3.ts';
import { isKeptName } from '../../store/table.ts';
import { notImplementedHeader } from './conditions.ts';
import { invalidArgument } from './invalid-argument.ts';

const MAX_METADATA_BYTES = 2048;

/** The classes that an object in a general purpose bucket can have. */
export const storageClasses: readonly string[] = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];

/** Whether an object in a general purpose bucket can have this class. */
export const isStorageClass = (text: string): boolean => storageClasses.includes(text);

/** Whether objects of this class have to be restored before they can be read. */
export const isArchived = (storageClass: string | undefined): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

export interface ObjectHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  /** Text that is not a time is kept as it is. */
  readonly Expires?: Date | string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly StorageClass?: string | undefined;
}

/** The headers of a write in their stored form. @throws AwsError InvalidStorageClass, BadRequest */
export function keptHeaders(input: ObjectHeaders): SystemHeaders {
  const { StorageClass } = input;
  for (const [name, header] of textHeaders) requireOneLine(header, input[name]);
  if (StorageClass !== undefined && !isStorageClass(StorageClass)) {
    throw new AwsError(
      'InvalidStorageClass',
      'The storage class you specified is not valid',
      { StorageClassRequested: StorageClass },
      allowed(StorageClass, storageClasses),
    );
  }
  return {
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: keptEncoding(input.ContentEncoding),
    ContentLanguage: input.ContentLanguage,
    ContentType: input.ContentType,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
    StorageClass: StorageClass === 'STANDARD' ? undefined : StorageClass,
    ...keptExpires(input.Expires),
  };
}

function keptExpires(expires: ObjectHeaders['Expires']): Pick<SystemHeaders, 'expiresMs' | 'expiresText'> {
  if (typeof expires !== 'string') return { expiresMs: expires?.getTime() };
  requireOneLine('expires', expires);
  return { expiresText: expires };
}

/**
 * `aws-chunked` describes how a body is sent, not how it is stored: S3 API Reference, "Authenticating Requests: Using
 * the Authorization Header", transferring the payload in chunks.
 */
function keptEncoding(header: string | undefined): string | undefined {
  if (header === undefined || !/aws-chunked/i.test(header)) return header;
  const others = header.split(',').map((coding) => coding.trim());
  return others.filter((coding) => coding.toLowerCase() !== 'aws-chunked').join(',') || undefined;
}

const textHeaders = [
  ['CacheControl', 'cache-control'],
  ['ContentDisposition', 'content-disposition'],
  ['ContentEncoding', 'content-encoding'],
  ['ContentLanguage', 'content-language'],
  ['ContentType', 'content-type'],
  ['WebsiteRedirectLocation', 'x-amz-website-redirect-location'],
] as const;

/** Whether a text can stand in a header field: RFC 9110, section 5.5. A line break would begin another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that a field cannot have
const isOneLine = (text: string): boolean => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text);

/** Refuses what cannot be sent to S3 at all, as S3 refuses a request that it cannot read. */
function requireOneLine(header: string, text: string | undefined): void {
  if (text === undefined || isOneLine(text)) return;
  throw new AwsError(
    'BadRequest',
    'An error occurred when parsing the HTTP request.',
    {},
    `a header cannot have a line break or another control character, and ${JSON.stringify(header)} has one`,
  );
}

/**
 * User metadata in its stored form: names in lower case.
 * @throws AwsError MetadataTooLarge, NotImplemented, BadRequest
 */
export function keptMetadata(metadata: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = new Map<string, string>();
  for (const [name, value] of Object.entries(metadata)) {
    const lower = name.toLowerCase();
    if (!isKeptName(lower)) throw notImplementedHeader(`x-amz-meta-${lower}`);
    requireOneLine(`x-amz-meta-${lower}`, lower + value);
    const before = kept.get(lower);
    kept.set(lower, before === undefined ? value : `${before},${value}`);
  }
  let size = 0;
  for (const [name, value] of kept) size += Buffer.byteLength(name) + Buffer.byteLength(value);
  if (size > MAX_METADATA_BYTES) {
    throw new AwsError(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      {
        Size: String(size),
        MaxSizeAllowed: String(MAX_METADATA_BYTES),
      },
      `the names and values of the metadata have ${size} bytes, and may have ${MAX_METADATA_BYTES}`,
    );
  }
  return Object.fromEntries(kept);
}

/** The headers that a read can request in place of the stored ones. */
export interface HeaderOverrides {
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
  readonly ResponseExpires?: Date | undefined;
}

const overrideParameters = [
  ['ResponseCacheControl', 'response-cache-control'],
  ['ResponseContentDisposition', 'response-content-disposition'],
  ['ResponseContentEncoding', 'response-content-encoding'],
  ['ResponseContentLanguage', 'response-content-language'],
  ['ResponseContentType', 'response-content-type'],
] as const;

/**
 * @throws AwsError InvalidRequest for overrides in an unsigned request, InvalidArgument for one that cannot be a header.
 */
export function requireOverrides(overrides: HeaderOverrides, isAnonymous: boolean): void {
  const asked = overrideParameters.filter(([name]) => overrides[name] !== undefined);
  if (isAnonymous && (asked.length > 0 || overrides.ResponseExpires !== undefined)) {
    throw new AwsError(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  for (const [name, parameter] of asked) {
    const text = overrides[name] ?? '';
    if (isOneLine(text) && !/[\u{100}-\u{10ffff}]/u.test(text)) continue;
    throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, text);
  }
}

/** The stored headers as members of a response. */
export function headerMembers(headers: SystemHeaders, overrides: HeaderOverrides) {
  const { expiresMs, expiresText } = headers;
  const expires = overrides.ResponseExpires ?? (expiresMs === undefined ? expiresText : new Date(expiresMs));
  return present({
    CacheControl: overrides.ResponseCacheControl ?? headers.CacheControl,
    ContentDisposition: overrides.ResponseContentDisposition ?? headers.ContentDisposition,
    ContentEncoding: overrides.ResponseContentEncoding ?? headers.ContentEncoding,
    ContentLanguage: overrides.ResponseContentLanguage ?? headers.ContentLanguage,
    ContentType: overrides.ResponseContentType ?? headers.ContentType ?? 'binary/octet-stream',
    // The model knows times only.
    Expires: expires as Date | undefined,
    WebsiteRedirectLocation: headers.WebsiteRedirectLocation,
    // `keptHeaders` accepts no other value.
    StorageClass: headers.StorageClass as StorageClass | undefined,
  });
}

/** Removes undefined members, so that a response has only what is set. */
function present<T extends object>(members: T): T {
  // The removed members were optional.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
