import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { type AskedOfBucket, requireRegion } from '../../../src/wire/credentials/region.ts';
import { newWorld } from '../../support/harness.ts';

// Amazon S3 User Guide, "Making requests", "Request redirection and the REST API"; what AWS's SDKs follow.
const asked = {
  operation: 'GetObject',
  method: 'GET',
  bucket: 'photos',
  region: 'us-east-1',
  place: 'header',
} as const;
const header =
  "AuthorizationHeaderMalformed: The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'";
const query =
  "AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-1'";
const redirect =
  'PermanentRedirect: The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
const Region = { Region: 'eu-west-1' };
const Endpoint = { Endpoint: 'photos.s3.eu-west-1.amazonaws.com', Bucket: 'photos' };

const table: readonly (readonly [string, Partial<AskedOfBucket>, string | undefined, unknown?])[] = [
  ['the own region', { region: 'eu-west-1' }, undefined],
  ['no region', { region: undefined, place: 'none' }, undefined],
  ['no such bucket', { bucket: 'pictures' }, undefined],
  ['another region, in the header', {}, header, Region],
  ['another region, in the query', { place: 'query' }, query, Region],
  ['another region, by HEAD', { operation: 'HeadBucket', method: 'HEAD' }, redirect, Endpoint],
  [
    'another region, by HEAD with a URL',
    { operation: 'HeadObject', method: 'HEAD', place: 'query' },
    redirect,
    Endpoint,
  ],
  ['another region, anonymously', { place: 'none' }, redirect, Endpoint],
  ['a bucket to be made', { operation: 'CreateBucket', method: 'PUT' }, undefined],
  ['where a bucket is, of us-east-1', { operation: 'GetBucketLocation' }, undefined],
  [
    'where a bucket is, of another region',
    { operation: 'GetBucketLocation', region: 'eu-central-1' },
    header.replace('us-east-1', 'eu-central-1'),
    Region,
  ],
];

test.for(table)('a request for a bucket of eu-west-1: %s', async ([, changes, refused, detail]) => {
  const world = newWorld();
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
  await world.call('s3', 'CreateBucket', { Bucket: 'photos', CreateBucketConfiguration }, { region: 'eu-west-1' });
  const refusal = world.transact((tx) => {
    try {
      requireRegion({ ...asked, ...changes }, tx);
      return undefined;
    } catch (error) {
      return error;
    }
  });
  if (refused === undefined) {
    expect(refusal).toBeUndefined();
    return;
  }
  if (!(refusal instanceof AwsError)) return expect.fail(`${refusal}`);
  expect([`${refusal.code}: ${refusal.message}`, refusal.detail, refusal.headers]).toEqual([
    refused,
    detail,
    { 'x-amz-bucket-region': 'eu-west-1' },
  ]);
});
