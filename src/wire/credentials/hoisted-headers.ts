/**
 * The headers that the URL of a presigned request to S3 has instead of the request: SDKs move them to the query, and S3
 * reads them there.
 */

import type { HeaderFields, HttpRequest } from '../http/message.ts';
import { unsuitableHeader } from './s3-credential-refusals.ts';
import { TOKEN, V4_PARAMETERS } from './v4-claim.ts';

/** The parameters of a URL that are not about its signature. */
type Moved = (field: string) => boolean;

/**
 * The headers of a presigned request, and of its URL.
 * @param version of the signature
 * @throws AwsError InvalidArgument for what no header could say
 */
export function hoistedHeaders(
  { headers, target }: Pick<HttpRequest, 'headers' | 'target'>,
  version: 2 | 4,
): HeaderFields {
  const isMoved = version === 4 ? movedByV4 : movedByV2;
  let all: Map<string, readonly string[]> | undefined;
  for (const { name, value } of target.query) {
    const field = name.toLowerCase();
    if (!isMoved(field)) continue;
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(field) || CONTROL.test(value)) throw unsuitableHeader(name);
    all ??= new Map(headers);
    all.set(field, [...(all.get(field) ?? []), Buffer.from(value.trim()).toString('latin1')]);
  }
  return all ?? headers;
}

const ofSignature: ReadonlySet<string> = new Set(
  [...V4_PARAMETERS, TOKEN, 'X-Amz-Content-Sha256'].map((name) => name.toLowerCase()),
);

/**
 * S3 ignores the checksum of a body that a URL has: Amazon S3 User Guide, "Download and upload objects with presigned
 * URLs". The SDK for JavaScript puts one of no bytes there, since it does not know the body when it signs.
 */
const isChecksum = (field: string): boolean =>
  field === 'x-amz-sdk-checksum-algorithm' || /^x-amz-checksum-(?!algorithm$|mode$|type$)/.test(field);

const movedByV4: Moved = (field) => field.startsWith('x-amz-') && !ofSignature.has(field) && !isChecksum(field);

/** As botocore moves them. */
const movedByV2: Moved = (field) =>
  (field.startsWith('x-amz-') && !isChecksum(field)) || field === 'content-type' || field === 'content-md5';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
