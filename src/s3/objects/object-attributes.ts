/**
 * GetObjectAttributes: the requested attributes in one response, which contains nothing about encryption. S3 API
 * Reference, GetObjectAttributes.
 */

import type { GetObjectAttributesParts, ObjectAttributes, ObjectPart } from '../../api/model/s3.types.ts';
import { allowed } from '../../api/nearest.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { ObjectVersion, StoredChecksum } from '../../store/records/s3.ts';
import { identityOf, requireApplicable, type WriteIdentity } from '../content/envelope.ts';
import { findObject, tagsOf } from '../content/object-lookup.ts';
import { requirePart } from '../content/object-parts.ts';
import { openKeys } from '../content/object-reader.ts';
import { findPlace } from '../request/bucket.ts';
import { checksumMembers } from '../request/checksum-headers.ts';
import { parseCustomerKey } from '../request/customer-key.ts';
import { dataEventFacts, objectResources, requestParameters } from '../request/event-fields.ts';
import { invalidArgument, requireCount } from '../request/invalid-argument.ts';
import { lastModified } from '../request/last-modified.ts';
import { customerAlgorithmContext, existingTagContext, versionContext } from '../request/object-context.ts';
import { requireObjectKey } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';

const MAX_PARTS = 1000;

/** Checksums and parts are stored encrypted, so KMS decrypts for them. */
export const GetObjectAttributes = operation('s3', 'GetObjectAttributes', {
  resolve(input, call) {
    const place = findPlace(input, call);
    requireObjectKey(place.key);
    requireAttributes(input);
    return { place, wanted: input.VersionId, customerKey: parseCustomerKey(input, 'read') };
  },
  authorize({ place, wanted }, input, call) {
    const context = {
      ...versionContext(wanted),
      ...customerAlgorithmContext(input),
      ...existingTagContext(tagsOf(place, wanted, call)),
    };
    const kind = wanted === undefined ? 'Object' : 'ObjectVersion';
    return [`s3:Get${kind}`, `s3:Get${kind}Attributes`].map((action) => objectAccess(action, place, call, context));
  },
  run({ place, wanted, customerKey }, input, call) {
    const version = findObject(place, wanted, 'GET', call);
    requireApplicable(version.encryption, customerKey);
    const identity = identityOf(version, place);
    const asks = (attribute: ObjectAttributes) => input.ObjectAttributes.includes(attribute);
    if (asks('Checksum') || asks('ObjectParts')) openKeys(version, identity, customerKey, call);
    const { fixed, versionId } = version;
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    const parts = asks('ObjectParts') ? objectParts(version, input, identity, call) : undefined;
    return {
      LastModified: lastModified(fixed.lastModifiedMs),
      ...(place.bucket.versioning !== undefined && { VersionId: versionId }),
      ...(asks('ETag') && { ETag: fixed.etag }),
      ...(asks('Checksum') && fixed.checksum && { Checksum: checksumAttribute(fixed.checksum) }),
      ...(parts && { ObjectParts: parts }),
      ...(asks('StorageClass') && {
        // `keptHeaders` accepts no other value.
        StorageClass: (fixed.headers.StorageClass ?? 'STANDARD') as 'STANDARD',
      }),
      ...(asks('ObjectSize') && { ObjectSize: fixed.size }),
    };
  },
  parameters: (input) => requestParameters(input, { attributes: '' }, ownNames),
});

/** Wire names of what ListParts sends as a query. */
const ownNames = { MaxParts: 'x-amz-max-parts', PartNumberMarker: 'x-amz-part-number-marker' };

const attributeNames: readonly string[] = [
  'ETag',
  'Checksum',
  'ObjectParts',
  'StorageClass',
  'ObjectSize',
] satisfies ObjectAttributes[];

interface AttributesInput {
  readonly ObjectAttributes: readonly string[];
  readonly MaxParts?: number | undefined;
  readonly PartNumberMarker?: number | undefined;
}

/** @throws AwsError InvalidArgument */
function requireAttributes({ ObjectAttributes, MaxParts = 0, PartNumberMarker = 0 }: AttributesInput): void {
  const unknown = ObjectAttributes.find((name) => !attributeNames.includes(name));
  if (ObjectAttributes.length === 0 || unknown !== undefined) {
    throw invalidArgument(
      'Invalid attribute name specified.',
      'x-amz-object-attributes',
      unknown,
      allowed(unknown ?? '', attributeNames),
    );
  }
  requireCount('max-parts', MaxParts);
  requireCount('part-number-marker', PartNumberMarker);
}

/** The checksum of a whole object; for a composite one without the number of parts, which is a separate attribute. */
const checksumAttribute = (checksum: StoredChecksum) =>
  checksumMembers({ ...checksum, value: checksum.value.replace(/-\d+$/, '') });

/** The parts of an object that was uploaded in parts; listed individually only if they have checksums. */
function objectParts(
  version: ObjectVersion,
  {
    MaxParts = MAX_PARTS,
    PartNumberMarker = 0,
  }: { MaxParts?: number | undefined; PartNumberMarker?: number | undefined },
  identity: WriteIdentity,
  call: Call,
): GetObjectAttributesParts | undefined {
  const { content } = version.fixed;
  if (content.kind !== 'parts') return undefined;
  if (!content.hasPartChecksums) return { TotalPartsCount: content.count };
  const limit = Math.max(0, Math.min(MaxParts, MAX_PARTS));
  const end = Math.min(content.count, PartNumberMarker + limit);
  const parts: ObjectPart[] = [];
  for (let index = PartNumberMarker; index < end; index += 1) {
    const { size, checksum } = requirePart(version, index, identity, call);
    parts.push({
      PartNumber: index + 1,
      Size: size,
      ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value }),
    });
  }
  return {
    TotalPartsCount: content.count,
    PartNumberMarker,
    NextPartNumberMarker: parts.at(-1)?.PartNumber ?? 0,
    MaxParts: limit,
    IsTruncated: end < content.count,
    ...(parts.length > 0 && { Parts: parts }),
  };
}
