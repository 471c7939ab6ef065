/** boto3 against an endpoint: what it makes of URLs and forms, which in us-east-1 it signs with Signature Version 2. */

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';
import type { SigningCredentials } from '../support/signed-request.ts';

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;

/** Runs a program in Python with the clients `s3` (as boto3 makes it) and `s3v4`, and returns the JSON that it prints. */
async function python(
  program: string,
  url: string,
  { accessKeyId, secretAccessKey, sessionToken }: SigningCredentials,
  region = 'us-east-1',
): Promise<unknown> {
  const lines = `
import boto3, json, sys, urllib.request, urllib.error, urllib.parse
from botocore.config import Config
def client(**config):
    return boto3.client('s3', endpoint_url=${JSON.stringify(url)}, region_name=${JSON.stringify(region)}, config=Config(retries={'total_max_attempts': 1}, **config))
s3 = client()
s3v4 = client(signature_version='s3v4')
def fetch(url, data=None, method='GET', headers={}):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method, headers=headers)) as answer:
            return [answer.status, answer.read().decode()]
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return [error.code, text[text.find('<Code>') + 6:text.find('</Code>')]]
def post(form, content, **more):
    edge = 'edge'
    fields = {**form['fields'], **more}
    body = ''.join('--%s\\r\\nContent-Disposition: form-data; name="%s"\\r\\n\\r\\n%s\\r\\n' % (edge, name, value) for name, value in fields.items())
    body += '--%s\\r\\nContent-Disposition: form-data; name="file"; filename="a"\\r\\n\\r\\n%s\\r\\n--%s--\\r\\n' % (edge, content, edge)
    return fetch(form['url'], body.encode(), 'POST', {'content-type': 'multipart/form-data; boundary=' + edge})
def known(client, bucket):
    return client.head_bucket(Bucket=bucket)['ResponseMetadata']['HTTPHeaders'].get('x-amz-bucket-region')
${program}
`;
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '*',
  };
  const { stdout } = await promisify(execFile)('python3', ['-c', lines], { env });
  return JSON.parse(stdout);
}

/** boto3 signs by the clock of the machine, so the endpoint's is that, too. */
async function newEndpoint() {
  const world = newWorld({}, { now: Date.now });
  const credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a b/ü', Body: Buffer.from('hello') });
  const endpoint = await startEndpoint(world);
  return { world, credentials, ...endpoint };
}

test.skipIf(!hasBoto3)('URLs of both versions, with a session’s token and with headers in them', async () => {
  const { world, credentials, server } = await newEndpoint();
  const { Credentials } = await world.call('sts', 'GetSessionToken', {}, { as: 'user/sam' });
  if (!Credentials) return expect.fail('no credentials');
  const session = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
  const program = `
answers = []
for c in (s3, s3v4):
    get = c.generate_presigned_url('get_object', Params={'Bucket': 'photos', 'Key': 'a b/ü', 'ResponseContentType': 'text/x-a'})
    answers.append(['Signature=' in get and 'X-Amz-' not in get, fetch(get), fetch(get[:-1] + ('0' if get[-1] != '0' else '1'))])
    put = c.generate_presigned_url('put_object', Params={'Bucket': 'photos', 'Key': 'new', 'StorageClass': 'STANDARD_IA', 'Metadata': {'a': 'b'}})
    answers.append([fetch(put, b'x', 'PUT', {'x-amz-storage-class': 'STANDARD_IA', 'x-amz-meta-a': 'b', 'content-type': ''} if 'X-Amz-' in put else {'content-type': ''})[0], s3.head_object(Bucket='photos', Key='new')['StorageClass']])
print(json.dumps(answers))`;
  for (const signer of [credentials, session]) {
    const wrong = [403, 'SignatureDoesNotMatch'];
    const answers = (isV2: boolean) => [
      [isV2, [200, 'hello'], wrong],
      [200, 'STANDARD_IA'],
    ];
    expect(await python(program, server.url, signer)).toEqual([...answers(true), ...answers(false)]);
  }
  await server.close(0);
});

test.skipIf(!hasBoto3)('forms of both versions, with a session’s token', async () => {
  const { world, credentials, server } = await newEndpoint();
  const { Credentials } = await world.call('sts', 'GetSessionToken', {}, { as: 'user/sam' });
  if (!Credentials) return expect.fail('no credentials');
  const session = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
  const program = `
answers = []
for c in (s3, s3v4):
    form = c.generate_presigned_post('photos', 'up', Fields={'Content-Type': 'text/a'}, Conditions=[{'Content-Type': 'text/a'}, ['content-length-range', 1, 3]])
    answers.append(['signature' in form['fields'], post(form, 'abc')[0], post(form, 'abcd')[1], post(form, 'abc', **{'Content-Type': 'text/b'})[1], s3.get_object(Bucket='photos', Key='up')['Body'].read().decode()])
print(json.dumps(answers))`;
  for (const signer of [credentials, session]) {
    const answers = (isV2: boolean) => [isV2, 204, 'EntityTooLarge', 'AccessDenied', 'abc'];
    expect(await python(program, server.url, signer)).toEqual([answers(true), answers(false)]);
  }
  await server.close(0);
});

test.skipIf(!hasBoto3)('a client of another region finds the bucket, and version 2 is refused there', async () => {
  const { world, credentials, server } = await newEndpoint();
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
  await world.call('s3', 'CreateBucket', { Bucket: 'europe', CreateBucketConfiguration }, { region: 'eu-west-1' });
  const program = `
s3.put_object(Bucket='europe', Key='k', Body=b'hi')
print(json.dumps([known(s3v4, 'europe'), s3v4.get_object(Bucket='europe', Key='k')['Body'].read().decode(), fetch(client(signature_version='s3').generate_presigned_url('get_object', Params={'Bucket': 'europe', 'Key': 'k'}))]))`;
  expect(await python(program, server.url, credentials)).toEqual(['eu-west-1', 'hi', [400, 'InvalidRequest']]);
  await server.close(0);
});
