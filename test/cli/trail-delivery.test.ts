import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { ACCOUNT, MINUTE } from '../support/harness.ts';

const BUCKET = `aws-cloudtrail-logs-${ACCOUNT}-us-east-1`;

const status = async (line: CommandLine) =>
  (await line.ok(['cloudtrail', 'get-trail-status', '--name', 'ssebox'])).json as Readonly<Record<string, unknown>>;

const keys = async (line: CommandLine): Promise<readonly string[]> => {
  const { json } = await line.ok(['s3api', 'list-objects-v2', '--bucket', BUCKET]);
  const { Contents = [] } = (json ?? {}) as { readonly Contents?: readonly { readonly Key: string }[] };
  return Contents.map(({ Key }) => Key);
};

/** The sample store with a trail, which logs a read that was denied. */
async function newScene(): Promise<CommandLine> {
  const line = await newSample();
  await line.ok(['trail', 'data-events', 'enable', 'photos']);
  line.advance(MINUTE);
  await line.ssebox(['s3', 'get', 's3://photos/harbour.txt', '-', '--as', 'user/bob']);
  return line;
}

test('a log file is in the bucket of a trail for the command that looks, five minutes later', async () => {
  const line = await newScene();
  expect(await keys(line)).toEqual([]);
  line.advance(5 * MINUTE);
  const [key = '', ...others] = await keys(line);
  expect(others).toEqual([]);
  expect(key).toMatch(
    /^AWSLogs\/111122223333\/CloudTrail\/us-east-1\/2026\/05\/04\/.*_20260504T0905Z_\w{16}\.json\.gz$/,
  );
  const { bytes } = await line.ok(['s3', 'get', `s3://${BUCKET}/${key}`, '-']);
  const { Records } = JSON.parse(gunzipSync(bytes).toString());
  const names = Records.map(({ eventName, errorCode }: Readonly<Record<string, string>>) => [eventName, errorCode]);
  expect(names).toContainEqual(['GetObject', 'AccessDenied']);
  expect(await status(line)).toMatchObject({ IsLogging: true, LatestDeliveryTime: '2026-05-04T09:05:00+00:00' });
});

test('what fails stands in the status, is no refusal of the command that looks, and is delivered once it is mended', async () => {
  const line = await newScene();
  const { json } = await line.ok(['s3api', 'get-bucket-policy', '--bucket', BUCKET, '--query', 'Policy']);
  await line.ok(['s3api', 'delete-bucket-policy', '--bucket', BUCKET, '--yes']);
  line.advance(10 * MINUTE);
  await line.ok(['s3', 'ls', `s3://${BUCKET}`]);
  expect((await line.ssebox(['explain', 'last'])).out).not.toContain('cloudtrail');
  expect(await status(line)).toMatchObject({ LatestDeliveryError: 'AccessDenied' });
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', BUCKET, '--policy', String(json)]);
  expect(await status(line)).not.toHaveProperty('LatestDeliveryError');
  expect(await keys(line)).toHaveLength(1);
});

test('the keys of digests are listed by time, and a time that ends before it starts is refused', async () => {
  const line = await newScene();
  line.advance(70 * MINUTE);
  expect((await keys(line)).filter((key) => key.includes('CloudTrail-Digest'))).toHaveLength(1);
  const { json } = await line.ok(['cloudtrail', 'list-public-keys', '--start-time', '2026-05-04T10:00:00Z']);
  expect(json).toMatchObject({
    PublicKeyList: [
      { Value: expect.stringMatching(/^MIIBCgKCAQEA/), Fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ],
  });
  const refused = await line.ssebox(['cloudtrail', 'list-public-keys', '--start-time', '2027-01-01']);
  expect([refused.code, refused.out]).toEqual([254, '']);
  expect(refused.err).toContain('(InvalidTimeRangeException)');
});
