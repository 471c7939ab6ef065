/** Commands at endpoints that others have made. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, type Ended, type RunOptions } from '../../support/command-line.ts';
import { contentOf } from '../../support/content.ts';
import { type Peer, startMoto } from '../../support/peers.ts';

describe('moto', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-peers-'));
  const line = commandLineIn(folder);
  let moto: Peer | string;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    if (typeof moto !== 'string') await moto.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const optionsAt = ({ url }: Peer): RunOptions => ({
    variables: {
      SSEBOX_STORE: '',
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret/of/the/test',
    },
  });

  /** A test of commands there; the words that it is given are separated by spaces. */
  const at = (name: string, check: (run: (words: string) => Promise<Ended>) => Promise<void>) =>
    test(name, async ({ skip }) => {
      if (typeof moto === 'string') return skip(moto);
      const options = optionsAt(moto);
      await check((words) => line.ssebox(words.split(' '), options));
    });

  at('has keys, identities and users', async (run) => {
    const ok = async (words: string) => {
      const { code, out, err } = await run(`${words} --output text`);
      expect([words, code, err]).toEqual([words, 0, '']);
      return out.trimEnd();
    };
    const key = await ok('kms create-key --query KeyMetadata.KeyId');
    const encrypt = `kms encrypt --key-id ${key} --plaintext aGVsbG8= --encryption-context for=test`;
    const sealed = await ok(`${encrypt} --query CiphertextBlob`);
    const decrypt = `kms decrypt --ciphertext-blob ${sealed} --query Plaintext --encryption-context`;
    expect(await ok(`${decrypt} for=test`)).toBe('aGVsbG8=');
    const refused = await run(`${decrypt} for=others`);
    expect([refused.code, refused.err]).toEqual([
      254,
      expect.stringContaining('An error occurred (InvalidCiphertextException) when calling the Decrypt operation'),
    ]);
    expect(await ok('sts get-caller-identity --query Account')).toMatch(/^\d{12}$/);
    await ok('iam create-user --user-name ann');
    expect(await ok('iam list-users --query Users[].UserName')).toBe('ann');
  });

  at('keeps objects, versions and parts', async (run) => {
    const ok = async (words: string) => {
      const ended = await run(words);
      expect([words, ended.code, ended.err]).toEqual([words, 0, '']);
      return ended.out;
    };
    const [small, big, down] = [line.path('small'), line.path('big'), line.path('down')];
    writeFileSync(small, 'hello');
    const content = contentOf('big', (5 << 20) + 1000);
    writeFileSync(big, content);
    for (const name of ['threshold', 'chunksize']) await line.ok(['config', 'set', `s3.multipart_${name}`, '5MB']);
    expect(await ok('s3 mb s3://letters')).toBe('make_bucket: letters\n');
    await ok('s3api put-bucket-versioning --bucket letters --versioning-configuration Status=Enabled');
    await ok(`s3 put ${small} s3://letters/small`);
    expect(await ok('s3 get s3://letters/small -')).toBe('hello');
    await ok(`s3 cp ${big} s3://letters/in/big --no-progress`);
    const head = JSON.parse(await ok('s3api head-object --bucket letters --key in/big --checksum-mode ENABLED'));
    expect(head).toMatchObject({
      ContentLength: content.length,
      ETag: expect.stringMatching(/-2"$/),
      ChecksumCRC32: expect.stringMatching(/^[\w+/]{6}==$/),
    });
    await ok(`s3 cp s3://letters/in/big ${down} --no-progress`);
    expect(readFileSync(down).equals(content)).toBe(true);
    await ok(`s3 cp ${small} s3://letters/in/big --no-progress`);
    expect(JSON.parse(await ok('s3 versions s3://letters/in/big --output json')).Versions).toMatchObject([
      { Size: 5, IsLatest: true },
      { Size: content.length, IsLatest: false },
    ]);
    expect(await ok('s3 ls s3://letters --recursive')).toMatch(/ 5 in\/big\n.* 5 small\n$/);
    expect(await ok('bucket show letters --output json')).toMatch(/"Versioning": "Enabled"/);
  });

  at('is synchronised, and emptied', async (run) => {
    const up = line.path('up');
    mkdirSync(up);
    for (const name of ['a', 'ü+&', 'z']) writeFileSync(join(up, name), name);
    await run('s3 mb s3://drafts');
    const first = await run(`s3 sync ${up} s3://drafts/d --no-progress`);
    expect([first.code, first.out.match(/^upload: /gm)?.length]).toEqual([0, 3]);
    rmSync(join(up, 'a'));
    const second = await run(`s3 sync ${up} s3://drafts/d --no-progress --delete --size-only`);
    expect([second.code, second.out]).toEqual([0, 'delete: s3://drafts/d/a\n']);
    const missing = await run('s3api get-object --bucket drafts --key d/a -');
    expect([missing.code, missing.out, missing.err]).toEqual([
      254,
      '',
      expect.stringMatching(/^An error occurred \(NoSuchKey\) when calling the GetObject operation: /),
    ]);
    expect((await run('s3 rb s3://drafts')).err).toMatch(/\(BucketNotEmpty\)/);
    expect(await run('s3 rm s3://drafts --recursive')).toMatchObject({ code: 0, err: '' });
    expect(await run('s3 rb s3://drafts')).toMatchObject({ code: 0, out: 'remove_bucket: drafts\n' });
  });

  at('is told what it does and what it does not', async (run) => {
    const { code, json } = await run('endpoint check --output json');
    const { Checks, NotRemoved } = json as {
      Checks: readonly { readonly Check: string; readonly Result: string; readonly Answered?: string }[];
      NotRemoved: readonly unknown[];
    };
    expect([code, NotRemoved]).toEqual([0, []]);
    const row = (name: string) => Checks.find(({ Check }) => Check === name);
    for (const name of [
      ...['put and get', 'keys of any characters', 'delete several', 'upload in parts', 'versions'],
      ...['encrypt and decrypt, with a context', 'STS: get caller identity', 'IAM: list users'],
    ]) {
      expect(row(name)).toMatchObject({ Check: name, Result: 'works' });
    }
    expect(row('Signature Version 4')).toMatchObject({ Result: 'wrong', Answered: 'a wrong signature: accepted' });
    expect(row('old requests are refused')).toMatchObject({ Result: 'wrong' });
  });
});
