/**
 * Requests of S3 beside those of the AWS SDK for JavaScript, for the same inputs. Agent, ids, time and signature differ,
 * and the order of elements: the SDK's is that of its generator, ours and botocore's that of the model.
 */

import { createHash } from 'node:crypto';
import * as sdk from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { operationModel, operationNames } from '../../../src/api/model/loader.ts';
import { agreed, catching, clientCredentials, ourRequest, verifySignature } from '../../support/client-requests.ts';
import { type Extent, modelInput } from '../../support/model-inputs.ts';

const { handler, caughtFrom } = catching();

/** At a URL if there is one, at AWS otherwise. */
const clientAt = (endpoint: string | undefined, more: Partial<sdk.S3ClientConfig> = {}): sdk.S3Client =>
  new sdk.S3Client({
    region: 'us-east-1',
    credentials: clientCredentials,
    maxAttempts: 1,
    requestHandler: handler as never,
    ...(endpoint !== undefined && { endpoint }),
    ...more,
  });

const commands = sdk as unknown as Readonly<Record<string, new (input: unknown) => never>>;

/** Operations that the SDK does not have any more. */
const absent = ['GetBucketLifecycle', 'GetBucketNotification', 'PutBucketLifecycle', 'PutBucketNotification'];

const names = operationNames('s3').filter((name) => !absent.includes(name));

const key = Buffer.alloc(32, 7);
const SSECustomerKey = key.toString('base64');
const SSECustomerKeyMD5 = createHash('md5').update(key).digest('base64');

const overrides = {
  Bucket: 'a-bucket',
  Key: 'a b/ü+c',
  CopySource: 'other/key',
  ContentLength: 10,
  ClientToken: 'token',
  RequestRoute: 'route-1',
  SSECustomerKey,
  SSECustomerKeyMD5,
  CopySourceSSECustomerKey: SSECustomerKey,
  CopySourceSSECustomerKeyMD5: SSECustomerKeyMD5,
};

const inputOf = (name: string, extent: Extent) => {
  const model = operationModel('s3', name);
  if (!model) throw new Error(`no operation ${name}`);
  return modelInput(model, extent, overrides);
};

const theirs = async (client: sdk.S3Client, name: string, input: object) => {
  const Command = commands[`${name}Command`];
  if (!Command) throw new Error(`the SDK has no ${name}`);
  return agreed(await caughtFrom(() => client.send(new Command({ ...input }))));
};

/**
 * The type that the SDK makes up for bytes: whoever reads the object would get it instead of binary/octet-stream, which
 * S3 says of objects that the AWS CLI has put.
 */
const MADE_UP = ['PutObject', 'PutObjectAnnotation', 'UploadPart', 'WriteGetObjectResponse'];

/** The SDK cannot read a list with a key in it that XML cannot carry; botocore asks for URL encoding and decodes it. */
const LISTS = ['ListMultipartUploads', 'ListObjects', 'ListObjectsV2', 'ListObjectVersions'];

/** What the SDK sends, but for what only it does, or only we do. */
function expected(name: string, input: object, request: Awaited<ReturnType<typeof theirs>>) {
  if (LISTS.includes(name) && !('EncodingType' in input)) {
    return { ...request, query: [...request.query, 'encoding-type=url'].sort() };
  }
  if (!MADE_UP.includes(name) || (name === 'PutObject' && 'ContentType' in input)) return request;
  const { 'content-type': _, ...headers } = request.headers;
  return { ...request, headers, signed: request.signed?.filter((each) => each !== 'content-type') };
}

const LOOPBACK = 'http://127.0.0.1:4566';

describe.each<Extent>(['least', 'full'])('the %s input', (extent) => {
  const client = clientAt(LOOPBACK);

  test.for(names)('%s', async (name) => {
    const input = inputOf(name, extent);
    const request = await ourRequest({ service: 's3', name, input }, LOOPBACK);
    verifySignature(request, 's3');
    const wanted = expected(name, input, await theirs(client, name, input));
    // An address has no names below it.
    if (name === 'WriteGetObjectResponse') wanted.headers.host = '127.0.0.1:4566';
    expect(agreed(request)).toEqual(wanted);
  });
});

/** Endpoints that the SDK has for directory buckets. */
const directories = ['ListDirectoryBuckets'];

test.for(names.filter((name) => !directories.includes(name)))('%s at AWS itself', async (name) => {
  const input = inputOf(name, 'least');
  const request = await ourRequest({ service: 's3', name, input }, 'aws');
  verifySignature(request, 's3');
  expect(request.origin).toBe(`https://${request.headers.host}`);
  expect(agreed(request)).toEqual(expected(name, input, await theirs(clientAt(undefined), name, input)));
});
