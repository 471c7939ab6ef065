/**
 * S3's refusals of what a request says of its credentials: Amazon S3 API Reference, "Error responses", and as the
 * service answers. S3 Control answers alike.
 */

import { AwsError } from '../../api/errors.ts';

/** How long a signature in a header is good for, either way: Amazon S3 API Reference, "RequestTimeTooSkewed". */
export const S3_SKEW_MS = 15 * 60_000;

/** @param why behind the semicolon of S3's sentence */
export const malformedHeader = (
  why: string,
  detail: Readonly<Record<string, string>> = {},
  reason?: string,
): AwsError =>
  new AwsError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}`, detail, reason);

export const malformedQuery = (message: string, detail: Readonly<Record<string, string>> = {}): AwsError =>
  new AwsError('AuthorizationQueryParametersError', message, detail);

/** The parameters of a presigned URL are not each there once. */
export const incompleteQuery = (reason: string): AwsError =>
  new AwsError(
    'AuthorizationQueryParametersError',
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    {},
    reason,
  );

/** The same for Signature Version 2. */
export const incompleteQueryV2 = (): AwsError =>
  new AwsError(
    'AccessDenied',
    'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
  );

export const malformedV2Header = (): AwsError =>
  new AwsError('InvalidArgument', 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature', {
    ArgumentName: 'Authorization',
  });

export const invalidExpires = (expires: string): AwsError =>
  new AwsError('AccessDenied', `Invalid date (should be seconds since epoch): ${expires}`);

/** The credentials themselves are not repeated: they may be a secret of another kind. */
export const unsupportedScheme = (): AwsError =>
  new AwsError('InvalidArgument', 'Unsupported Authorization Type', { ArgumentName: 'Authorization' });

export const severalMechanisms = (reason: string): AwsError =>
  new AwsError(
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    { ArgumentName: 'Authorization' },
    reason,
  );

/** A mechanism that S3 does not take here: signatures of version 2 outside us-east-1, a form's own kind of body. */
export const unsupportedMechanism = (reason: string): AwsError =>
  new AwsError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    {},
    reason,
  );

export const ambiguousHost = (reason: string): AwsError =>
  new AwsError('BadRequest', 'An error occurred when parsing the HTTP request.', {}, reason);

export const noDate = (): AwsError =>
  new AwsError('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');

/** @param names in lower case, sorted */
export const unsignedHeaders = (names: readonly string[]): AwsError =>
  new AwsError('AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: names.join(', '),
  });

export const noPayloadForm = (): AwsError =>
  new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');

export const invalidPayloadForm = (value: string): AwsError =>
  new AwsError(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
  );

/** A parameter of a presigned URL stands for a header, and says what none may. */
export const unsuitableHeader = (name: string): AwsError =>
  new AwsError('InvalidArgument', 'Header name or value contains characters that are not allowed.', {
    ArgumentName: name,
  });

/** @param requestTime as the request says it; @param now the machine's clock */
export const tooSkewed = (requestTime: string, now: number): AwsError =>
  new AwsError('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
    RequestTime: requestTime,
    ServerTime: isoTime(now),
    MaxAllowedSkewMilliseconds: `${S3_SKEW_MS}`,
  });

/** @param seconds the life of a URL of version 4 */
export const expiredUrl = (expiresMs: number, now: number, seconds?: number): AwsError =>
  new AwsError('AccessDenied', 'Request has expired', {
    ...(seconds !== undefined && { 'X-Amz-Expires': `${seconds}` }),
    Expires: isoTime(expiresMs),
    ServerTime: isoTime(now),
  });

export const notValidYet = (startsMs: number, now: number): AwsError =>
  new AwsError('AccessDenied', 'Request is not valid yet', {
    'X-Amz-Date': isoTime(startsMs),
    ServerTime: isoTime(now),
  });

/** In whole seconds, as S3 has it in refusals. */
const isoTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
