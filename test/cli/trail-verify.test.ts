import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Audited, newAudited } from '../support/audited.ts';
import { newCommandLine } from '../support/command-line.ts';

interface Verified {
  readonly StartTime?: string;
  readonly EndTime?: string;
  readonly Files: readonly {
    readonly Kind: string;
    readonly Region: string;
    readonly Key: string;
    readonly Fault?: string;
  }[];
  readonly Gaps: readonly { readonly Region: string; readonly StartTime: string; readonly EndTime: string }[];
  readonly DigestFiles: { readonly Valid: number; readonly Invalid: number };
  readonly LogFiles: { readonly Valid: number; readonly Invalid: number };
}

async function verified({ line }: Pick<Audited, 'line'>, ...words: readonly string[]) {
  const { code, json, err } = await line.ssebox(['trail', 'verify', ...words]);
  expect(err).toBe('');
  return { code, ...(json as Verified) };
}

test('the only trail of the region is verified, all that it ever delivered', async () => {
  const audited = await newAudited();
  const { Files, ...found } = await verified(audited);
  expect(found).toEqual({
    code: 0,
    TrailARN: audited.trailArn,
    StartTime: '2026-05-04T09:00:00Z',
    EndTime: '2026-05-04T12:00:00Z',
    Gaps: [],
    DigestFiles: { Valid: 3, Invalid: 0 },
    BackfillDigestFiles: { Valid: 0, Invalid: 0 },
    LogFiles: { Valid: 5, Invalid: 0 },
  });
  expect(Files).toContainEqual({
    Kind: 'Digest',
    Region: 'us-east-1',
    Bucket: audited.bucket,
    Key: audited.digests[0],
    Valid: true,
  });
  for (const name of ['ssebox', audited.trailArn]) expect(await verified(audited, name)).toEqual({ ...found, Files });
});

test('the page has a line for each file, and says what is wrong with which', async () => {
  const audited = await newAudited();
  const [digest = '', , last = ''] = audited.digests;
  await audited.replace(digest, gzipSync('{}'), (await audited.read(digest)).metadata);
  const { code, out } = await audited.line.ssebox(['trail', 'verify'], { terminal: 250 });
  expect(code).toBe(1);
  const name = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  expect(out).toMatch(/^FILE {4}REGION {5}OUTCOME {9}PLACE\n/);
  expect(out).toMatch(new RegExp(`\\ndigest {2}us-east-1 {2}valid {11}${name(last)}\\n`));
  expect(out).toContain(`digest  us-east-1  invalid format  s3://${audited.bucket}/${digest}\n`);
  expect(out).toMatch(
    /\n\nthe trail "ssebox": 2 of 3 digest files valid, 4 log files valid\nchecked from 2026-05-04T10:00:00Z to 2026-05-04T12:00:00Z\n$/,
  );
});

test('on a narrow terminal every line fits, and names stay whole', async () => {
  const audited = await newAudited();
  const { out } = await audited.line.ssebox(['trail', 'verify'], { terminal: 90 });
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(90);
  for (const key of audited.digests) expect(out).toContain(key.slice(key.lastIndexOf('/') + 1));
});

test('--errors lists what is wrong, and counts all', async () => {
  const audited = await newAudited();
  await audited.remove(audited.logs[0] ?? '');
  const { code, Files, DigestFiles, LogFiles } = await verified(audited, '--errors');
  expect([code, Files.map(({ Kind, Key, Fault }) => [Kind, Key, Fault])]).toEqual([
    1,
    [['Log', audited.logs[0], 'not found']],
  ]);
  expect([DigestFiles, LogFiles]).toEqual([
    { Valid: 3, Invalid: 0 },
    { Valid: 4, Invalid: 1 },
  ]);
});

test('the time in which the trail did not log is a gap, which is not an error', async () => {
  const audited = await newAudited();
  const { line, trailArn } = audited;
  line.advance(600_000);
  await line.ok(['cloudtrail', 'stop-logging', '--name', trailArn]);
  line.advance(5 * 3_600_000);
  await line.ok(['cloudtrail', 'start-logging', '--name', trailArn]);
  line.advance(2 * 3_600_000);
  const { code, Gaps } = await verified(audited);
  expect([code, Gaps]).toEqual([
    0,
    [{ Region: 'us-east-1', StartTime: '2026-05-04T12:10:00Z', EndTime: '2026-05-04T17:10:00Z' }],
  ]);
  const { out } = await line.ssebox(['trail', 'verify', '--errors'], { terminal: 250 });
  expect(out).toContain('gap   us-east-1  no digest files  2026-05-04T12:10:00Z to 2026-05-04T17:10:00Z\n');
});

test.for([
  [['--since', '2026-05-04T11:30:00Z'], 1],
  [['--since', '90m'], 2],
  [['--until', '2h'], 2],
  [['--since', '2026-05-04T10:30:00Z', '--until', '1h'], 2],
  [['--since', '1d'], 3],
] as const)('%j chooses %i digest files', async ([words, number]) => {
  const { code, DigestFiles } = await verified(await newAudited(), ...words);
  expect([code, DigestFiles]).toEqual([0, { Valid: number, Invalid: 0 }]);
});

test('every region that has files is verified, unless one is named', async () => {
  const audited = await newAudited();
  const { line, trailArn, bucket } = audited;
  await line.ok(['cloudtrail', 'update-trail', '--name', trailArn, '--is-multi-region-trail']);
  await line.ok(['s3', 'mb', 's3://elsewhere', '--region', 'eu-west-1']);
  line.advance(2 * 3_600_000);
  await line.ok(['trail', 'deliver']);
  const { code, Files } = await verified(audited);
  expect([code, [...new Set(Files.map(({ Region }) => Region))]]).toEqual([0, ['us-east-1', 'eu-west-1']]);
  const inOne = await verified(audited, trailArn, '--region', 'eu-west-1');
  expect([...new Set(inOne.Files.map(({ Region }) => Region))]).toEqual(['eu-west-1']);
  const other = Files.find(({ Region, Kind }) => Region === 'eu-west-1' && Kind === 'Log');
  await line.ok(['s3api', 'delete-object', '--bucket', bucket, '--key', other?.Key ?? '']);
  expect((await verified(audited, '--errors')).code).toBe(1);
});

test('the check fails where there is nothing to check', async () => {
  const line = newCommandLine();
  await line.ok(['s3', 'mb', 's3://photos']);
  await line.ok(['trail', 'data-events', 'enable', 'photos']);
  const { code, DigestFiles } = await verified({ line });
  expect([code, DigestFiles]).toEqual([1, { Valid: 0, Invalid: 0 }]);
  const { out } = await line.ssebox(['trail', 'verify'], { terminal: 250 });
  expect(out).toBe(
    'the trail "ssebox" has no digest files for this time, so nothing was checked: the first one is delivered within an hour; if not, ssebox trail deliver says why\n',
  );
  await line.ok(['cloudtrail', 'update-trail', '--name', 'ssebox', '--no-enable-log-file-validation']);
  const off = await line.ssebox(['trail', 'verify'], { terminal: 250 });
  expect(off.out).toContain('so nothing was checked: it does not validate its files\n');
});

test.for([
  [
    ['--since', 'later'],
    252,
    '--since takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "later"\n',
  ],
  [
    ['--until', ''],
    252,
    '--until takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not ""\n',
  ],
  [['--since', '1h', '--until', '2h'], 252, '--since is a later time than --until: swap them\n'],
  [['--since', '2999-01-01'], 252, '--since takes a time that has passed, not "2999-01-01"\n'],
  [
    ['none'],
    254,
    'An error occurred (TrailNotFoundException) when calling the GetTrail operation: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/none for the user: 111122223333\n',
  ],
  [['--region', 'eu-west-1'], 252, 'there is no trail in eu-west-1\n'],
] as const)('%j', async ([words, status, message]) => {
  const { line } = await newAudited();
  const { code, out, err } = await line.ssebox(['trail', 'verify', ...words]);
  expect([code, out, err]).toEqual([status, '', message]);
});

test('of several trails one has to be named', async () => {
  const { line, bucket } = await newAudited();
  await line.ok(['cloudtrail', 'delete-trail', '--name', 'ssebox']);
  const policy = await line.ok(['s3api', 'get-bucket-policy', '--bucket', bucket, '--query', 'Policy']);
  const open = (policy.json as string).replaceAll('trail/ssebox', 'trail/*').replaceAll('StringEquals', 'StringLike');
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', open]);
  for (const name of ['one', 'two']) {
    await line.ok(['cloudtrail', 'create-trail', '--name', name, '--s3-bucket-name', bucket]);
  }
  const { code, err } = await line.ssebox(['trail', 'verify']);
  expect([code, err]).toEqual([252, 'there are several trails in us-east-1: choose one of one, two\n']);
});

test('where a trail of all regions is not at home, its ARN is shown, by which it is found', async () => {
  const { line } = await newAudited();
  const elsewhere = ['--region', 'eu-west-1'];
  const status = ['cloudtrail', 'get-trail-status', ...elsewhere, '--name'];
  const unknown = async () => (await line.ssebox([...status, 'ssebox'], { terminal: 250 })).err.split('\n')[1];
  expect(await unknown()).toBe(
    'hint: there are no trails in eu-west-1: create one with ssebox trail data-events enable',
  );
  const updated = await line.ok(['cloudtrail', 'update-trail', '--name', 'ssebox', '--is-multi-region-trail']);
  const { TrailARN: arn } = updated.json as { readonly TrailARN: string };
  expect(await unknown()).toContain(arn);
  expect((await line.ok([...status, arn])).json).toMatchObject({ IsLogging: true });
});

test('where digest files cannot be delivered, the command that says why is named, and says it', async () => {
  const line = newCommandLine();
  const { json } = await line.ok(['trail', 'data-events', 'enable']);
  const { S3BucketName: bucket } = json as { readonly S3BucketName: string };
  await line.ok(['s3api', 'delete-bucket-policy', '--bucket', bucket]);
  line.advance(2 * 3_600_000);
  const { out } = await line.ssebox(['trail', 'verify'], { terminal: 250 });
  expect(out).toContain('if not, ssebox trail deliver says why');
  const { code, out: why } = await line.ssebox(['trail', 'deliver'], { terminal: 250 });
  expect([code, why]).toEqual([1, expect.stringMatching(/^a digest file of "ssebox" .*AccessDenied/m)]);
});
