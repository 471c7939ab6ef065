import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { randomName } from '../../../src/api/random-name.ts';
import { digestText, sha256Of, signedText } from '../../../src/cloudtrail/delivery/digest-file.ts';
import { digestKey, logFileKey } from '../../../src/cloudtrail/delivery/object-key.ts';
import { fingerprintOf } from '../../../src/cloudtrail/delivery/signing-key.ts';

const at = (text: string) => Date.parse(text);
const trail = { account: '111122223333', region: 'us-east-1', name: 'main', homeRegion: 'us-east-1' } as const;

const KEY =
  'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/05/04/111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20260504T090000Z.json.gz';

const starting = {
  account: '111122223333',
  startMs: at('2026-05-04T08:00:00Z'),
  endMs: at('2026-05-04T09:00:00Z'),
  bucket: 'amzn-s3-demo-logs',
  key: KEY,
  fingerprint: '9c2f7e1a04b85d63f1e0a7c4d2b69831',
  previous: undefined,
  logFiles: [],
};

test('a starting digest has these bytes, and this text is signed', () => {
  const text = digestText(starting);
  expect(text).toBe(
    `{"awsAccountId":"111122223333","digestStartTime":"2026-05-04T08:00:00Z","digestEndTime":"2026-05-04T09:00:00Z","digestS3Bucket":"amzn-s3-demo-logs","digestS3Object":"${KEY}","digestPublicKeyFingerprint":"9c2f7e1a04b85d63f1e0a7c4d2b69831","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[]}`,
  );
  expect(Buffer.byteLength(text)).toBe(632);
  expect(sha256Of(text)).toBe('4024802e1c321da688b8fa334c55bd4ce9f8fa7f15c45b1e1fac2204ac2d5db2');
  const signed = signedText(starting, sha256Of(text));
  expect(Buffer.byteLength(signed)).toBe(249);
  expect(createHash('sha256').update(signed).digest('hex')).toBe(
    '8899dd478d0de688342e5b860cc40dbd92738478c1ba8c56baa95f51c1f51800',
  );
});

test('a digest that follows another one names it and its log files', () => {
  const previous = { bucket: 'b', key: 'before', sha256: 'aa', signature: 'bb' };
  const log = (key: string, oldest: string, newest: string) => ({
    bucket: 'b',
    key,
    sha256: 'cc',
    oldestEventMs: at(oldest),
    newestEventMs: at(newest),
  });
  const logFiles = [
    log('one', '2026-05-04T08:10:00.500Z', '2026-05-04T08:14:00Z'),
    log('two', '2026-05-04T08:02:00Z', '2026-05-04T08:03:00Z'),
  ];
  const digest = { ...starting, previous, logFiles };
  expect(JSON.parse(digestText(digest))).toMatchObject({
    newestEventTime: '2026-05-04T08:14:00Z',
    oldestEventTime: '2026-05-04T08:02:00Z',
    previousDigestS3Bucket: 'b',
    previousDigestS3Object: 'before',
    previousDigestHashValue: 'aa',
    previousDigestHashAlgorithm: 'SHA-256',
    previousDigestSignature: 'bb',
    logFiles: [
      {
        s3Bucket: 'b',
        s3Object: 'one',
        hashValue: 'cc',
        hashAlgorithm: 'SHA-256',
        newestEventTime: '2026-05-04T08:14:00Z',
        oldestEventTime: '2026-05-04T08:10:00Z',
      },
      { s3Object: 'two' },
    ],
  });
  expect(signedText(digest, 'dd')).toBe(`2026-05-04T09:00:00Z\namzn-s3-demo-logs/${KEY}\ndd\nbb`);
});

test('keys have the account, the region, the day and the time', () => {
  expect(digestKey(trail, at('2026-05-04T09:00:00Z'))).toBe(KEY);
  expect(digestKey({ ...trail, prefix: 'a/b', region: 'eu-west-1' }, at('2026-12-31T23:59:59Z'))).toBe(
    'a/b/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/12/31/111122223333_CloudTrail-Digest_eu-west-1_main_us-east-1_20261231T235959Z.json.gz',
  );
  expect(logFileKey(trail, at('2026-05-04T09:05:00Z'), '9nYN7gp2eWAJHIfT')).toBe(
    'AWSLogs/111122223333/CloudTrail/us-east-1/2026/05/04/111122223333_CloudTrail_us-east-1_20260504T0905Z_9nYN7gp2eWAJHIfT.json.gz',
  );
});

test('the random end of a name has sixteen letters and digits, each as likely as the others', () => {
  expect(randomName(16, (size) => new Uint8Array(size).fill(61))).toBe('9'.repeat(16));
  // The bytes from 248 on are passed over.
  const bytes = [255, 248, ...Array.from({ length: 30 }, (_, i) => i)];
  expect(randomName(16, () => Uint8Array.from(bytes))).toBe('ABCDEFGHIJKLMNOP');
});

test('a fingerprint is the MD5 of the PKCS #1 DER', () => {
  // AWS CLI Command Reference, cloudtrail list-public-keys, the example.
  const value =
    'MIIBCgKCAQEAlSS3cl92HDycr/MTj0moOhas8habjrraXw+KzlWF0axSI2tcF+3iJ9BKQAVSKxGwxwu3m0wG3J+kUl1xboEcEPHYoIYMbgfSw7KGnuDKwkLzsQWhUJ0cIbOHASox1vv/5fNXkrHhGbDCHeVXm804c83nvHUEFYThr1PfyP/8HwrCtR3FX5OANtQCP61C1nJtSSkC8JSQUOrIP4CuwJjc+4WGDk+BGH5m9iuiAKkipEHWmUl8/P7XpfpWQuk4h8g3pXZOrNXr08lbh4d39svj7UqdhvOXoBISp9t/EXYuePGEtBdrKD9Dz+VHwyUPtBQvYr9BnkF88qBnaPNhS44rzwIDAQAB';
  expect(fingerprintOf(Buffer.from(value, 'base64'))).toBe('7f3f401420072e50a65a141430817ab3');
});
