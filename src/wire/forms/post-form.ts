/**
 * An upload by a browser's form: Amazon S3 API Reference, "Browser-Based Uploads Using POST (AWS Signature Version 4)".
 * It is a PutObject whose headers are fields, and whose caller is who signed the policy in it, or nobody.
 */

import { AwsError } from '../../api/errors.ts';
import { isRegion, type Region } from '../../api/regions.ts';
import { invalidArgument } from '../../s3/request/invalid-argument.ts';
import { MAX_SINGLE_BYTES } from '../../s3/request/put-limits.ts';
import { type HeaderFields, type HttpRequest, headerValue } from '../http/message.ts';
import {
  closingBytes,
  type FormField,
  type FormFile,
  formBoundary,
  formTooLarge,
  MAX_FORM_BYTES,
  notOneFile,
  readMultipart,
} from './multipart-form.ts';
import {
  type CoveredFields,
  largerThanAllowed,
  parsePostPolicy,
  requirePolicy,
  type SizeRange,
  smallerThanAllowed,
} from './post-policy.ts';

/** A form whose file has yet to be read. */
export interface PostForm {
  /** By their names in lower case; the values of fields of one name are joined by commas. */
  readonly fields: FormFields;
  readonly file: FormFile;
  /** How many bytes the file has if it ends the form, as it does in browsers; undefined if the body's length is not known. */
  readonly expectedBytes: number | undefined;
}

export type FormFields = ReadonlyMap<string, FormField>;

/** Who a form says has signed it. */
export type FormClaim =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'v4';
      readonly accessKeyId: string;
      /** `YYYYMMDD`. */
      readonly date: string;
      readonly region: Region;
      /** What the form says as it says it. */
      readonly credential: string;
      readonly signature: string;
      readonly sessionToken: string | undefined;
      /** What is signed: the policy, in base64. */
      readonly policy: string;
    }
  | {
      readonly kind: 'v2';
      readonly accessKeyId: string;
      readonly signature: string;
      readonly sessionToken: string | undefined;
      readonly policy: string;
    };

/**
 * Reads a form's fields.
 * @throws AwsError for a body that is not a form with one file and a key: the rest of it is left unread.
 */
export async function readForm({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): Promise<PostForm> {
  const boundary = formBoundary(headers);
  const { fields: sent, file } = await readMultipart(body, boundary);
  if (!file) throw notOneFile(0);
  const fields = joined(sent, file.name);
  const key = fields.get('key');
  if (!key) throw missingField('key');
  if (key.value === '') throw invalidArgument('User key must have a length greater than 0.', 'key', '');
  const length = headerValue(headers, 'content-length');
  const expectedBytes = length === undefined ? undefined : Number(length) - file.startBytes - closingBytes(boundary);
  return { fields, file, expectedBytes };
}

/** Amazon S3 API Reference, "HTML form fields": the name of the file is put into every field that asks for it. */
function joined(sent: readonly FormField[], fileName: string | undefined): FormFields {
  const fields = new Map<string, FormField>();
  for (const { name, value } of sent) {
    const key = name.toLowerCase();
    const earlier = fields.get(key);
    // S3 leaves the variable as it is if the file has no name.
    const full = fileName === undefined || key === 'policy' ? value : value.replace(FILE_NAME, () => fileName);
    if (full.length > MAX_FORM_BYTES) throw formTooLarge();
    fields.set(key, earlier ? { name: earlier.name, value: `${earlier.value},${full}` } : { name, value: full });
  }
  return fields;
}

const FILE_NAME = /\$\{filename\}/g;

/**
 * Who signed the form, as it says.
 * @throws AwsError InvalidArgument if a part of the signature is missing or cannot be read, or there are two.
 */
export function formClaim(fields: FormFields): FormClaim {
  const isV4 = v4Fields.some((name) => fields.has(name.toLowerCase()));
  const isV2 = v2Fields.some((name) => fields.has(name.toLowerCase()));
  if (isV4 && isV2) {
    throw new AwsError('InvalidArgument', 'Only one auth mechanism allowed', { ArgumentName: 'Signature' });
  }
  if (!isV4 && !isV2) return { kind: 'anonymous' };
  const [signature, ...others] = (isV4 ? v4Fields : v2Fields).map((name) => required(name, fields));
  const policy = required('Policy', fields);
  const sessionToken = fields.get('x-amz-security-token')?.value;
  const signed = { signature: signature ?? '', sessionToken, policy };
  const [first = '', credential = '', time = ''] = others;
  if (!isV4) return { kind: 'v2', accessKeyId: first, ...signed };
  if (first !== 'AWS4-HMAC-SHA256') {
    throw invalidArgument('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"', 'X-Amz-Algorithm', first);
  }
  if (!/^\d{8}T\d{6}Z$/.test(time)) {
    // The spelling is S3's.
    throw invalidArgument('X-Amz-Date must be formated via ISO8601 Long format', 'X-Amz-Date', time);
  }
  return { kind: 'v4', ...scopeOf(credential, time.slice(0, 8)), credential, ...signed };
}

/** In the order in which S3 names one that is missing. */
const v4Fields = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'] as const;
const v2Fields = ['Signature', 'AWSAccessKeyId'] as const;

function required(name: string, fields: FormFields): string {
  const field = fields.get(name.toLowerCase());
  if (!field) throw missingField(name);
  return field.value;
}

const missingField = (name: string): AwsError =>
  invalidArgument(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  );

function scopeOf(credential: string, day: string): { accessKeyId: string; date: string; region: Region } {
  const refused = (what: string) => invalidArgument(what, 'X-Amz-Credential', credential);
  const parts = credential.split('/');
  // An access key may have slashes.
  const [date, region, service, terminal] = parts.splice(-4);
  if (date === undefined || region === undefined || service === undefined || parts.length === 0) {
    throw refused('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  const accessKeyId = parts.join('/');
  if (accessKeyId === '') throw refused('a non-empty Access Key (AKID) must be provided in the credential.');
  if (!/^\d{8}$/.test(date)) {
    throw refused(`incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`);
  }
  if (date !== day) {
    throw refused(`Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${day}".`);
  }
  if (!isRegion(region)) throw refused(`the region '${region}' is wrong; expecting 'us-east-1'`);
  if (service !== 's3') throw refused(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (terminal !== 'aws4_request') {
    throw refused(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`);
  }
  return { accessKeyId, date, region };
}

/**
 * Checks that a form may be sent to a bucket: by its policy, which it has if it is signed. To be called once it is known
 * that the signature is right.
 * @param bucket the one of the URL
 * @param nowMs the machine's clock
 * @returns how many bytes the file may have
 * @throws AwsError InvalidPolicyDocument, AccessDenied, EntityTooLarge, InvalidRequest
 */
export function checkForm({ fields, expectedBytes }: PostForm, bucket: string, nowMs: number): SizeRange {
  const policy = fields.get('policy');
  const allowed = policy && requirePolicy(parsePostPolicy(policy.value), coveredFields(fields, bucket), nowMs);
  const named = fields.get('bucket')?.value;
  if (named !== undefined && named !== bucket) {
    // Amazon S3 API Reference, "Error responses", InvalidRequest.
    throw new AwsError(
      'InvalidRequest',
      'Conflicting values provided in HTTP headers and POST form fields.',
      {},
      `the form is sent to the bucket "${bucket}", and its field "bucket" has "${named}"`,
    );
  }
  const range = { least: allowed?.least ?? 0, most: Math.min(allowed?.most ?? MAX_SINGLE_BYTES, MAX_SINGLE_BYTES) };
  // Only some of it can be something else than the file.
  if (expectedBytes !== undefined && expectedBytes - MAX_FORM_BYTES > range.most) {
    throw largerThanAllowed(expectedBytes, range.most);
  }
  return range;
}

/** What conditions have to cover: everything but the signature and what it signs, and what is to be ignored. */
function coveredFields(fields: FormFields, bucket: string): CoveredFields {
  const covered = new Map([...fields].filter(([name]) => !uncovered.has(name) && !name.startsWith('x-ignore-')));
  return covered.set('bucket', { name: 'bucket', value: bucket });
}

const uncovered: ReadonlySet<string> = new Set(['policy', 'x-amz-signature', 'signature', 'awsaccesskeyid']);

/** The content of the file, refused where it is smaller or larger than it may be. Read once. */
export async function* sizedFile(
  { file, expectedBytes = 0 }: PostForm,
  { least, most }: SizeRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const piece of file.content) {
    size += piece.length;
    if (size > most) throw largerThanAllowed(Math.max(size, expectedBytes), most);
    yield piece;
  }
  if (size < least) throw smallerThanAllowed(size, least);
}

/** The header fields of the PutObject that the form is. What is not said in them cannot be asked for by a form. */
export function putHeaders(fields: FormFields): HeaderFields {
  const headers = new Map<string, readonly string[]>();
  for (const [name, { value }] of fields) {
    const header = headerOf(name);
    if (header !== undefined) headers.set(header, [value]);
  }
  return headers;
}

/** Amazon S3 API Reference, "HTML form fields". */
const renamed: ReadonlyMap<string, string> = new Map([
  ['acl', 'x-amz-acl'],
  // What is called so here is what SDKs call so, and S3's PutObject does not.
  ['x-amz-checksum-algorithm', 'x-amz-sdk-checksum-algorithm'],
]);

const restHeaders: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
]);

function headerOf(name: string): string | undefined {
  if (restHeaders.has(name) || name.startsWith('x-amz-')) return renamed.get(name) ?? name;
  return renamed.get(name);
}

/** How a form is answered once its file is stored. */
export type FormAnswer = { readonly status: 200 | 201 | 204 } | { readonly status: 303; readonly location: string };

/** @param stored what a page is told of the object that it is sent to */
export function formAnswer(
  fields: FormFields,
  stored: { readonly bucket: string; readonly key: string; readonly etag: string },
): FormAnswer {
  // The second name is an older one.
  const asked = fields.get('success_action_redirect') ?? fields.get('redirect');
  const location = asked && redirected(asked.value, new URLSearchParams(stored));
  if (location !== undefined) return { status: 303, location };
  const status = fields.get('success_action_status')?.value;
  return { status: status === '200' ? 200 : status === '201' ? 201 : 204 };
}

/** The page with what it is told; undefined if this is not the address of a page. */
function redirected(page: string, told: URLSearchParams): string | undefined {
  if (!/^https?:\/\/[^/]/i.test(page) || !URL.canParse(page)) return undefined;
  const at = page.indexOf('#');
  const [address, fragment] = at < 0 ? [page, ''] : [page.slice(0, at), page.slice(at)];
  const url = `${address}${address.includes('?') ? '&' : '?'}${told}${fragment}`;
  // What a header cannot have is encoded; the rest stays as the form has it.
  return url.replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
}
