/**
 * UpdateObjectEncryption: another key for a stored object, without copying it. The data key is wrapped again; bytes,
 * ETag, checksums, time and version are unchanged. S3 API Reference, UpdateObjectEncryption (2026).
 */

import { parseArn } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { identityOf, rewrapDataKey } from '../content/envelope.ts';
import { findObject, tagsOf } from '../content/object-lookup.ts';
import { openKeys } from '../content/object-reader.ts';
import { updateVersion } from '../content/version-store.ts';
import { findPlace } from '../request/bucket.ts';
import { requireSignature } from '../request/encryption-settings.ts';
import { dataEventFacts, objectResources, requestParameters } from '../request/event-fields.ts';
import { invalidRequest } from '../request/invalid-request.ts';
import { existingTagContext, versionContext } from '../request/object-context.ts';
import { requireObjectKey } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';

export const UpdateObjectEncryption = operation('s3', 'UpdateObjectEncryption', {
  resolve(input, call) {
    requireObjectKey(input.Key);
    return { place: findPlace(input, call), wanted: input.VersionId };
  },
  authorize({ place, wanted }, _input, call) {
    const context = versionContext(wanted);
    const tags = existingTagContext(tagsOf(place, wanted, call));
    return [
      objectAccess('s3:UpdateObjectEncryption', place, call, { ...context, ...tags }),
      objectAccess('s3:PutObject', place, call, context),
    ];
  },
  run({ place, wanted }, { ObjectEncryption }, call) {
    const keyArn = requireKey(ObjectEncryption.SSEKMS, place.bucket);
    requireSignature(call);
    const version = findObject(place, wanted, 'PUT', call);
    const { kind } = version.encryption;
    if (kind === 'SSE-C' || kind === 'DSSE-KMS') {
      throw invalidRequest(
        "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.",
      );
    }
    const identity = identityOf(version, place);
    const [dataKey] = openKeys(version, identity, undefined, call);
    const bucketKey = ObjectEncryption.SSEKMS?.BucketKeyEnabled ?? false;
    const encryption = rewrapDataKey(
      dataKey,
      { keyArn, because: 'the request names this key', bucketKey },
      identity,
      call,
    );
    updateVersion(version, { encryption }, place, call);
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    return {};
  },
  parameters: (input) =>
    requestParameters(input, { encryption: '', ...requestDocument('UpdateObjectEncryption', input) }),
});

/** S3 API Reference, SSEKMSEncryption, KMSKeyArn. */
const KEY_ARN = /^arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-zA-Z0-9-]+$/;

/**
 * The ARN of the new key, which must belong to the bucket owner's account. @throws AwsError InvalidRequest,
 * AccessDenied
 */
function requireKey(wanted: { readonly KMSKeyArn?: string | undefined } | undefined, bucket: BucketRecord): string {
  if (!wanted) {
    throw invalidRequest(
      'Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.',
    );
  }
  const { KMSKeyArn: arn } = wanted;
  if (!arn) {
    throw invalidRequest(
      "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN). Modify the request to specify a KMS key ARN, and then try again.",
    );
  }
  const parsed = parseArn(arn);
  if (!parsed || !KEY_ARN.test(arn)) {
    throw invalidRequest(
      "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.",
    );
  }
  if (parsed.account !== bucket.owner) {
    throw new AwsError(
      'AccessDenied',
      'The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a KMS key from the same account, and then try again.',
    );
  }
  return arn;
}
