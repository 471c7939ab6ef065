/** The source of a copy: S3 API Reference, CopyObject and UploadPartCopy, x-amz-copy-source. */

import { AwsError, UNSIGNED } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { ObjectVersion } from '../../store/records/s3.ts';
import { identityOf, type WriteIdentity } from '../content/envelope.ts';
import { findObject, requireVersionId, tagsOf, versionById } from '../content/object-lookup.ts';
import { findBucket } from '../request/bucket.ts';
import { requireSourceConditions } from '../request/conditions.ts';
import { type CustomerKey, parseCustomerKey } from '../request/customer-key.ts';
import { requireSignature } from '../request/encryption-settings.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { existingTagContext, versionContext } from '../request/object-context.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';

export interface SourceInput {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

export interface CopySource {
  readonly place: ObjectPlace;
  readonly versionId: string | undefined;
  readonly customerKey: CustomerKey | undefined;
}

/**
 * Parses the header. Copying needs a signature: S3 API Reference, CopyObject, Authentication and authorization.
 * @throws AwsError AccessDenied, InvalidArgument, NoSuchBucket, and the errors of a customer's key.
 */
export function resolveSource(input: SourceInput, call: Call): CopySource {
  if (call.caller.kind === 'anonymous') {
    throw new AwsError('AccessDenied', 'Anonymous users cannot copy objects.  Please authenticate.', {}, UNSIGNED);
  }
  const { bucket: name, key, versionId } = parseCopySource(input.CopySource);
  const bucket = findBucket({ Bucket: name, ExpectedBucketOwner: input.ExpectedSourceBucketOwner }, call);
  requireObjectKey(key);
  const customerKey = parseCustomerKey(
    {
      SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
      SSECustomerKey: input.CopySourceSSECustomerKey,
      SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
    },
    'read',
  );
  return { place: { bucket, key }, versionId, customerKey };
}

/** `[/]bucket/key[?versionId=id]`, URL-encoded. @throws AwsError InvalidArgument */
function parseCopySource(header: string): { bucket: string; key: string; versionId: string | undefined } {
  const [path = '', query] = header.split('?versionId=', 2);
  const decoded = decodePath(path.replace(/^\//, ''));
  const slash = decoded.indexOf('/');
  if (slash <= 0) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const key = decoded.slice(slash + 1);
  if (key === '') {
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
  }
  return { bucket: decoded.slice(0, slash), key, versionId: query };
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', text);
  }
}

/** Reading the source needs GetObject's permissions, and copying its tags GetObjectTagging's. */
export function sourcePermissions(
  source: CopySource,
  call: Call,
  { copiesTags }: { readonly copiesTags: boolean },
): Access[] {
  const { place, versionId } = source;
  const tags = sourceTags(source, call);
  const context = { ...versionContext(versionId), ...existingTagContext(tags) };
  const kind = versionId === undefined ? 'Object' : 'ObjectVersion';
  const actions = [`s3:Get${kind}`, ...(copiesTags && tags.length > 0 ? [`s3:Get${kind}Tagging`] : [])];
  return actions.map((action) => objectAccess(action, place, call, context));
}

/** The tags of the source; none if the source does not exist. */
export const sourceTags = ({ place, versionId }: CopySource, call: Call) => tagsOf(place, versionId, call) ?? [];

/**
 * The source's version, checked against the conditions.
 * @throws AwsError NoSuchKey, NoSuchVersion, InvalidRequest for a delete marker by its id, PreconditionFailed
 */
export function findSource(
  { place, versionId }: CopySource,
  input: SourceInput,
  call: Call,
): { readonly version: ObjectVersion; readonly identity: WriteIdentity } {
  if (versionId !== undefined) {
    requireVersionId(versionId, call, 'x-amz-copy-source');
    if (versionById(place, versionId, call)?.kind === 'delete-marker') {
      throw new AwsError(
        'InvalidRequest',
        'The source of a copy request may not specifically refer to a delete marker by version id.',
      );
    }
  }
  const version = findObject(place, versionId, 'GET', call);
  requireSourceConditions(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    version.fixed,
    call.now,
  );
  if (version.encryption.kind !== 'SSE-S3' && version.encryption.kind !== 'SSE-C') requireSignature(call);
  return { version, identity: identityOf(version, place) };
}
