import { expect, test } from 'vitest';
import { operationModel, operationNames } from '../../src/api/model/loader.ts';
import { s3Operations } from '../../src/s3/operations.ts';

const Bucket = 'photos';

/** The secrets of a request. */
const secrets = ['SSECustomerKey', 'CopySourceSSECustomerKey', 'MFA', 'Token'];

/** Headers about the body itself, which the log does not show. */
const ofBody = /^(Content(Length|MD5|Type)|Checksum(?!Mode|Type).*)$/;

function headersAndQuery(operation: string): readonly (readonly [member: string, wireName: string])[] {
  const model = operationModel('s3', operation);
  const shape = model?.input && model.shapes[model.input.shape];
  if (shape?.type !== 'structure') return [];
  return Object.entries(shape.members).flatMap(([member, { location, locationName }]) =>
    (location === 'header' || location === 'querystring') && locationName !== undefined ? [[member, locationName]] : [],
  );
}

const operations = operationNames('s3').flatMap((name) => s3Operations[name] ?? []);

// CloudTrail User Guide, "Amazon S3 data events": headers and query under their wire names.
test.for(operations)('the log shows of $name its headers and query, and no secret', ({ name, parameters }) => {
  for (const [member, wireName] of headersAndQuery(name)) {
    const shown = parameters?.({ Bucket, [member]: 'value' }, undefined);
    if (secrets.includes(member) || ofBody.test(member))
      expect([member, shown]).toEqual([member, parameters?.({ Bucket }, undefined)]);
    else
      expect([member, shown]).toEqual([member, expect.objectContaining({ bucketName: Bucket, [wireName]: 'value' })]);
  }
});

test('the log shows times as headers have them, and lists as one text', () => {
  const at = new Date('2026-05-04T09:00:00Z');
  const read = { Bucket, Key: 'a', IfModifiedSince: at };
  expect(s3Operations.GetObject?.parameters?.(read, undefined)).toEqual({
    bucketName: Bucket,
    key: 'a',
    'If-Modified-Since': 'Mon, 04 May 2026 09:00:00 GMT',
  });
  const attributes = { Bucket, Key: 'a', ObjectAttributes: ['ETag', 'ObjectSize'], MaxParts: 3 };
  expect(s3Operations.GetObjectAttributes?.parameters?.(attributes, undefined)).toEqual({
    bucketName: Bucket,
    key: 'a',
    attributes: '',
    'x-amz-object-attributes': 'ETag,ObjectSize',
    'x-amz-max-parts': '3',
  });
});

test('the log shows a document that breaks the schema as far as that goes', () => {
  const broken = { Bucket, Tagging: { TagSet: 'none' }, ServerSideEncryptionConfiguration: 7 };
  expect(s3Operations.PutBucketTagging?.parameters?.(broken, undefined)).toMatchObject({ tagging: '' });
  expect(s3Operations.PutBucketEncryption?.parameters?.(broken, undefined)).toMatchObject({ encryption: '' });
});
