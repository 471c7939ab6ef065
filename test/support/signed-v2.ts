/** Requests to S3 that are signed with Signature Version 2. */

import { headerFields } from '../../src/wire/http/message.ts';
import { parseTarget } from '../../src/wire/http/request-target.ts';
import { encodeText } from '../../src/wire/signature/uri-encoding.ts';
import { signatureV2, stringToSignV2 } from '../../src/wire/signature/v2.ts';
import { MINUTE, START } from './harness.ts';
import type { RawRequest, SigningCredentials } from './signed-request.ts';

export interface WantedV2 {
  readonly credentials: SigningCredentials;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hostBucket?: string;
  /** When a URL ends, in seconds; a minute after the start if absent. */
  readonly expires?: string;
}

/** Signed in the header. */
export function headerSignedV2({
  credentials,
  method = 'GET',
  target = '/photos/a%20b?acl',
  headers = {},
  hostBucket,
}: WantedV2): RawRequest {
  const token = credentials.sessionToken;
  const pairs = Object.entries({
    host: '127.0.0.1:4566',
    date: new Date(START).toUTCString(),
    ...(token !== undefined && { 'x-amz-security-token': token }),
    ...headers,
  });
  const text = stringToSignV2({
    method,
    target: parseTarget(target),
    headers: headerFields(pairs),
    hostBucket,
    expires: undefined,
  });
  const signature = signatureV2(credentials.secretAccessKey, text);
  return { method, target, headers: [...pairs, ['authorization', `AWS ${credentials.accessKeyId}:${signature}`]] };
}

/** Signed in the query, as boto3 makes URLs in us-east-1. */
export function presignedV2({
  credentials,
  method = 'GET',
  target = '/photos/a%20b?acl',
  headers = {},
  hostBucket,
  expires = `${(START + MINUTE) / 1000}`,
}: WantedV2): RawRequest {
  const token = credentials.sessionToken;
  const withToken = token === undefined ? target : `${target}&x-amz-security-token=${encodeText(token)}`;
  const pairs = Object.entries({ host: '127.0.0.1:4566', ...headers });
  const text = stringToSignV2({
    method,
    target: parseTarget(withToken),
    headers: headerFields(pairs),
    hostBucket,
    expires,
  });
  const signature = encodeText(signatureV2(credentials.secretAccessKey, text));
  const query = `AWSAccessKeyId=${credentials.accessKeyId}&Signature=${signature}&Expires=${expires}`;
  return { method, target: `${withToken}${withToken.includes('?') ? '&' : '?'}${query}`, headers: pairs };
}
