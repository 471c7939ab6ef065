/** Conditional requests: Amazon S3 User Guide, "Add preconditions to S3 operations with conditional requests". */

import { AwsError } from '../../api/errors.ts';
import type { SystemHeaders } from '../../store/records/s3.ts';
import { httpDate } from './last-modified.ts';
import { noSuchKey } from './no-such-key.ts';

/** The conditions of a read. */
export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** The facts that conditions are compared with. */
export interface Condition {
  readonly etag: string;
  readonly lastModifiedMs: number;
}

/** The first condition that fails, in S3's order: If-Match and If-None-Match take precedence over the dates. */
export function failedReadCondition(
  { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: ReadConditions,
  object: Condition,
  now: Date,
): keyof ReadConditions | undefined {
  // Times in HTTP have whole seconds.
  const modified = Math.floor(object.lastModifiedMs / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, object.etag)) return 'IfMatch';
  } else if (IfUnmodifiedSince !== undefined && modified > IfUnmodifiedSince.getTime()) {
    return 'IfUnmodifiedSince';
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, object.etag)) return 'IfNoneMatch';
  } else if (
    IfModifiedSince !== undefined &&
    IfModifiedSince.getTime() <= now.getTime() &&
    modified <= IfModifiedSince.getTime()
  ) {
    return 'IfModifiedSince';
  }
  return undefined;
}

const headerNames: Readonly<Record<keyof ReadConditions, string>> = {
  IfMatch: 'If-Match',
  IfNoneMatch: 'If-None-Match',
  IfModifiedSince: 'If-Modified-Since',
  IfUnmodifiedSince: 'If-Unmodified-Since',
};

/** @throws AwsError PreconditionFailed, or 304, which has no code of its own. */
export function requireReadConditions(
  conditions: ReadConditions,
  object: Condition & { readonly headers: SystemHeaders },
  now: Date,
): void {
  const failed = failedReadCondition(conditions, object, now);
  if (failed === undefined) return;
  if (failed === 'IfNoneMatch' || failed === 'IfModifiedSince') throw notModified(object);
  throw preconditionFailed(headerNames[failed]);
}

/** RFC 9110, section 15.4.5: what a cache needs to know of the object that it has already. */
const notModified = ({
  etag,
  lastModifiedMs,
  headers: { CacheControl, expiresMs, expiresText },
}: Condition & { readonly headers: SystemHeaders }) =>
  new AwsError('304', 'Not Modified', {}, undefined, {
    etag: `"${etag}"`,
    'last-modified': httpDate(lastModifiedMs),
    ...(CacheControl !== undefined && { 'cache-control': CacheControl }),
    ...(expiresMs !== undefined && { expires: httpDate(expiresMs) }),
    ...(expiresText !== undefined && { expires: expiresText }),
  });

/** The conditions on the source of a copy: any failure is a 412. */
export function requireSourceConditions(conditions: ReadConditions, object: Condition, now: Date): void {
  const failed = failedReadCondition(conditions, object, now);
  if (failed !== undefined) throw preconditionFailed(`x-amz-copy-source-${headerNames[failed]}`);
}

/** The conditions of a write on the existing object. */
export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** @throws AwsError NotImplemented for forms that S3 does not accept. */
export function requireWriteConditionForms({ IfMatch, IfNoneMatch }: WriteConditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw notImplementedHeader('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
    throw notImplementedHeader(
      'If-None-Match',
      "We don't accept the provided value of If-None-Match header for this API",
    );
  }
  if (IfMatch === '*') {
    throw notImplementedHeader('If-Match', "We don't accept the provided value of If-Match header for this API");
  }
}

/**
 * @param current the object that a plain read would find, which a delete marker is not.
 * @throws AwsError PreconditionFailed, or NoSuchKey if there is nothing to match with If-Match.
 */
export function requireWriteConditions(
  { IfMatch, IfNoneMatch }: WriteConditions,
  current: Condition | undefined,
  key: string,
): void {
  if (IfNoneMatch !== undefined && current) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!matches(IfMatch, current.etag)) throw preconditionFailed('If-Match');
}

export const preconditionFailed = (condition: string) =>
  new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    {
      Condition: condition,
    },
    `the condition that did not hold is ${condition}`,
  );

export const notImplementedHeader = (header: string, additionalMessage?: string) =>
  new AwsError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    {
      Header: header,
      ...(additionalMessage !== undefined && { additionalMessage }),
    },
    `the header is ${header}${additionalMessage === undefined ? '' : `: ${additionalMessage}`}`,
  );

/** Whether a header contains an ETag: with or without quotes, `*` for any. */
export function matches(header: string, etag: string): boolean {
  return header.split(',').some((part) => {
    const wanted = part.trim();
    return wanted === '*' || wanted.replace(/^"(.*)"$/, '$1') === etag;
  });
}
