import { expect, test } from 'vitest';
import { httpStatusOf } from '../../../src/api/error-codes.ts';
import { AwsError } from '../../../src/api/errors.ts';
import { operationModel, operationNames } from '../../../src/api/model/loader.ts';
import { algorithmNamed } from '../../../src/s3/request/checksum-headers.ts';
import { refuseHeaders } from '../../../src/wire/bodies/s3-headers.ts';
import { headerFields } from '../../../src/wire/http/message.ts';
import { parseTarget } from '../../../src/wire/http/request-target.ts';

function refusalOf(name: string, headers: Readonly<Record<string, string>>, target = '/b/k'): AwsError | undefined {
  const model = operationModel('s3', name);
  if (!model) throw new Error(`there is no operation ${name}`);
  try {
    refuseHeaders(model, headerFields(Object.entries(headers)), parseTarget(target).query);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

const SSE = 'x-amz-server-side-encryption';
const notSupported = (name: string, value: string) =>
  [
    `InvalidArgument: ${name} header is not supported for this operation.`,
    { ArgumentName: name, ArgumentValue: value },
  ] as const;
const versionless = (value: string) =>
  [
    'InvalidArgument: This operation does not accept a version-id.',
    { ArgumentName: 'versionId', ArgumentValue: value },
  ] as const;
const copySource = [
  'InvalidArgument: You can only specify a copy source header for copy requests.',
  { ArgumentName: 'x-amz-copy-source', ArgumentValue: 'b/k' },
] as const;
const invalidAlgorithm = 'InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.';
const noValue =
  'InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.';
const noAttributes =
  'InvalidRequest: The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty';
const algorithm = { 'x-amz-sdk-checksum-algorithm': 'CRC32' };

type Detail = Readonly<Record<string, string>>;
type Row = readonly [name: string, headers: Detail, refusal: string, detail?: Detail | undefined, target?: string];

// Amazon S3 API Reference, "Error responses", and the service's answers.
test.for<Row>([
  ['UploadPart', { [SSE]: 'AES256' }, ...notSupported(SSE, 'AES256')],
  ['UploadPartCopy', { [SSE]: 'aws:kms' }, ...notSupported(SSE, 'aws:kms')],
  ['CompleteMultipartUpload', { [SSE]: 'AES256' }, ...notSupported(SSE, 'AES256')],
  ['GetObject', { [SSE]: 'AES256' }, ...notSupported(SSE, 'AES256')],
  ['HeadObject', { [SSE]: '' }, ...notSupported(SSE, '')],
  ['ListObjectsV2', { [SSE]: 'AES256' }, ...notSupported(SSE, 'AES256')],
  ['UploadPart', { [`${SSE}-context`]: 'e30=' }, ...notSupported(`${SSE}-context`, 'e30=')],
  ['UploadPart', { [`${SSE}-aws-kms-key-id`]: 'k' }, ...notSupported(`${SSE}-aws-kms-key-id`, 'k')],
  ['UploadPart', { [`${SSE}-bucket-key-enabled`]: 'true' }, ...notSupported(`${SSE}-bucket-key-enabled`, 'true')],
  ['GetObject', { 'x-amz-copy-source': 'b/k' }, ...copySource],
  ['DeleteObject', { 'x-amz-copy-source': 'b/k' }, ...copySource],
  ['PutObject', {}, ...versionless('x'), '/b/k?versionId=x'],
  ['UploadPart', {}, ...versionless(''), '/b/k?partNumber=1&uploadId=u&versionId'],
  ['ListObjectsV2', {}, ...versionless('null'), '/b?list-type=2&versionId=null'],
  [
    'PutObject',
    {},
    'InvalidArgument: This operation does not accept partNumber without uploadId',
    { ArgumentName: 'partNumber', ArgumentValue: 'partNumber' },
    '/b/k?partNumber=1',
  ],
  ['GetObjectAttributes', {}, noAttributes],
  ['GetObjectAttributes', { 'x-amz-object-attributes': '' }, noAttributes],
  ['PutObject', { 'x-amz-checksum-foo': 'AAAA' }, invalidAlgorithm],
  ['PutObject', { 'x-amz-checksum-': 'AAAA' }, invalidAlgorithm],
  ['PutObject', { 'x-amz-checksum-__proto__': 'AAAA' }, invalidAlgorithm],
  ['UploadPart', { 'x-amz-checksum-md4': 'AAAA', 'x-amz-checksum-crc32': 'AAAAAA==' }, invalidAlgorithm],
  ['CompleteMultipartUpload', { 'x-amz-checksum-foo': 'AAAA' }, invalidAlgorithm],
  ['PutBucketPolicy', { 'x-amz-checksum-foo': 'AAAA' }, invalidAlgorithm],
  ['PutObject', algorithm, noValue],
  ['PutObject', { ...algorithm, 'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==' }, noValue],
  ['UploadPart', algorithm, noValue],
  ['DeleteObjects', algorithm, noValue],
  [
    'PutObject',
    { 'x-amz-sdk-checksum-algorithm': 'MD4', 'x-amz-checksum-crc32': 'AAAAAA==' },
    'InvalidRequest: Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]',
  ],
])('%s with %j is refused: %s', ([name, headers, refusal, detail = {}, target]) => {
  const refused = refusalOf(name, headers, target);
  expect(`${refused?.code}: ${refused?.message}`).toBe(refusal);
  expect(refused?.detail).toEqual(detail);
  expect(refused && httpStatusOf(refused.code, 's3')).toBe(400);
});

test.for<readonly [name: string, headers: Detail, target?: string]>([
  ['PutObject', { [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: 'k', [`${SSE}-context`]: 'e30=' }],
  [
    'CreateMultipartUpload',
    { [SSE]: 'AES256', 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'COMPOSITE' },
  ],
  ['CopyObject', { [SSE]: 'AES256', 'x-amz-copy-source': 'b/k', 'x-amz-checksum-algorithm': 'SHA1' }],
  ['UploadPart', { [`${SSE}-customer-algorithm`]: 'AES256' }, '/b/k?partNumber=1&uploadId=u'],
  [
    'GetObject',
    { [`${SSE}-customer-algorithm`]: 'AES256', 'x-amz-checksum-mode': 'ENABLED' },
    '/b/k?versionId=x&partNumber=1',
  ],
  ['GetObject', { 'x-amz-checksum-foo': 'AAAA', ...algorithm }],
  ['PutObject', { ...algorithm, 'x-amz-checksum-crc32': 'AAAAAA==' }],
  ['PutObject', { 'x-amz-sdk-checksum-algorithm': 'crc32', 'x-amz-trailer': 'x-amz-checksum-crc32' }],
  ['PutBucketPolicy', { ...algorithm, 'x-amz-checksum-crc32': 'AAAAAA==' }],
  ['GetObjectAttributes', { 'x-amz-object-attributes': 'ETag' }],
  ['ListObjectVersions', {}, '/b?versions&version-id-marker=x&key-marker=k'],
  ['DeleteObject', {}, '/b/k?versionId=x'],
])('%s with %j at %s is left to the operation', ([name, headers, target]) => {
  expect(refusalOf(name, headers, target)).toBeUndefined();
});

test('no operation is refused a header or a parameter that its model has', () => {
  for (const name of operationNames('s3')) {
    const model = operationModel('s3', name);
    const shape = model?.input && model.shapes[model.input.shape];
    const refs = shape?.type === 'structure' ? Object.values(shape.members) : [];
    const at = (place: string) => refs.flatMap((ref) => (ref.location === place ? [ref.locationName ?? ''] : []));
    const query = at('querystring').map((each) => `${each}=1`);
    const headers = at('header').map((each) => [each, /checksum-algorithm$/.test(each) ? 'CRC32' : '1'] as const);
    const sent = { ...Object.fromEntries(headers), 'x-amz-trailer': 'x-amz-checksum-crc32' };
    expect([name, refusalOf(name, sent, `/b/k?${query.join('&')}`)]).toEqual([name, undefined]);
  }
});

test("every checksum of the model's members has an algorithm", () => {
  const shape = operationModel('s3', 'PutObject')?.shapes.PutObjectRequest;
  const members = shape?.type === 'structure' ? shape.members : {};
  const checksums = Object.keys(members).filter((name) => name.startsWith('Checksum') && name !== 'ChecksumAlgorithm');
  expect(checksums).toHaveLength(10);
  for (const name of checksums) expect(`Checksum${algorithmNamed(name.slice('Checksum'.length))}`).toBe(name);
});
