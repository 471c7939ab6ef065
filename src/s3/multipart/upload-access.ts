/**
 * The permission that every request about the bytes of an upload needs. Such a request cannot have encryption headers,
 * except for a customer's key: those of CreateMultipartUpload count. The other headers of a write (access control list,
 * tags, storage class) are condition keys of CreateMultipartUpload alone.
 */

import type { Call } from '../../call/operation.ts';
import type { Access, ConditionContext } from '../../policy/access.ts';
import { sentWithUpload } from '../content/multipart-record.ts';
import type { CustomerKeyHeaders } from '../request/customer-key.ts';
import { customerAlgorithmContext, sentEncryptionContext, unsentDefault } from '../request/object-context.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';

/** @param more the other condition keys of the request */
export function uploadAccess(
  { place, uploadId }: { readonly place: ObjectPlace; readonly uploadId: string },
  headers: CustomerKeyHeaders,
  more: ConditionContext,
  call: Call,
): Access {
  const sent = sentWithUpload(place, uploadId, call);
  const context = { ...customerAlgorithmContext(headers), ...sentEncryptionContext(sent ?? {}), ...more };
  const access = objectAccess('s3:PutObject', place, call, context);
  return sent
    ? { ...access, unsent: unsentDefault('CreateMultipartUpload', sent, headers, place.bucket, call) }
    : access;
}
