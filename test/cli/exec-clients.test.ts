/** The AWS CLI at work in `ssebox exec`, and SDKs that trust the certificate of `--tls`. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { contentOf } from '../support/content.ts';
import { botoProgram, missingClient } from '../support/outside-clients.ts';
import { newPlace, type Place } from '../support/place.ts';

/** The names of files that shells, XML, URLs and lists of keys could take for something else, and one of many parts. */
const FILES = [
  'a b/c&d=e?f#g.txt',
  'ü/ö😀',
  'x+y%20/%2F.txt',
  '-- --/\'quote"<>.xml',
  '$(id)/\\back',
  '..dots..',
  'tab\ttab',
  'line\nfeed',
  '~tilde*!()',
  'empty',
];

function writeFiles(place: Place, folder: string): void {
  for (const name of FILES) {
    const path = place.path(`${folder}/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name === 'empty' ? '' : name);
  }
  writeFileSync(place.path(`${folder}/big`), contentOf('big', 20 << 20));
}

/** Runs a script of a shell in `ssebox exec`: what it prints, where each of its commands has worked. */
async function inExec(place: Place, script: string): Promise<string> {
  const line = `ssebox exec -- bash -euo pipefail -c "$SCRIPT"`;
  const { code, out, err } = await place.shell(line, { SCRIPT: script });
  expect(code, `${out}${err}`).toBe(0);
  return out;
}

test('aws s3 sync brings files of every name up and down again, and deletes what is gone', async ({ skip }) => {
  const missing = missingClient('aws');
  if (missing) return skip(missing);
  const place = newPlace();
  writeFiles(place, 'up');
  const out = await inExec(
    place,
    `
    aws s3 mb s3://photos >&2
    aws s3 sync up s3://photos/in --no-progress --sse aws:kms >&2
    echo "again: $(aws s3 sync up s3://photos/in --no-progress)"
    rm up/..dots.. up/big
    aws s3 sync up s3://photos/in --no-progress --delete >&2
    aws s3 sync s3://photos/in down --no-progress >&2
    aws s3api list-objects-v2 --bucket photos --page-size 3 --query 'sort(Contents[].Key)'
    `,
  );
  const [again, ...listed] = out.split('\n');
  expect(again).toBe('again: ');
  const kept = FILES.filter((name) => name !== '..dots..');
  expect(JSON.parse(listed.join('\n')).toSorted()).toEqual(kept.map((name) => `in/${name}`).toSorted());
  for (const name of kept) {
    expect(readFileSync(place.path(`down/${name}`), 'utf8')).toBe(name === 'empty' ? '' : name);
  }
  const files = readdirSync(place.path('down'), { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  expect(files).toHaveLength(kept.length);
});

test('the AWS CLI reads and writes files of bytes, waits, turns pages, and shares what it has by a URL', async ({
  skip,
}) => {
  const missing = missingClient('aws', 'curl');
  if (missing) return skip(missing);
  const place = newPlace();
  writeFileSync(place.path('plain'), Buffer.from([0, 255, 10, 13]));
  writeFileSync(place.path('big'), contentOf('big', 20 << 20));
  const out = await inExec(
    place,
    `
    key=$(aws kms create-key --query KeyMetadata.KeyId --output text)
    aws kms encrypt --key-id "$key" --plaintext fileb://plain --query CiphertextBlob --output text | base64 -d > sealed
    aws kms decrypt --ciphertext-blob fileb://sealed --query Plaintext --output text | base64 -d | cmp - plain
    aws s3 mb s3://photos >&2
    aws s3 cp big s3://photos/big --no-progress --sse aws:kms --sse-kms-key-id "$key" >&2
    aws s3api wait object-exists --bucket photos --key big
    aws s3api get-object --bucket photos --key big --range bytes=5000000- rest --query ContentRange --output text
    aws s3 cp s3://photos/big s3://photos/copy --no-progress >&2
    curl -sSf --noproxy '*' "$(aws s3 presign s3://photos/copy)" | cmp - big
    page="aws s3api list-objects-v2 --bucket photos --max-items 1"
    token=$($page --query NextToken --output json | tr -d '"')
    $page --starting-token "$token" --query 'Contents[].Key' --output text
    aws s3api get-object --bucket photos --key none none 2>&1 || echo "ended with $?"
    `,
  );
  const bytes = readFileSync(place.path('rest'));
  expect(bytes.equals(contentOf('big', 20 << 20).subarray(5_000_000))).toBe(true);
  expect(out.split('\n').filter((line) => line !== '')).toEqual([
    `bytes 5000000-${(20 << 20) - 1}/${20 << 20}`,
    'copy',
    'An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.',
    expect.stringMatching(/^ended with 25[45]$/),
  ]);
});

/** What SDKs do over TLS is not what they do without: the checksum of a body comes behind it, and only it is signed. */
const OVER_TLS = `
forms = []
def noticed(request, **_):
    form = request.headers.get('x-amz-content-sha256', b'')
    forms.append(form.decode() if isinstance(form, bytes) else form)
s3 = client('s3')
s3.meta.events.register('before-send.s3.PutObject', noticed)
s3.create_bucket(Bucket='photos')
for body in (b'hello', b'', os.urandom(1 << 20)):
    s3.put_object(Bucket='photos', Key='k', Body=body)
    assert s3.get_object(Bucket='photos', Key='k')['Body'].read() == body
virtual = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'].replace('127.0.0.1', 's3.localhost'), config=Config(s3={'addressing_style': 'virtual'}))
virtual.put_object(Bucket='photos', Key='k', Body=b'virtual')
control = client('s3control')
named = dict(AccountId='111122223333', ResourceArn='arn:aws:s3:::photos')
control.tag_resource(Tags=[{'Key': 'a', 'Value': 'b'}], **named)
urls = [client('s3', signature_version=version).generate_presigned_url('get_object', Params={'Bucket': 'photos', 'Key': 'k'}) for version in ('s3', 's3v4')]
print(json.dumps({
    'forms': forms,
    'content': s3.get_object(Bucket='photos', Key='k')['Body'].read().decode(),
    'tags': control.list_tags_for_resource(**named)['Tags'],
    'keys': client('kms').list_keys()['Truncated'],
    'caller': client('sts').get_caller_identity()['Account'],
    'metrics': [each['MetricName'] for each in client('cloudwatch').list_metrics(Namespace='AWS/Usage')['Metrics']],
    'urls': [os.popen("curl -sS --noproxy '*' --cacert $AWS_CA_BUNDLE '%s'" % url).read() for url in urls],
}))`;

test('boto3 and curl over TLS trust the certificate, and send checksums behind bodies', async ({ skip }) => {
  const missing = missingClient('boto3', 'curl');
  if (missing) return skip(missing);
  const { code, out, err } = await newPlace().ssebox(['exec', '--tls', '--', 'python3', '-c', botoProgram(OVER_TLS)]);
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toEqual({
    forms: Array.from({ length: 3 }, () => 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
    content: 'virtual',
    tags: [{ Key: 'a', Value: 'b' }],
    keys: false,
    caller: '111122223333',
    metrics: expect.arrayContaining(['CallCount']),
    urls: ['virtual', 'virtual'],
  });
});

/** A client in a process of its own, since Node reads certificates when it starts. */
const SDK_OVER_TLS = `
const { createRequire } = require('node:module');
const load = createRequire(process.argv[1]);
const { S3Client, CreateBucketCommand, GetObjectCommand, PutObjectCommand } = load('@aws-sdk/client-s3');
const { KMSClient, CreateKeyCommand, EncryptCommand, DecryptCommand } = load('@aws-sdk/client-kms');
const { GetCallerIdentityCommand, STSClient } = load('@aws-sdk/client-sts');
const { IAMClient, ListUsersCommand } = load('@aws-sdk/client-iam');
const { Readable } = require('node:stream');
(async () => {
  const s3 = new S3Client({});
  const forms = [];
  s3.middlewareStack.add((next) => async (args) => {
    if (args.request.method === 'PUT') forms.push(args.request.headers['x-amz-content-sha256']);
    return next(args);
  }, { step: 'finalizeRequest', priority: 'low' });
  const Bucket = 'photos';
  await s3.send(new CreateBucketCommand({ Bucket }));
  forms.length = 0;
  const sizes = [];
  for (const size of [0, 20_000, 1_000_000]) {
    const half = Buffer.alloc(size / 2);
    const pieces = Readable.from(size === 0 ? [] : [half, half]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: pieces, ContentLength: size }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    sizes.push((await Body.transformToByteArray()).length);
  }
  const kms = new KMSClient({});
  const { KeyMetadata: { KeyId } } = await kms.send(new CreateKeyCommand({}));
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('secret') }));
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
  const { Account } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  const { Users } = await new IAMClient({}).send(new ListUsersCommand({}));
  console.log(JSON.stringify({ forms, sizes, text: Buffer.from(Plaintext).toString(), Account, users: Users.length }));
})();`;

test('the SDK for JavaScript finds the endpoint and trusts its certificate by its environment alone', async () => {
  const words = ['exec', '--tls', '--', process.execPath, '-e', SDK_OVER_TLS, resolve('package.json')];
  const { code, out, err } = await newPlace().ssebox(words);
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toEqual({
    forms: Array.from({ length: 3 }, () => 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
    sizes: [0, 20_000, 1_000_000],
    text: 'secret',
    Account: '111122223333',
    users: 1,
  });
});
