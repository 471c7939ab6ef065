import { expect, test } from 'vitest';
import { newAudited } from '../support/audited.ts';
import { newCommandLine } from '../support/command-line.ts';

interface Delivered {
  readonly Delivered: readonly {
    readonly Kind: string;
    readonly TrailARN: string;
    readonly Bucket: string;
    readonly Key: string;
    readonly Events?: number;
  }[];
  readonly Failed: readonly { readonly Kind: string; readonly Code: string; readonly Message: string }[];
}

/** A trail named ssebox that delivers to this bucket. */
async function newTrail() {
  const line = newCommandLine();
  await line.ok(['s3', 'mb', 's3://photos']);
  const { json } = await line.ok(['trail', 'data-events', 'enable', 'photos']);
  const { S3BucketName: bucket = '', TrailARN: trailArn = '' } = json as Readonly<Record<string, string>>;
  await line.ok(['s3api', 'put-object', '--bucket', 'photos', '--key', 'k']);
  return { line, bucket, trailArn };
}

test('what waits is delivered at once, and is in the bucket', async () => {
  const { line, bucket, trailArn } = await newTrail();
  const { json, err } = await line.ok(['trail', 'deliver']);
  const { Delivered, Failed } = json as Delivered;
  expect([err, Failed]).toEqual(['', []]);
  expect(Delivered).toEqual([
    {
      Kind: 'Log',
      TrailARN: trailArn,
      Region: 'us-east-1',
      Bucket: bucket,
      Key: expect.any(String),
      Events: expect.any(Number),
    },
  ]);
  const events = await line.ok(['s3', 'cp', `s3://${bucket}/${Delivered[0]?.Key}`, '-']);
  const { gunzipSync } = await import('node:zlib');
  const { Records } = JSON.parse(gunzipSync(events.bytes).toString());
  expect(Records).toHaveLength(Delivered[0]?.Events ?? -1);
  expect(Records.map(({ eventName }: { readonly eventName: string }) => eventName)).toContain('PutObject');
});

test('the page says what was delivered, or that nothing waits', async () => {
  const { line, bucket, trailArn } = await newTrail();
  const { out } = await line.ok(['trail', 'deliver', 'ssebox'], { terminal: 250 });
  expect(out).toMatch(
    new RegExp(`^FILE {2}REGION {5}EVENTS {2}PLACE\\nlog {3}us-east-1 {2}\\d+ +s3://${bucket}/AWSLogs/`),
  );
  await line.ok(['cloudtrail', 'stop-logging', '--name', trailArn]);
  await line.ok(['trail', 'deliver']);
  expect((await line.ok(['trail', 'deliver'], { terminal: 80 })).out).toBe('nothing waits to be delivered\n');
});

test('digest files that are due are delivered with it', async () => {
  const { line } = await newTrail();
  line.advance(3_600_000);
  const { json } = await line.ok(['trail', 'deliver']);
  // The last one is of the command's own call about the trail.
  expect((json as Delivered).Delivered.map(({ Kind }) => Kind)).toEqual(['Log', 'Digest', 'Log']);
});

interface Failure {
  readonly title: string;
  readonly break: readonly (readonly string[])[];
  readonly code: string;
  /** A way to mend it that the page names. */
  readonly mend: string;
  readonly repair: readonly (readonly string[])[];
}

const BUCKET = 'aws-cloudtrail-logs-111122223333-us-east-1';

const failures: readonly Failure[] = [
  {
    title: 'a bucket without a policy',
    break: [['s3api', 'delete-bucket-policy', '--bucket', BUCKET]],
    code: 'AccessDenied',
    mend: 'ssebox explain last --fix',
    repair: [
      [
        's3api',
        'put-bucket-policy',
        '--bucket',
        BUCKET,
        '--policy',
        JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'cloudtrail.amazonaws.com' },
            Action: 's3:*',
            Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
          },
        }),
      ],
    ],
  },
  {
    title: 'a bucket that is gone',
    break: [['s3', 'rb', `s3://${BUCKET}`]],
    code: 'NoSuchBucket',
    mend: 'ssebox cloudtrail update-trail --name arn:aws:cloudtrail:us-east-1:111122223333:trail/ssebox --s3-bucket-name',
    repair: [],
  },
];

test.for(failures)('$title is reported with a way to mend it, and nothing is lost', async (failure) => {
  const { line } = await newTrail();
  for (const words of failure.break) await line.ok(words);
  const { code, json } = await line.ssebox(['trail', 'deliver']);
  const { Delivered, Failed } = json as Delivered;
  expect([code, Delivered, Failed]).toEqual([1, [], [expect.objectContaining({ Kind: 'Log', Code: failure.code })]]);
  const page = await line.ssebox(['trail', 'deliver'], { terminal: 400 });
  expect(page.code).toBe(1);
  expect(page.out).toContain(`a log file of "ssebox" in us-east-1 could not be put in ${BUCKET}: ${failure.code}: `);
  expect(page.out).toContain(failure.mend);
  if (failure.repair.length === 0) return;
  for (const words of failure.repair) await line.ok(words);
  const { json: after } = await line.ok(['trail', 'deliver']);
  expect((after as Delivered).Delivered.map(({ Kind }) => Kind)).toEqual(['Log']);
});

test('a disabled key is reported, and enabling it is a way to mend it', async () => {
  const { line, bucket, trailArn } = await newTrail();
  const created = await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.Arn']);
  const key = created.json as string;
  const policy = await line.ok(['kms', 'get-key-policy', '--key-id', key, '--query', 'Policy']);
  const { Statement, ...rest } = JSON.parse(policy.json as string);
  const allowed = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
  };
  const document = JSON.stringify({ ...rest, Statement: [Statement, allowed].flat() });
  await line.ok(['kms', 'put-key-policy', '--key-id', key, '--policy-name', 'default', '--policy', document]);
  await line.ok(['cloudtrail', 'update-trail', '--name', trailArn, '--kms-key-id', key]);
  await line.ok(['kms', 'disable-key', '--key-id', key]);
  const { code, out } = await line.ssebox(['trail', 'deliver'], { terminal: 400 });
  expect([code, out]).toEqual([1, expect.stringContaining(`could not be put in ${bucket}: KMS.DisabledException: `)]);
  expect(out).toContain(`ssebox kms enable-key --key-id ${key}\n`);
  await line.ok(['kms', 'enable-key', '--key-id', key]);
  expect((await line.ok(['trail', 'deliver'])).json).toMatchObject({ Failed: [], Delivered: [{ Kind: 'Log' }] });
});

test('without a name all trails of the region deliver, with one that one', async () => {
  const { line, bucket } = await newTrail();
  const policy = await line.ok(['s3api', 'get-bucket-policy', '--bucket', bucket, '--query', 'Policy']);
  const open = (policy.json as string).replaceAll('trail/ssebox', 'trail/*').replaceAll('StringEquals', 'StringLike');
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', open]);
  await line.ok(['cloudtrail', 'create-trail', '--name', 'other', '--s3-bucket-name', bucket]);
  await line.ok(['cloudtrail', 'start-logging', '--name', 'other']);
  await line.ok(['kms', 'create-key']);
  const names = async (...words: readonly string[]) =>
    ((await line.ok(['trail', 'deliver', ...words])).json as Delivered).Delivered.map(({ TrailARN }) =>
      TrailARN.replace(/.*\//, ''),
    );
  expect(await names('other')).toEqual(['other']);
  await line.ok(['kms', 'create-key']);
  expect(await names()).toEqual(['ssebox', 'other']);
});

test.for([
  [
    ['none'],
    254,
    'An error occurred (TrailNotFoundException) when calling the GetTrail operation: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/none for the user: 111122223333\n',
  ],
  [['--region', 'eu-west-1'], 252, 'there is no trail in eu-west-1\n'],
] as const)('%j', async ([words, status, message]) => {
  const { line } = await newAudited();
  const { code, out, err } = await line.ssebox(['trail', 'deliver', ...words]);
  expect([code, out, err]).toEqual([status, '', message]);
});

test('who may not see the trail does not make it deliver', async () => {
  const { line } = await newTrail();
  await line.ok(['iam', 'create-user', '--user-name', 'bob']);
  const { code, err } = await line.ssebox(['trail', 'deliver', '--as', 'user/bob']);
  expect([code, err]).toEqual([254, expect.stringContaining('cloudtrail:DescribeTrails')]);
});

/** Adds the statements of the last refusal's fixes to what a policy says. */
async function fixed(line: ReturnType<typeof newCommandLine>, statements: readonly object[]): Promise<string> {
  const { json } = await line.ok(['explain', 'last', '--fix']);
  const { Decisions } = json as {
    readonly Decisions: readonly { readonly Fix: readonly { readonly Statement: object }[] }[];
  };
  const added = Decisions.flatMap(({ Fix }) => Fix.map(({ Statement }) => Statement));
  expect(added).not.toEqual([]);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...statements, ...added] });
}

test('a trail refused for a policy is created and delivers once the fixes that explain prints are there', async () => {
  const line = newCommandLine();
  await line.ok(['s3', 'mb', 's3://logs']);
  const create = ['cloudtrail', 'create-trail', '--name', 'audit', '--s3-bucket-name', 'logs', '--s3-key-prefix', 'p'];
  const withKey = [...create, '--enable-log-file-validation'];
  expect((await line.ssebox(create)).err).toContain('InsufficientS3BucketPolicyException');
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'logs', '--policy', await fixed(line, [])]);

  const key = (await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.Arn'])).json as string;
  const { json } = await line.ok(['kms', 'get-key-policy', '--key-id', key]);
  let { Statement: statements } = JSON.parse((json as { readonly Policy: string }).Policy);
  for (const _ of ['DescribeKey', 'GenerateDataKey']) {
    expect((await line.ssebox([...withKey, '--kms-key-id', key])).err).toMatch(/Insufficient.*PolicyException|Invalid/);
    const policy = await fixed(line, statements);
    ({ Statement: statements } = JSON.parse(policy));
    await line.ok(['kms', 'put-key-policy', '--key-id', key, '--policy', policy]);
  }
  await line.ok([...withKey, '--kms-key-id', key]);
  await line.ok(['cloudtrail', 'start-logging', '--name', 'audit']);
  await line.ok(['clock', 'advance', '2h']);
  const { Delivered, Failed } = (await line.ok(['trail', 'deliver'])).json as Delivered;
  expect([Failed, Delivered.length > 0]).toEqual([[], true]);
  expect((await line.ok(['trail', 'verify', '--query', 'DigestFiles'])).json).toMatchObject({ Invalid: 0 });
});
