/** Signature Version 2, of S3 alone: Amazon S3 User Guide, "Signing and authenticating REST requests (AWS signature version 2)". */

import { createHmac } from 'node:crypto';
import { type HeaderFields, headerValue } from '../http/message.ts';
import type { QueryParameter, RequestTarget } from '../http/request-target.ts';

/** What of a request is signed. */
export interface SignedV2Request {
  readonly method: string;
  readonly target: RequestTarget;
  /** A byte a character. All headers that concern S3 are signed, whatever the client has in mind. */
  readonly headers: HeaderFields;
  /** The bucket that the host names; undefined if the path does. */
  readonly hostBucket: string | undefined;
  /** The parameter `Expires` of a URL, which may have headers as parameters, too; undefined for a signature in the header. */
  readonly expires: string | undefined;
}

/** The string to sign of a request, a byte a character. */
export function stringToSignV2({ method, target, headers, hostBucket, expires }: SignedV2Request): string {
  const fields = expires === undefined ? headers : withHoisted(headers, target.query);
  const fieldOf = (name: string): string => headerValue(fields, name) ?? '';
  const date = expires ?? (fields.has('x-amz-date') ? '' : fieldOf('date'));
  let ofS3 = '';
  for (const name of [...fields.keys()].filter(isOfS3).sort()) {
    ofS3 += `${name}:${(fields.get(name) ?? []).join(',')}\n`;
  }
  const bucket = hostBucket === undefined ? '' : `/${hostBucket}`;
  const resource = `${bucket}${target.rawPath}${subresources(target.query)}`;
  return `${method}\n${fieldOf('content-md5')}\n${fieldOf('content-type')}\n${date}\n${ofS3}${resource}`;
}

/** The signature of a string to sign, or of the policy of a form as it was sent, in base64. */
export const signatureV2 = (secretAccessKey: string, text: string): string =>
  createHmac('sha1', secretAccessKey).update(text, 'latin1').digest('base64');

const isOfS3 = (name: string): boolean => name.startsWith('x-amz-');

/**
 * Headers, and those parameters of a URL that stand for one; a client may send it as a header, too. If the two differ,
 * it has both values, which nobody has signed.
 */
function withHoisted(headers: HeaderFields, query: readonly QueryParameter[]): HeaderFields {
  const fields = new Map(headers);
  for (const parameter of query) {
    const name = parameter.name.toLowerCase();
    if (!isOfS3(name) && name !== 'content-type' && name !== 'content-md5') continue;
    const value = bytesOf(parameter.value);
    const known = fields.get(name) ?? [];
    if (!known.includes(value)) fields.set(name, [...known, value]);
  }
  return fields;
}

/** The parameters that decide what a request is about, sorted by name, with their values decoded. */
function subresources(query: readonly QueryParameter[]): string {
  const signed = query.filter(({ name }) => signedParameters.has(name));
  if (signed.length === 0) return '';
  signed.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return `?${signed.map(({ name, value, hasValue }) => (hasValue ? `${name}=${bytesOf(value)}` : name)).join('&')}`;
}

/** The bytes of UTF-8, each as a character. */
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

/**
 * The parameters that AWS's clients sign, and every sub-resource of a later operation: a URL that is good for one
 * operation must not be good for another one.
 */
const signedParameters: ReadonlySet<string> = new Set([
  ...['abac', 'accelerate', 'acl', 'analytics', 'annotation', 'attributes', 'cors', 'defaultObjectAcl', 'delete'],
  ...['encryption', 'intelligent-tiering', 'inventory', 'legal-hold', 'lifecycle', 'location', 'logging'],
  ...['metadataAnnotationTable', 'metadataConfiguration', 'metadataInventoryTable', 'metadataJournalTable'],
  ...['metadataTable', 'metrics', 'notification', 'object-lock', 'ownershipControls', 'partNumber', 'policy'],
  ...['policyStatus', 'publicAccessBlock', 'renameObject', 'replication', 'requestPayment', 'response-cache-control'],
  ...['response-content-disposition', 'response-content-encoding', 'response-content-language'],
  ...['response-content-type', 'response-expires', 'restore', 'retention', 'select', 'select-type', 'session'],
  ...['storageClass', 'tagging', 'torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website'],
]);
