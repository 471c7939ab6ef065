/** `ssebox check`: policy tests, over what a file gives and over a store. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CommandLine, newCommandLine, newSample, type RunOptions } from '../support/command-line.ts';
import { readXml } from '../support/xml.ts';

const home = process.cwd();
afterEach(() => process.chdir(home));

/** Checks one file, in JSON, which is YAML too. */
async function checked(content: object, words: readonly string[] = [], line = newCommandLine(), options?: RunOptions) {
  process.chdir(line.folder);
  writeFileSync('tests.yaml', JSON.stringify(content));
  return line.ssebox(['check', 'tests.yaml', ...words], options);
}

interface Checked {
  readonly Passed: number;
  readonly Failed: number;
  readonly Tests: readonly {
    readonly Name: string;
    readonly Passed: boolean;
    readonly Actual: string;
    readonly Failure?: string;
    readonly Line: number;
    readonly Column: number;
  }[];
}

const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const get = 's3api get-object --bucket reports --key a.txt /dev/null';

/** An app that may use the key of a bucket, and bob, who may read the bucket alone. */
const given = {
  users: { bob: { policies: { read: policy(allow('s3:GetObject', { Sid: 'Read' })) } } },
  roles: { app: { policies: [policy(allow('s3:*'))] } },
  keys: {
    'alias/app': {
      policy: policy(allow('kms:*', { Sid: 'App', Principal: { AWS: 'arn:aws:iam::111122223333:role/app' } })),
    },
  },
  buckets: { reports: { encryption: { key: 'alias/app', 'bucket-key': true }, objects: ['a.txt'] } },
};

/** The outcome of tests, each of which is given as its members. */
async function outcomes(tests: readonly object[], world: object | undefined = given, line?: CommandLine) {
  const ended = await checked({ ...(world && { given: world }), tests }, ['--output', 'json'], line);
  expect(ended.err).toBe('');
  return (ended.json as Checked).Tests;
}

test('no store is needed or made for what is given', async () => {
  const line = newCommandLine();
  const { code, out, err } = await checked({ given, tests: [{ as: 'role/app', do: get, expect: 'allow' }] }, [], line);
  expect([code, out, err]).toEqual([0, `✓ role/app: ${get}\n\n1 test, all passed\n`, '']);
  expect(existsSync(line.store)).toBe(false);
});

test('an answer is to allow, to deny, or an error of AWS', async () => {
  const done = await outcomes([
    { as: 'role/app', do: get, expect: 'allow' },
    { as: 'role/app', do: get, expect: 'deny' },
    { as: 'user/bob', do: get, expect: 'deny' },
    { as: 'user/bob', do: get, expect: 'AccessDenied' },
    { as: 'user/bob', do: get, expect: 'allow' },
    { as: 'role/app', do: get.replace('a.txt', 'b.txt'), expect: 'NoSuchKey' },
    { as: 'role/app', do: get.replace('a.txt', 'b.txt'), expect: 'allow' },
    { as: 'role/app', do: get.replace('a.txt', 'b.txt'), expect: 'NoSuchBucket' },
    { as: 'anonymous', do: get, expect: 'deny' },
    { as: 'role/app', do: `${get} --no-sign-request`, expect: 'deny' },
    { as: 'role/app', do: `ssebox ${get}`, expect: 'allow' },
    { as: 'role/app/me', do: get, expect: 'allow' },
    { as: 'root', do: 's3 ls s3://reports', expect: 'allow' },
  ]);
  expect(done.map(({ Passed, Actual }) => [Passed, Actual])).toEqual([
    [true, 'allow'],
    [false, 'allow'],
    [true, 'deny'],
    [true, 'deny'],
    [false, 'deny'],
    [true, 'NoSuchKey'],
    [false, 'NoSuchKey'],
    [false, 'NoSuchKey'],
    [true, 'deny'],
    [true, 'deny'],
    [true, 'allow'],
    [true, 'allow'],
    [true, 'allow'],
  ]);
  expect(done[1]?.Failure).toMatch(/^expected deny, but allowed: the inline policy policy-1 .* allows s3:GetObject/);
  expect(done[4]?.Failure).toMatch(/^expected allow, but denied at s3 GetObject: the key policy neither allows/);
  expect(done[7]?.Failure).toMatch(/^expected NoSuchBucket, but neither allowed nor denied: NoSuchKey/);
});

test("KMS's own errors come through S3 under their codes", async () => {
  const keys = {
    'alias/off': { state: 'disabled' },
    'alias/gone': { state: 'pending-deletion' },
  };
  const objects = { 'a.txt': { encryption: { key: 'alias/app' } } };
  const buckets = { reports: { objects } };
  const off = { 'alias/app': { ...keys['alias/off'], state: 'enabled' } };
  const put = (key: string) =>
    `s3api put-object --bucket reports --key x --server-side-encryption aws:kms --ssekms-key-id ${key}`;
  const done = await outcomes(
    [
      { as: 'user/admin', do: put('alias/off'), expect: 'KMS.DisabledException' },
      { as: 'user/admin', do: put('alias/gone'), expect: 'KMS.KMSInvalidStateException' },
      { as: 'user/admin', do: put('alias/none'), expect: 'KMS.NotFoundException' },
      { as: 'user/admin', do: put('alias/app'), expect: 'allow' },
    ],
    { keys: { ...keys, ...off }, buckets },
  );
  expect(done.map(({ Failure }) => Failure)).toEqual([undefined, undefined, undefined, undefined]);
});

// The gates of a decision, and the parts of a policy, under the names that people have for them.
test.for([
  ['role/app', 'allow', 'key policy'],
  ['role/app', 'allow', 'The Key Policy'],
  ['role/app', 'allow', 'App'],
  ['role/app', 'allow', 'statement "App"'],
  ['role/app', 'allow', ['identity policy', 'policy-1', 'key policy']],
  ['user/bob', 'deny', 'key policy'],
  ['user/bob', 'deny', 'resource-based policy'],
  ['role/app', 'allow', 'bucket policy', 'no'],
  ['user/bob', 'deny', 'read', 'no'],
  ['user/bob', 'deny', 'identity policy', 'no'],
  ['user/bob', 'AccessDenied', ['key policy', 'grant'], 'no'],
] as const)('%s: %s because of %j', async ([as, expected, because, isNot]) => {
  const [done] = await outcomes([{ as, do: get, expect: expected, because }]);
  expect(done?.Passed).toBe(isNot === undefined);
  if (isNot) expect(done?.Failure).toMatch(/^expected \w+ because of ".*", but .*\(what decided is called "/);
});

test('every gate can be what decides', async () => {
  const arn = 'arn:aws:iam::111122223333:user';
  const done = await outcomes(
    [
      { as: 'user/ana', do: 'kms encrypt --key-id alias/k --plaintext YQ==', expect: 'allow', because: 'grant' },
      { as: 'user/low', do: 's3 ls', expect: 'deny', because: ['permissions boundary', 'boundary-of-low'] },
      { as: 'user/cy', do: 's3 ls', expect: 'allow', because: 'in-group' },
      { as: 'user/ana', do: 's3 ls', expect: 'deny', because: 'identity-based policies' },
      { as: 'user/cy', do: 's3 ls s3://open', expect: 'deny', because: ['bucket policy', 'NotCy'] },
      {
        as: '444455556666:user/eve',
        do: 's3 ls s3://open',
        expect: 'allow',
        because: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      },
      {
        as: 'user/ana',
        do: 'sts assume-role --role-arn arn:aws:iam::111122223333:role/far --role-session-name me',
        expect: 'allow',
        because: 'trust policy',
      },
      {
        as: 'user/cy',
        do: 'sts assume-role --role-arn arn:aws:iam::111122223333:role/far --role-session-name me',
        expect: 'deny',
      },
    ],
    {
      users: {
        ana: null,
        low: { policies: [policy(allow('*'))], boundary: policy(allow('kms:*')) },
        cy: { groups: ['lists'] },
        '444455556666:eve': { attached: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] },
      },
      groups: { lists: { policies: { 'in-group': policy(allow('s3:*')) } } },
      roles: {
        far: { trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `${arn}/ana` } }) },
      },
      keys: { 'alias/k': { grants: [{ grantee: 'user/ana', operations: ['Encrypt'] }] } },
      buckets: {
        open: {
          objects: ['x'],
          policy: policy(
            {
              Sid: 'NotCy',
              Effect: 'Deny',
              Action: 's3:*',
              Resource: 'arn:aws:s3:::open',
              Principal: { AWS: `${arn}/cy` },
            },
            {
              Effect: 'Allow',
              Action: 's3:ListBucket',
              Resource: 'arn:aws:s3:::open',
              Principal: { AWS: 'arn:aws:iam::444455556666:root' },
            },
          ),
        },
      },
    },
  );
  expect(done.map(({ Failure }) => Failure)).toEqual(done.map(() => undefined));
});

test('an organization is given, and its levels can be what decides', async () => {
  const reading = 's3api get-object --bucket reports --key a.txt /dev/null';
  const condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } };
  const tls = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const done = await outcomes(
    [
      { as: 'user/ana', do: reading, expect: 'allow', because: 'SameOrganization' },
      { as: 'user/ana', do: 's3 mb s3://more', expect: 'deny', because: ['SCP', 'NoBuckets', 'Prod'] },
      { as: 'root', do: 's3 mb s3://more', expect: 'deny', because: 'service control policies' },
      { as: '444455556666:user/eve', do: reading, expect: 'allow' },
      {
        as: '444455556666:user/eve',
        do: 'kms list-keys',
        expect: 'deny',
        because: ['service control policy', 'sandbox'],
      },
      { as: '999988887777:user/boss', do: 's3 mb s3://other-one', expect: 'allow' },
      {
        as: '999988887777:user/boss',
        do: reading,
        context: { 'aws:SecureTransport': 'false' },
        expect: 'deny',
        because: 'RCP',
      },
      { as: '222233334444:user/out', do: reading, expect: 'deny', because: 'bucket policy' },
    ],
    {
      users: Object.fromEntries(
        ['ana', '444455556666:eve', '999988887777:boss', '222233334444:out'].map((name) => [
          name,
          { policies: [policy(allow('*'))] },
        ]),
      ),
      buckets: {
        reports: {
          objects: ['a.txt'],
          policy: policy(
            allow('s3:GetObject', {
              Sid: 'SameOrganization',
              Principal: '*',
              Resource: 'arn:aws:s3:::reports/*',
              Condition: condition,
            }),
          ),
        },
      },
      organization: {
        id: 'o-exampleorgid',
        management: '999988887777',
        'resource-control-policies': [policy(tls)],
        units: {
          Prod: {
            'service-control-policies': [
              policy({ Sid: 'NoBuckets', Effect: 'Deny', Action: 's3:CreateBucket', Resource: '*' }),
            ],
            accounts: ['111122223333'],
            units: {
              Sandbox: {
                accounts: {
                  '444455556666': {
                    name: 'sandbox',
                    'service-control-policies': [policy(allow('s3:*'))],
                    'full-access': false,
                  },
                },
              },
            },
          },
        },
      },
    },
  );
  expect(done.map(({ Failure }) => Failure)).toEqual(done.map(() => undefined));
});

test('keys have the ids, the regions and the accounts that policies name', async () => {
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
  const other = 'arn:aws:kms:eu-west-1:444455556666:key/99994444-12ab-34cd-56ef-1234567890ab';
  const multi = 'mrk-1234abcd12ab34cd56ef1234567890ab';
  const done = await outcomes(
    [
      { as: 'user/ana', do: `kms describe-key --key-id ${id}`, expect: 'allow', because: 'OneKey' },
      { as: 'user/ana', do: 'kms describe-key --key-id alias/one', expect: 'allow', because: 'OneKey' },
      { as: 'user/ana', do: `kms describe-key --key-id ${multi}`, expect: 'deny' },
      { as: 'user/ana', do: `kms describe-key --key-id ${other}`, region: 'eu-west-1', expect: 'allow' },
      { as: 'user/ana', do: 'kms describe-key --key-id alias/named', region: 'eu-west-1', expect: 'allow' },
    ],
    {
      users: {
        ana: {
          policies: [
            policy(
              allow('kms:*', { Sid: 'OneKey', Resource: `arn:aws:kms:us-east-1:111122223333:key/${id}` }),
              allow('kms:*', { Resource: [other, 'arn:aws:kms:eu-west-1:111122223333:key/*'] }),
            ),
          ],
        },
      },
      keys: {
        [id]: { aliases: ['alias/one'] },
        [multi]: null,
        [other]: { policy: policy(allow('kms:*', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } })) },
        'alias/named': { id: '5555abcd-12ab-34cd-56ef-1234567890ab', region: 'eu-west-1' },
      },
    },
  );
  expect(done.map(({ Failure }) => Failure)).toEqual(done.map(() => undefined));
});

test('tags, further command lines and public access are given, too', async () => {
  const tagged = { StringEquals: { 's3:ExistingObjectTag/kind': 'open' } };
  const anyone = { Principal: '*', Resource: 'arn:aws:s3:::web/*' };
  const done = await outcomes(
    [
      { as: 'user/ana', do: 's3api get-object --bucket box --key open /dev/null', expect: 'allow' },
      { as: 'user/ana', do: 's3api get-object --bucket box --key shut /dev/null', expect: 'deny' },
      { as: 'user/ana', do: 's3api get-object --bucket box --key more /dev/null', expect: 'allow' },
      { as: 'user/ana', do: 'iam get-user --user-name ana', expect: 'allow' },
      {
        as: 'anonymous',
        do: 's3api get-object --bucket web --key index.html /dev/null',
        expect: 'allow',
        because: 'bucket policy',
      },
    ],
    {
      users: {
        ana: {
          tags: { team: 'a' },
          policies: [
            policy(
              allow('s3:GetObject', { Condition: tagged }),
              allow('iam:GetUser', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }),
            ),
          ],
        },
      },
      buckets: {
        box: { objects: { open: { tags: { kind: 'open' } }, shut: null } },
        web: { 'public-access-block': false, objects: ['index.html'], policy: policy(allow('s3:GetObject', anyone)) },
      },
      run: ['s3api put-object --bucket box --key more --tagging kind=open'],
    },
  );
  expect(done.map(({ Failure }) => Failure)).toEqual(done.map(() => undefined));
});

test('policies are read from files beside the file of tests, as JSON or YAML', async () => {
  const line = newCommandLine();
  process.chdir(line.folder);
  mkdirSync('ci/policies', { recursive: true });
  writeFileSync('ci/policies/read.json', JSON.stringify(policy(allow('s3:ListAllMyBuckets'))));
  writeFileSync(
    'ci/policies/write.yaml',
    'Version: 2012-10-17\nStatement:\n- {Effect: Allow, Action: s3:CreateBucket, Resource: "*"}\n',
  );
  const users = { ana: { policies: ['policies/read.json', 'file://policies/write.yaml'] } };
  const tests = [
    { as: 'user/ana', do: 's3 ls', expect: 'allow', because: 'read' },
    { as: 'user/ana', do: 's3 mb s3://new-one', expect: 'allow', because: 'write' },
  ];
  writeFileSync('ci/tests.json', JSON.stringify({ given: { users }, tests }));
  expect(await line.ssebox(['check', 'ci/tests.json'])).toMatchObject({ code: 0, err: '' });
});

test('no test sees what another one does, in what is given and in the store', async () => {
  const tests = [
    { as: 'user/admin', do: 's3 mb s3://new-bucket', expect: 'allow' },
    { as: 'user/admin', do: 's3 mb s3://new-bucket', expect: 'allow' },
    { as: 'user/admin', do: 's3api head-bucket --bucket new-bucket', expect: 'NoSuchBucket' },
  ];
  const line = await newSample();
  for (const world of [given, undefined]) {
    const done = await outcomes(tests, world, line);
    expect(done.map(({ Failure }) => Failure)).toEqual([undefined, undefined, undefined]);
  }
  expect((await line.ok(['s3', 'ls'])).out).not.toContain('new-bucket');
});

test('without anything given, tests are about the store', async () => {
  const line = await newSample();
  const tests = [
    { as: 'user/ana', do: 's3 cp s3://reports/2026/q1.csv -', expect: 'allow', because: 'key policy' },
    { as: 'user/bob', do: 's3 cp s3://reports/2026/q1.csv -', expect: 'deny' },
  ];
  expect(await checked({ tests }, [], line)).toMatchObject({ code: 0, err: '' });
  const { code, err } = await checked({ tests });
  expect([code, err]).toEqual([253, expect.stringMatching(/^the store ".*" is empty: .*no test can be answered/)]);
});

test('defaults hold for tests that do not say, then --as and --context', async () => {
  const only = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, Bool: { 'aws:SecureTransport': 'true' } };
  const world = { users: { ana: { policies: [policy(allow('s3:*', { Condition: only }))] } } };
  const content = {
    given: world,
    defaults: { do: 's3 ls', expect: 'allow', context: { 'aws:SourceIp': '203.0.113.9' } },
    tests: [{ name: 'usual' }, { name: 'far', context: { 'AWS:sourceip': '198.51.100.1' }, expect: 'deny' }],
  };
  expect(await checked(content, ['--as', 'user/ana'])).toMatchObject({ code: 0 });
  const plain = ['--as', 'user/ana', '--context', 'aws:SecureTransport=false', '--output', 'json'];
  const { json } = await checked(content, plain);
  expect((json as Checked).Tests.map(({ Actual }) => Actual)).toEqual(['deny', 'deny']);
  const own = { ...content, tests: [{ context: { 'aws:SecureTransport': true } }] };
  expect(await checked(own, plain)).toMatchObject({ code: 0 });
});

describe('a report', () => {
  const tests = [
    { name: 'fine', as: 'role/app', do: get, expect: 'allow' },
    { name: 'not # so \\ <fine> & "good"\n', as: 'user/bob', do: get, expect: 'allow' },
  ];

  test('is text with the tree of what failed, in a pipe, too', async () => {
    const { code, out, err } = await checked({ given, tests });
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(
      /^✓ fine\n✗ not # so \\ <fine> & "good"\\x0a\n {4}tests\.yaml:1:\d+\n {4}expected allow, but denied/,
    );
    expect(out).toMatch(/\n {4}✗ DENIED: arn:aws:iam::111122223333:user\/bob may not kms:Decrypt on\n/);
    expect(out).toMatch(/\n\n2 tests: 1 passed, 1 failed\n$/);
  });

  test('shows what a failed test is denied after the first denial, too', async () => {
    const { code, out } = await checked({
      given,
      tests: [{ as: 'user/bob', do: 's3api put-object --bucket reports --key b.txt', expect: 'allow' }],
    });
    expect(code).toBe(1);
    expect(out).toContain('expected allow, but denied at s3 PutObject');
    expect(out).toContain('DENIED: arn:aws:iam::111122223333:user/bob may not s3:PutObject');
    expect(out).toContain('DENIED: arn:aws:iam::111122223333:user/bob may not kms:GenerateDataKey');
  });

  test('is TAP version 14', async () => {
    const { code, out } = await checked({ given, tests }, ['--format', 'tap']);
    expect(code).toBe(1);
    const [version, plan, first, second, ...rest] = out.trimEnd().split('\n');
    expect([version, plan, first]).toEqual(['TAP version 14', '1..2', 'ok 1 - fine']);
    expect(second).toBe('not ok 2 - not \\# so \\\\ <fine> & "good"');
    // A block of YAML is indented by two, between its markers.
    expect(rest.every((each) => each === '' || each.startsWith('  '))).toBe(true);
    expect([rest[0], rest.at(-1)]).toEqual(['  ---', '  ...']);
    const block = parse(
      rest
        .slice(1, -1)
        .map((each) => each.slice(2))
        .join('\n'),
    );
    expect(block).toMatchObject({
      message: expect.stringMatching(/^expected allow, but denied at s3 GetObject/),
      severity: 'fail',
      expected: 'allow',
      actual: 'deny',
      at: { file: 'tests.yaml', line: 1 },
    });
    expect(block.explanation).toMatch(/^✓ ALLOWED: .*\n[\s\S]*\n✗ DENIED: .* kms:Decrypt/);
  });

  test('is well-formed XML for JUnit', async () => {
    const { code, out } = await checked({ given, tests }, ['--format', 'junit']);
    expect(code).toBe(1);
    const root = readXml(out);
    expect(root).toMatchObject({ name: 'testsuites', attributes: { tests: '2', failures: '1', errors: '0' } });
    expect(root.children).toMatchObject([
      { name: 'testsuite', attributes: { name: 'tests.yaml', tests: '2', failures: '1' } },
    ]);
    const [fine, bad] = root.children[0]?.children ?? [];
    expect(fine).toMatchObject({
      name: 'testcase',
      attributes: { name: 'fine', classname: 'tests.yaml' },
      children: [],
    });
    expect(bad?.attributes.name).toBe('not # so \\ <fine> & "good"\n');
    expect(bad?.children).toMatchObject([{ name: 'failure', attributes: { type: 'deny' } }]);
    expect(bad?.children[0]?.attributes.message).toMatch(/^expected allow, but denied/);
    expect(bad?.children[0]?.text).toMatch(/^✓ ALLOWED: [\s\S]*✗ DENIED: .* kms:Decrypt/);
  });

  test('has control characters in none of its forms', async () => {
    const hostile = [{ name: 'a\u0000b\u001b[31m\u0085\ud800c', as: 'user/bob', do: get, expect: 'allow' }];
    for (const format of ['text', 'tap', 'junit']) {
      const { out } = await checked({ given, tests: hostile }, ['--format', format], undefined, { terminal: 200 });
      expect(out.replaceAll('\n', ''), format).not.toMatch(/\p{Cc}/u);
    }
    readXml((await checked({ given, tests: hostile }, ['--format', 'junit'])).out);
  });

  test('has only the tests that are wanted, and says if there are none', async () => {
    expect((await checked({ given, tests }, ['--only', 'fin', '--format', 'tap'])).out).toMatch(/^1\.\.2$/m);
    expect(await checked({ given, tests }, ['--only', 'fine', '--format', 'tap'])).toMatchObject({ code: 1 });
    const { code, err } = await checked({ given, tests }, ['--only', 'other']);
    expect([code, err]).toEqual([252, expect.stringMatching(/^no test has "other" in its name\n/)]);
  });

  test('is in one form', async () => {
    const { code, err } = await checked({ given, tests }, ['--format', 'tap', '--output', 'json']);
    expect([code, err]).toEqual([252, expect.stringContaining('both choose a form')]);
  });
});

test('several files are checked one by one, each with what it gives', async () => {
  const line = newCommandLine();
  process.chdir(line.folder);
  const of = (user: string) => ({
    given: { users: { [user]: null } },
    tests: [{ as: `user/${user}`, do: 's3 ls', expect: 'deny' }],
  });
  writeFileSync('a.json', JSON.stringify(of('ana')));
  writeFileSync('b.yaml', JSON.stringify(of('bob')));
  const { code, out } = await line.ssebox(['check', 'a.json', 'b.yaml', '-'], { stdin: JSON.stringify(of('cy')) });
  expect([code, out]).toEqual([
    0,
    'a.json\n✓ user/ana: s3 ls\n\nb.yaml\n✓ user/bob: s3 ls\n\nstandard input\n✓ user/cy: s3 ls\n\n3 tests, all passed\n',
  ]);
});

test('the file to begin with passes', async () => {
  const line = newCommandLine();
  process.chdir(line.folder);
  writeFileSync('e.yaml', (await line.ok(['check', '--example'])).out);
  expect((await line.ok(['check', 'e.yaml'])).out).toMatch(/\n\n4 tests, all passed\n$/);
});

// What is wrong with a file, with the place where it is.
const yaml = (tests: string, world = '{}') => `given: ${world}\ntests:\n${tests}`;
const fine = '- {as: user/admin, do: s3 ls, expect: allow}\n';
test.for([
  ['', '1:1: the file takes names with values, not nothing'],
  ['tests: []', '1:1: the file needs "tests", a list of one test at least'],
  ['given: {}', '1:1: the file needs "tests", a list of one test at least'],
  ['tests: 1', '1:8: "tests" takes a list of tests, not 1'],
  [
    `test:\n${fine}`,
    '1:1: "test" is not a member of the file: the members are tests, defaults and given; did you mean "tests"?',
  ],
  [yaml('- {as: user/a, do: s3 ls, expects: allow}'), '3:27: "expects" is not a member of a test: the members are'],
  [
    yaml('- {as: user/a, do: s3 ls, expect: alow}'),
    '3:35: "expect" takes allow, deny or the code of an AWS error such as NoSuchKey, not "alow": did you mean "allow"?',
  ],
  [
    yaml('- {as: user/a, do: s3 ls, expect: [allow]}'),
    '3:35: "expect" takes allow, deny or the code of an AWS error such as NoSuchKey, not a list',
  ],
  [yaml('- {as: user/a, expect: allow}'), '3:3: the test needs "do", a command line without ssebox'],
  [yaml('- {as: user/a, do: s3 ls}'), '3:3: the test needs "expect": allow, deny or the code of an AWS error'],
  [yaml('- {do: s3 ls, expect: deny}'), '3:3: the test needs "as": user/NAME, role/NAME,'],
  [yaml('- {as: user/a, do: s3 lz, expect: deny}'), "3:20: unknown command 'lz'"],
  [
    yaml('- {as: user/a, do: s3 frobnicate, expect: deny}'),
    `3:20: unknown command 'frobnicate': "ssebox s3 --help" lists the commands`,
  ],
  [yaml('- deny'), '3:3: a test takes names with values, not "deny"'],
  [yaml('- {as: user/a, do: kms, expect: deny}'), '3:20: a command is missing: "ssebox kms --help" lists the commands'],
  [yaml('- {as: user/a, do: frobnicate the key, expect: deny}'), '3:20: "do" takes a command of s3, bucket, kms,'],
  [yaml('- {as: user/a, do: kms describe-key, expect: deny}'), '3:20: the following arguments are required: --key-id'],
  [
    yaml('- {as: user/a, do: s3 ls --as user/b, expect: deny}'),
    '3:20: --as cannot be part of "do": write "as: user/b" beside it',
  ],
  [
    yaml('- {as: user/a, do: s3 ls --store x, expect: deny}'),
    '3:20: --store cannot be part of a command that is tried',
  ],
  [yaml(`- {as: user/a, do: "s3 ls 'x", expect: deny}`), "3:20: the quote ' in the command line is not closed"],
  [yaml('- {as: user/a, do: s3 ls, expect: deny, region: mars}'), '3:49: "region" takes one of'],
  [
    yaml('- {as: user/a, do: s3 ls, expect: deny, context: {aws:SourceIp: home}}'),
    '3:50: aws:SourceIp takes an IP address, not "home"',
  ],
  [yaml('- {as: user/nobody, do: s3 ls, expect: deny}'), '3:3: there is no user "nobody" in account 111122223333'],
  [yaml('- {as: nobody, do: s3 ls, expect: deny}'), '3:3: "nobody" is not a caller'],
  [yaml('- {as: user/admin, do: s3 cp missing s3://b/k, expect: deny}'), '3:3: '],
  [yaml(fine, '{user: {}}'), '1:9: "user" is not a member of given: the members are account, region, users,'],
  [yaml(fine, '{account: 12}'), '1:18: "account" takes the 12 digits of an account, not 12'],
  [yaml(fine, '{users: [ana]}'), '1:16: "users" takes names with values, not a list'],
  [
    yaml(fine, '{keys: {app: {}}}'),
    '1:16: "app" is not a key: its name is its ARN, its id, or an alias such as alias/app',
  ],
  [yaml(fine, '{users: {ana: {policies: [none.json]}}}'), '1:34: there is no file "'],
  [yaml(fine, '{users: {ana: {groups: [none]}}}'), '1:32: NoSuchEntity: The group with name none cannot be found.'],
  [
    yaml(fine, '{keys: {alias/a: {grants: [{grantee: bob, operations: [Decrypt]}]}}}'),
    '1:35: the grant needs "grantee"',
  ],
  [yaml(fine, '{run: [s3 mb s3://Not_A_Bucket]}'), '1:15: '],
  [yaml(fine, '{organization: {accounts: []}}'), '1:23: the organization needs "management"'],
  [yaml(fine, '{organization: {management: "999988887777", accounts: {12: {}}}}'), '1:63: "12" is not an account'],
  [
    yaml(fine, '{organization: {management: "999988887777", full-access: false}}'),
    '1:65: ConstraintViolationException: ',
  ],
  ['tests: [', '1:9: it is not YAML: '],
  ['a: b: c', '1:4: it is not YAML: Nested mappings are not allowed'],
  [`tests:\n${fine}tests: []`, '3:1: the name "tests" appears twice in one mapping'],
  [`tests:\n${fine}---\n{}`, '3:1: a file has one document: remove what follows "---"'],
  ['tests: *none', '1:8: the alias *none needs an anchor &none before it'],
  ['? [a]\n: 1', '1:1: the name of a member is a text, not a mapping or a list'],
] as const)('%j is refused at its place', async ([text, said]) => {
  const line = newCommandLine();
  process.chdir(line.folder);
  writeFileSync('tests.yaml', text);
  const { code, out, err } = await line.ssebox(['check', 'tests.yaml']);
  expect([code, out]).toEqual([252, '']);
  expect(err.startsWith(`tests.yaml:${said}`), err).toBe(true);
});

// A service's complaint about a policy has the place of the word that is wrong, wherever the policy stands.
test.for([
  [
    'given: {users: {ana: {policies: [{Version: 2012-10-17, Statement: [{Effect: Allow, Actoin: "*", Resource: "*"}]}]}}}',
    'tests.yaml:1:84: MalformedPolicyDocument: "Actoin" is not an element of a statement: did you mean "Action"?',
  ],
  [
    'given: {users: {ana: {policies: [bad.json]}}}',
    'bad.json:2:53: MalformedPolicyDocument: "Actoin" is not an element of a statement: did you mean "Action"?',
  ],
  [
    'given: {users: {ana: {policies: [bad.yaml]}}}',
    'bad.yaml:3:19: MalformedPolicyDocument: "Actoin" is not an element of a statement: did you mean "Action"?',
  ],
] as const)('%s', async ([text, said]) => {
  const line = newCommandLine();
  process.chdir(line.folder);
  writeFileSync(
    'bad.json',
    '{"Version": "2012-10-17",\n "Statement": [{"Effect": "Allow", "Resource": "*", "Actoin": "*"}]}',
  );
  writeFileSync('bad.yaml', 'Version: 2012-10-17\nStatement:\n- {Effect: Allow, Actoin: "*", Resource: "*"}\n');
  writeFileSync('tests.yaml', `${text}\ntests:\n${fine}`);
  const { code, err } = await line.ssebox(['check', 'tests.yaml']);
  expect([code, err.split('\n')[0]]).toEqual([252, said]);
});

test('every fault of every file is reported at once', async () => {
  const line = newCommandLine();
  process.chdir(line.folder);
  writeFileSync('a.yaml', 'tests:\n- {as: user/a, do: s3 lz, expect: deny}\n- {as: user/a, do: s3 ls, expect: no}\n');
  writeFileSync('b.json', '{"tests": [}');
  const { code, err } = await line.ssebox(['check', 'a.yaml', 'b.json']);
  expect(code).toBe(252);
  expect(err.split('\n').map((each) => each.replace(/^([^:]*:\d+:\d+): .*/, '$1'))).toEqual([
    'a.yaml:3:35',
    'a.yaml:2:20',
    'b.json:1:12',
    '',
  ]);
});

// Texts that would take a careless reader long, or all the memory.
const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from('bcdefghij', (name, i) => {
  const before = '*'.concat('abcdefghi'.charAt(i));
  return `${name}: &${name} [${Array(10).fill(before).join(', ')}]\n`;
}).join('')}tests: *j`;
test.for([
  ['aliases that multiply', bomb, /aliases make more than 1,000,000 values/],
  ['an alias within its own anchor', 'tests: &a [*a]', /needs an anchor &a before it/],
  ['deep lists', '['.repeat(1 << 20), /nested too deeply|not YAML/],
  ['deep mappings', '{a: '.repeat(1 << 18), /nested too deeply|not YAML/],
  ['deep blocks', '- '.repeat(1 << 19), /nested too deeply|not YAML/],
  [
    'many names',
    Array.from({ length: 60_000 }, (_, i) => `name${i}: 1`).join('\n'),
    /is not a member of the file[\s\S]*and \d+ more/,
  ],
  ['a megabyte of text', `tests: "${'x'.repeat(1 << 20)}"`, /"tests" takes a list of tests, not "xxx/],
  ['bytes that are not text', '\u0000\u0001\u0002', /./],
] as const)('%s end at once with an error', { timeout: 30_000 }, async ([, text, said]) => {
  const line = newCommandLine();
  process.chdir(line.folder);
  writeFileSync('tests.yaml', text);
  const { code, err } = await line.ssebox(['check', 'tests.yaml']);
  expect([code, err]).toEqual([252, expect.stringMatching(said)]);
  expect(err.length).toBeLessThan(5000);
});

test('a policy of a megabyte is refused in the words of IAM', async () => {
  const large = policy(allow('s3:GetObject', { Resource: `arn:aws:s3:::b/${'x'.repeat(1 << 20)}` }));
  const tests = [{ as: 'user/admin', do: 's3 ls', expect: 'allow' }];
  const { code, err } = await checked({ given: { users: { ana: { policies: [large] } } }, tests });
  expect([code, err]).toEqual([252, expect.stringMatching(/^tests\.yaml:1:\d+: (LimitExceeded|ValidationError)/)]);
});

test('the manual has a step for GitHub Actions', () => {
  expect(readFileSync('man/ssebox.1', 'utf8')).toMatch(/GitHub Actions/);
});
