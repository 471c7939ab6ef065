/** Forms that boto3 has signed, sent by curl; where they are installed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { bytesOf } from '../support/content.ts';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';

const works = async (program: string, ...words: string[]): Promise<boolean> =>
  (await execa(program, words, { reject: false })).exitCode === 0;

const SIGN = `
import boto3, json, sys
from botocore.config import Config
asked = json.load(sys.stdin)
client = boto3.client('s3', endpoint_url=asked['url'], region_name='us-east-1', aws_access_key_id=asked['id'],
    aws_secret_access_key=asked['secret'], config=Config(signature_version=asked['version']))
print(json.dumps(client.generate_presigned_post(asked['bucket'], asked['key'], Fields=asked['fields'],
    Conditions=asked['conditions'], ExpiresIn=60)))
`;

const isThere = (await works('python3', '-c', 'import boto3')) && (await works('curl', '--version'));

test.skipIf(!isThere).for(['s3v4', 's3'])(
  'curl uploads with a form that boto3 has signed with %s (needs boto3 and curl)',
  async (version) => {
    // boto3 goes by the machine's clock.
    const world = newWorld({}, { now: Date.now });
    const credentials = await newCredentials(world);
    await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
    const { server } = await startEndpoint(world);
    const folder = mkdtempSync(join(tmpdir(), 'ssebox-form-'));
    onTestFinished(async () => {
      await server.close(0);
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'cat 1.bin');
    const content = Buffer.alloc(1_500_000, 'meow');
    writeFileSync(file, content);

    const asked = {
      url: server.url,
      id: credentials.accessKeyId,
      secret: credentials.secretAccessKey,
      version,
      bucket: 'photos',
      key: ['in/$', '{filename}'].join(''),
      fields: { 'Content-Type': 'image/x-cat', success_action_status: '201' },
      conditions: [
        ['content-length-range', 1, 2_000_000],
        { 'Content-Type': 'image/x-cat' },
        { success_action_status: '201' },
      ],
    };
    const { stdout } = await execa('python3', ['-c', SIGN], { input: JSON.stringify(asked) });
    const form: { url: string; fields: Record<string, string> } = JSON.parse(stdout);
    const send = (fields: Record<string, string>) =>
      execa('curl', [
        ...['--silent', '--noproxy', '*', '--write-out', '\n%{http_code}'],
        ...Object.entries(fields).flatMap(([name, value]) => ['--form-string', `${name}=${value}`]),
        ...['--form', `file=@"${file}"`, form.url],
      ]);

    const sent = await send(form.fields);
    expect(sent.stdout).toMatch(/<Key>in\/cat 1.bin<\/Key>.*\n201$/s);
    const stored = await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'in/cat 1.bin' });
    expect(stored.ContentType).toBe('image/x-cat');
    expect((await bytesOf(stored.Body)).equals(content)).toBe(true);

    for (const [name, value] of Object.entries({
      'Content-Type': 'text/html',
      key: 'out/a',
      'x-amz-acl': 'public-read',
    })) {
      expect((await send({ ...form.fields, [name]: value })).stdout).toMatch(/AccessDenied.*\n403$/s);
    }
    const { Contents = [] } = await world.call('s3', 'ListObjectsV2', { Bucket: 'photos' });
    expect(Contents.map(({ Key }) => Key)).toEqual(['in/cat 1.bin']);
  },
);
