import { Readable, Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { program } from '../../src/cli/run.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { type Audited, newAudited } from '../support/audited.ts';
import { newCommandLine } from '../support/command-line.ts';
import { deliveredChain, filesOf, newSigner } from '../support/digest-chain.ts';
import { testEnvironment } from '../support/harness.ts';

const words = ({ trailArn }: Pick<Audited, 'trailArn'>, ...more: readonly string[]) => [
  'cloudtrail',
  'validate-logs',
  '--trail-arn',
  trailArn,
  '--start-time',
  '2026-05-04T09:00:00Z',
  ...more,
];

const uri = ({ bucket }: Audited, key: string | undefined): string => `s3://${bucket}/${key}`;

test('what CloudTrail delivered is valid', async () => {
  const audited = await newAudited();
  const { digests, logs, line, trailArn } = audited;
  const { code, out, err } = await line.ssebox(words(audited, '--verbose'));
  expect([code, err]).toEqual([0, '']);
  const lines = out.split('\n');
  expect(lines.slice(0, 3)).toEqual([
    `Validating log files for trail ${trailArn} between 2026-05-04T09:00:00Z and 2026-05-04T12:00:00Z`,
    '',
    `Digest file\t${uri(audited, digests[2])}\tvalid`,
  ]);
  const named = [...digests.map((key) => `Digest file\t${uri(audited, key)}\tvalid`)].reverse();
  expect(lines.filter((each) => each.startsWith('Digest'))).toEqual(named);
  // The newest log file is in the digest of the hour that is not over.
  const listed = logs.slice(0, -1).map((key) => `Log file\t${uri(audited, key)}\tvalid`);
  expect(lines.filter((each) => each.startsWith('Log')).sort()).toEqual(listed.sort());
  expect(lines.slice(-7)).toEqual([
    '',
    'Results requested for 2026-05-04T09:00:00Z to 2026-05-04T12:00:00Z',
    'Results found for 2026-05-04T09:00:00Z to 2026-05-04T12:00:00Z:',
    '',
    '3/3 digest files valid',
    '5/5 log files valid',
    '',
  ]);
});

interface Attack {
  readonly title: string;
  readonly make: (audited: Audited) => Promise<unknown>;
  /** What is said of which file. */
  readonly said: (audited: Audited) => readonly (readonly [kind: string, key: string | undefined, fault: string])[];
}

const attacks: readonly Attack[] = [
  {
    title: 'a deleted log file',
    make: ({ remove, logs }) => remove(logs[0] ?? ''),
    said: ({ logs }) => [['Log', logs[0], 'not found']],
  },
  {
    title: 'a record that was taken out of a log file',
    make: async ({ replace, read, logs: [key = ''] }) => {
      const { Records } = JSON.parse(gunzipSync((await read(key)).body).toString());
      await replace(key, gzipSync(JSON.stringify({ Records: Records.slice(1) })));
    },
    said: ({ logs }) => [['Log', logs[0], "hash value doesn't match"]],
  },
  {
    title: 'a log file with something behind it',
    make: async ({ replace, read, logs: [key = ''] }) =>
      replace(key, Buffer.concat([(await read(key)).body, gzipSync('{"Records":[]}')])),
    said: ({ logs }) => [['Log', logs[0], 'unexpected data after end of compressed stream']],
  },
  {
    title: 'a deleted digest file',
    make: ({ remove, digests }) => remove(digests[1] ?? ''),
    said: ({ digests }) => [['Digest', digests[1], 'not found']],
  },
  {
    title: 'a digest file without a log file, which is deleted, too',
    make: async ({ replace, read, remove, digests: [key = ''], logs: [log = ''] }) => {
      const { body, metadata } = await read(key);
      await replace(
        key,
        gzipSync(JSON.stringify({ ...JSON.parse(gunzipSync(body).toString()), logFiles: [] })),
        metadata,
      );
      await remove(log);
    },
    said: ({ digests }) => [['Digest', digests[0], 'signature verification failed']],
  },
  {
    title: 'two digest files that changed places',
    make: async ({ replace, read, digests: [one = '', other = ''] }) => {
      const [first, second] = [await read(one), await read(other)];
      await replace(one, second.body, second.metadata);
      await replace(other, first.body, first.metadata);
    },
    said: ({ digests }) =>
      [digests[1], digests[0]].map((key) => ['Digest', key, 'has been moved from its original location']),
  },
  {
    title: 'a copy that lost its metadata',
    make: async ({ replace, read, digests: [key = ''] }) => replace(key, (await read(key)).body),
    said: ({ digests }) => [['Digest', digests[0], 'signature verification failed']],
  },
];

test.for(attacks)('$title is found, and the exit code says so', async ({ make, said }) => {
  const audited = await newAudited();
  await make(audited);
  for (const more of [[], ['--verbose']]) {
    const { code, out, err } = await audited.line.ssebox(words(audited, ...more));
    expect(code).toBe(1);
    expect(err.split('\n').filter((each) => each !== '')).toEqual(
      said(audited).map(([kind, key, fault]) => `${kind} file\t${uri(audited, key)}\tINVALID: ${fault}`),
    );
    expect(out).toContain('INVALID\n');
    for (const [, key] of said(audited)) expect(out).not.toContain(`${key}\tvalid`);
  }
});

test('digest files that somebody else signed are not valid', async () => {
  const audited = await newAudited();
  const forger = newSigner();
  const trail = { bucket: audited.bucket, name: 'ssebox' };
  const forged = deliveredChain(trail, [{ end: '2026-05-04T10:00:00Z' }, { end: '2026-05-04T11:00:00Z' }], forger);
  for (const { key, body, metadata } of filesOf(forged)) await audited.replace(key, body, metadata);
  await audited.remove(audited.digests[2] ?? '');
  const { code, out, err } = await audited.line.ssebox(words(audited));
  expect(code).toBe(1);
  expect(err.match(/public key not found in region us-east-1 for fingerprint \w+\n/g)).toEqual(
    Array(2).fill(`public key not found in region us-east-1 for fingerprint ${forger.fingerprint}\n`),
  );
  expect(out).toContain('No valid digests found in range\n\n0/2 digest files valid, 2/2 digest files INVALID\n');
});

test('a reader that closes the pipe does not hide that a file is missing', async () => {
  const audited = await newAudited();
  await audited.remove(audited.logs[0] ?? '');
  const errors: Buffer[] = [];
  const closed = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
  }).on('error', () => {});
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      errors.push(Buffer.from(chunk));
      done();
    },
  });
  const { line } = audited;
  const environment = {
    ...testEnvironment(line.now, line.folder),
    variables: { HOME: line.folder, SSEBOX_STORE: line.store },
  };
  const streams = { stdin: Readable.from([]), stdout: closed, stderr };
  const code = await program(commandTree, { name: 'ssebox', file: 'ssebox' }).run(words(audited), environment, streams);
  expect(code).toBe(1);
  expect(Buffer.concat(errors).toString()).toContain('INVALID: not found');
});

test('on a terminal, too, fields are separated by tabs', async () => {
  const audited = await newAudited();
  const { out } = await audited.line.ssebox(words(audited, '--verbose'), { terminal: 80 });
  expect(out).toContain(`Digest file\t${uri(audited, audited.digests[0])}\tvalid\n`);
  await audited.remove(audited.digests[0] ?? '');
  const { err } = await audited.line.ssebox(words(audited), { terminal: 80 });
  expect(err).toContain(`Digest file\t${uri(audited, audited.digests[0])}\tINVALID: not found\n`);
});

test('another bucket can be named, and its files have been moved', async () => {
  const audited = await newAudited();
  const { line, bucket, digests } = audited;
  await line.ok(['s3', 'mb', 's3://copies', '--region', 'eu-west-1']);
  await line.ok(['s3', 'cp', `s3://${bucket}/`, 's3://copies/kept/', '--recursive']);
  const { code, err } = await line.ssebox(words(audited, '--s3-bucket', 'copies', '--s3-prefix', 'kept'));
  expect(code).toBe(1);
  expect(err.split('\n').filter((each) => each !== '')).toEqual(
    [...digests]
      .reverse()
      .map((key) => `Digest file\ts3://copies/kept/${key}\tINVALID: has been moved from its original location`),
  );
});

test('as for the AWS CLI, the region is that of --region, or the home of the trail', async () => {
  const { line, trailArn } = await newAudited();
  const out = async (...more: readonly string[]) =>
    (await line.ssebox(words({ trailArn }, '--s3-bucket', 'photos', ...more))).out;
  expect(await out()).toContain('No digests found');
  expect((await line.ssebox(words({ trailArn }, '--region', 'eu-west-1'))).err).toBe(
    `A trail could not be found for ${trailArn}\n`,
  );
});

/** The AWS CLI's words; it ends with 252 for what is wrong with an option. */
test.for([
  ['--trail-arn', 'main', 252, 'Invalid trail ARN provided: main'],
  [
    '--trail-arn',
    'arn:aws:cloudtrail:us-east-1:1:trail/x',
    252,
    'Invalid trail ARN provided: arn:aws:cloudtrail:us-east-1:1:trail/x',
  ],
  [
    '--trail-arn',
    'arn:aws:cloudtrail:us-east-1:111122223333:trail/',
    252,
    'Invalid trail ARN provided: arn:aws:cloudtrail:us-east-1:111122223333:trail/',
  ],
  ['--start-time', 'yesterday', 252, 'Unable to parse date value: yesterday'],
  ['--start-time', '1777885200', 252, 'Unable to parse date value: 1777885200'],
  ['--start-time', '2026-13-01', 252, 'Unable to parse date value: 2026-13-01'],
  ['--end-time', 'soon', 252, 'Unable to parse date value: soon'],
  ['--end-time', '2026-05-03', 252, 'Invalid time range specified: start-time must occur before end-time'],
  ['--start-time', '2036-05-03', 252, 'Invalid time range specified: start-time must occur before end-time'],
  [
    '--trail-arn',
    'arn:aws:cloudtrail:us-east-1:111122223333:trail/none',
    255,
    'A trail could not be found for arn:aws:cloudtrail:us-east-1:111122223333:trail/none',
  ],
] as const)('%s %s', async ([option, value, status, message]) => {
  const { line, trailArn } = await newAudited();
  const { code, out, err } = await line.ssebox([...words({ trailArn }), option, value]);
  expect([code, out, err]).toEqual([status, '', `${message}\n`]);
});

/** Of a time with an offset the AWS CLI takes the rest as UTC. */
test.for([
  ['2026-05-04', '2026-05-04T00:00:00Z'],
  ['20260504', '2026-05-04T00:00:00Z'],
  ['20260504T0930', '2026-05-04T09:30:00Z'],
  ['2026-05-04 09:30', '2026-05-04T09:30:00Z'],
  ['2026-05-04T09:30:10.9Z', '2026-05-04T09:30:10Z'],
  ['2026-05-04T09:30:00+02:00', '2026-05-04T09:30:00Z'],
  ['2026-05-04T09:30-0700', '2026-05-04T09:30:00Z'],
  ['May 4, 2026', '2026-05-04T00:00:00Z'],
])('the time %s is %s', async ([typed = '', time]) => {
  const { line, trailArn } = await newAudited();
  const { out } = await line.ok([...words({ trailArn }), '--start-time', typed]);
  expect(out.split('\n')[0]).toBe(
    `Validating log files for trail ${trailArn} between ${time} and 2026-05-04T12:00:00Z`,
  );
});

test('what is missing is named', async () => {
  const line = newCommandLine();
  const { code, err } = await line.ssebox(['cloudtrail', 'validate-logs']);
  expect([code, err]).toEqual([252, expect.stringContaining('--trail-arn')]);
  expect(err).toContain('--start-time');
});

const permissions = {
  'cloudtrail:DescribeTrails': 'DescribeTrails',
  's3:GetBucketLocation': 'GetBucketLocation',
  's3:ListBucket': 'ListObjects',
  'cloudtrail:ListPublicKeys': 'ListPublicKeys',
  's3:GetObject': 'GetObject',
};

test.for(Object.entries(permissions))("the caller's permissions decide: without %s", async ([lacking, operation]) => {
  const audited = await newAudited();
  const { line } = audited;
  const Action = Object.keys(permissions).filter((each) => each !== lacking);
  const policy = (actions: readonly string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } });
  await line.ok(['iam', 'create-user', '--user-name', 'auditor']);
  const put = ['iam', 'put-user-policy', '--user-name', 'auditor', '--policy-name', 'p', '--policy-document'];
  await line.ok([...put, policy(Object.keys(permissions))]);
  expect(await line.ssebox([...words(audited), '--as', 'user/auditor'])).toMatchObject({ code: 0, err: '' });
  await line.ok([...put, policy(Action)]);
  const { code, err } = await line.ssebox([...words(audited), '--as', 'user/auditor']);
  expect(code).toBe(254);
  expect(err).toMatch(
    new RegExp(`^An error occurred \\(AccessDenied(Exception)?\\) when calling the ${operation} operation`),
  );
});

test('called as aws it is the same', async () => {
  const audited = await newAudited();
  const [one, other] = [
    await audited.line.ssebox(words(audited, '--verbose')),
    await audited.line.ssebox(words(audited, '--verbose'), { calledAs: 'aws' }),
  ];
  expect(other.out).toBe(one.out);
});
