/**
 * What S3 refuses of a request's header fields and parameters although no member of the operation's input has them: the
 * codec does not see these. Amazon S3 API Reference, "Error responses", and as the service answers.
 */

import type { AwsError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { algorithmNamed, parseChecksumAlgorithm } from '../../s3/request/checksum-headers.ts';
import { invalidArgument } from '../../s3/request/invalid-argument.ts';
import { invalidRequest } from '../../s3/request/invalid-request.ts';
import { type HeaderFields, headerValue } from '../http/message.ts';
import type { QueryParameter } from '../http/request-target.ts';

/** Where the members of an operation's input stand, by names in lower case. */
interface Taken {
  readonly headers: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  /** Whether a client may send a checksum of the body with it. */
  readonly checksums: boolean;
}

const known = new WeakMap<OperationModel, Taken>();

function takenBy(model: OperationModel): Taken {
  const before = known.get(model);
  if (before) return before;
  const shape = model.input && model.shapes[model.input.shape];
  const refs = shape?.type === 'structure' ? Object.values(shape.members) : [];
  const namesAt = (place: string) =>
    new Set(
      refs.flatMap(({ location, locationName }) => (location === place ? [locationName?.toLowerCase() ?? ''] : [])),
    );
  const headers = namesAt('header');
  const taken = {
    headers,
    query: namesAt('querystring'),
    checksums: model.httpChecksum?.requestAlgorithmMember !== undefined || headers.has(`${CHECKSUM}crc32`),
  };
  known.set(model, taken);
  return taken;
}

/** A message, as far as it is looked at here. */
interface Sent {
  readonly headers: HeaderFields;
  readonly query: readonly QueryParameter[];
  readonly method: string;
}

/** One thing that S3 refuses; undefined if it is not there. */
type Rule = (sent: Sent, taken: Taken) => AwsError | undefined;

/**
 * Refuses what an operation does not take and S3 does not ignore.
 * @param headers with those that a presigned URL has in its query
 * @throws AwsError InvalidArgument, InvalidRequest
 */
export function refuseHeaders(model: OperationModel, headers: HeaderFields, query: readonly QueryParameter[]): void {
  if (model.service !== 's3') return;
  const taken = takenBy(model);
  const sent = { headers, query, method: model.http.method };
  for (const rule of rules) {
    const refusal = rule(sent, taken);
    if (refusal) throw refusal;
  }
}

const valueIn = (query: readonly QueryParameter[], name: string): string | undefined =>
  query.find((parameter) => parameter.name === name)?.value;

const ENCRYPTION = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-context',
  'x-amz-server-side-encryption-bucket-key-enabled',
];
const COPY_SOURCE = 'x-amz-copy-source';
const ATTRIBUTES = 'x-amz-object-attributes';
const CHECKSUM = 'x-amz-checksum-';
const SDK_ALGORITHM = 'x-amz-sdk-checksum-algorithm';
const TRAILER = 'x-amz-trailer';

/** Names that begin as those of checksums do, and say something about one. */
const aboutChecksums: ReadonlySet<string> = new Set(['algorithm', 'mode', 'type']);

const rules: readonly Rule[] = [
  // Encryption is asked for where an object is made: Amazon S3 API Reference, GetObject and UploadPart, encryption.
  ({ headers }, taken) => {
    const name = ENCRYPTION.find((each) => headers.has(each) && !taken.headers.has(each));
    return name === undefined
      ? undefined
      : invalidArgument(`${name} header is not supported for this operation.`, name, headerValue(headers, name));
  },
  ({ headers }, taken) =>
    headers.has(COPY_SOURCE) && !taken.headers.has(COPY_SOURCE)
      ? invalidArgument(
          'You can only specify a copy source header for copy requests.',
          COPY_SOURCE,
          headerValue(headers, COPY_SOURCE),
        )
      : undefined,
  ({ query }, taken) => {
    const versionId = valueIn(query, 'versionId');
    return versionId === undefined || taken.query.has('versionid')
      ? undefined
      : invalidArgument('This operation does not accept a version-id.', 'versionId', versionId);
  },
  // A part that would become an object.
  ({ query, method }, taken) =>
    method === 'PUT' && valueIn(query, 'partNumber') !== undefined && !taken.query.has('partnumber')
      ? invalidArgument('This operation does not accept partNumber without uploadId', 'partNumber', 'partNumber')
      : undefined,
  ({ headers }, taken) =>
    taken.headers.has(ATTRIBUTES) && !headerValue(headers, ATTRIBUTES)
      ? invalidRequest(
          'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
        )
      : undefined,
  ({ headers }, taken) => (taken.checksums ? checksumRefusal(headers) : undefined),
];

/**
 * Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3". A checksum that no member has would
 * not be compared with the bytes.
 */
function checksumRefusal(headers: HeaderFields): AwsError | undefined {
  const suffixes = [...headers.keys()].flatMap((name) =>
    name.startsWith(CHECKSUM) ? [name.slice(CHECKSUM.length)] : [],
  );
  const checksums = suffixes.filter((suffix) => !aboutChecksums.has(suffix));
  if (checksums.some((suffix) => algorithmNamed(suffix) === undefined)) {
    return invalidRequest('The algorithm type you specified in x-amz-checksum- header is invalid.');
  }
  const algorithm = headerValue(headers, SDK_ALGORITHM);
  if (algorithm === undefined) return undefined;
  parseChecksumAlgorithm(algorithm);
  if (checksums.length > 0 || headers.has(TRAILER)) return undefined;
  return invalidRequest(
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  );
}
