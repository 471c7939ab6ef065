/** `ssebox exec`: a program with an endpoint of its own, and what of it is left. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeCertificate } from '../../src/wire/tls/certificates.ts';
import { keys, newPlace, type Place, samplePlace } from '../support/place.ts';
import { listKeys, startProgram } from '../support/running-program.ts';

/** A program that shows its environment as JSON, on one line, and goes on until it may end. */
const SHOWS = ['node', '-e', 'console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000)'];
const PRINTS = ['node', '-p', 'JSON.stringify(process.env)'];

type Variables = Readonly<Record<string, string | undefined>>;

async function environmentIn(place: Place, words: readonly string[], variables = {}): Promise<Variables> {
  const { code, out, err } = await place.ssebox(['exec', ...words, '--', ...PRINTS], { variables });
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

describe('the exit code', () => {
  test.each<[program: readonly string[], code: number, err: RegExp | string]>([
    [['true'], 0, ''],
    [['sh', '-c', 'exit 7'], 7, ''],
    [['sh', '-c', 'exit 254'], 254, ''],
    [['sh', '-c', 'kill -9 $$'], 137, ''],
    [['sh', '-c', 'kill -TERM $$'], 143, ''],
    [['no-such-program'], 127, /^"no-such-program" cannot be run: no folder of PATH has it, .*\n$/],
    [['./no-such-file'], 127, /^"\.\/no-such-file" cannot be run: there is no such file, .*\n$/],
    [['.'], 126, '"." cannot be run: permission denied\n'],
    [['./data.txt', '-x'], 126, '"./data.txt" cannot be run: permission denied\n'],
    [[''], 252, 'exec takes the name or path of a program, not ""\n'],
    [[], 252, 'the program is missing after --\n'],
  ])('of %j is %i', async (program, code, err) => {
    const place = newPlace();
    writeFileSync(place.path('data.txt'), 'not a program');
    const ended = await place.ssebox(['exec', '--', ...program]);
    expect(ended.code).toBe(code);
    if (typeof err === 'string') expect(ended.err).toBe(err);
    else expect(ended.err).toMatch(err);
    expect(ended.out).toBe('');
  });

  test.each([[['exec', 'ls', '-l']], [['exec', '--tls', 'aws', 's3', 'ls', '--region', 'x']]])(
    'of %j is that of a wrong command line, since its options could be those of the program',
    async (words) => {
      const { ssebox, store } = newPlace();
      const { code, err } = await ssebox(words);
      expect(code).toBe(252);
      expect(err).toMatch(/^exec takes the program after --, not "(ls|aws)" before it\n/);
      expect(existsSync(store)).toBe(false);
    },
  );
});

test('the program has the streams of the command, and its arguments as they are', async () => {
  const place = newPlace();
  const words = ['exec', '--', 'sh', '-c', 'cat; printf "%s|" "$@" >&2', '--', '--region', 'a b', '', '$x'];
  const { code, out, err } = await place.ssebox(words, { stdin: 'typed' });
  expect({ code, out, err }).toEqual({ code: 0, out: 'typed', err: '--region|a b||$x|' });
});

describe('the environment of the program', () => {
  test('leads to the endpoint, with the credentials of the caller', async () => {
    const place = newPlace();
    const found = await environmentIn(place, ['--region', 'eu-west-1']);
    expect(found).toMatchObject({
      AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_ENDPOINT_URL_S3_CONTROL: found.AWS_ENDPOINT_URL?.replace('127.0.0.1', 'localhost'),
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^AKIA/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^.{40}$/),
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      SSEBOX_ENDPOINT_URL: found.AWS_ENDPOINT_URL,
      SSEBOX_ENDPOINT_STORE: place.store,
      SSEBOX_ENDPOINT_AS: 'arn:aws:iam::111122223333:user/admin',
    });
    expect(found.AWS_SESSION_TOKEN).toBeUndefined();
  });

  test('has nothing left in it that would lead elsewhere, or is the command’s own', async () => {
    const place = newPlace();
    const before = {
      AWS_DEFAULT_PROFILE: 'default',
      AWS_SESSION_TOKEN: 'of another',
      AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z',
      AWS_ENDPOINT_URL_S3: 'https://s3.example.test',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/other',
      AWS_USE_FIPS_ENDPOINT: 'true',
      SSEBOX_AS: 'root',
      SSEBOX_STORE: place.store,
      SSEBOX_PASSPHRASE: 'of no store',
      OTHER: 'stays',
    };
    const found = await environmentIn(place, [], before);
    expect(Object.keys(before).filter((name) => name in found)).toEqual(['OTHER']);
  });

  test('keeps what goes through a proxy from this machine’s own address', async () => {
    const proxied = { HTTP_PROXY: 'http://proxy.example.test:3128', no_proxy: 'example.test, localhost' };
    const found = await environmentIn(newPlace(), [], proxied);
    expect(found.no_proxy).toBe('example.test,localhost,127.0.0.1,::1');
    expect(found.NO_PROXY).toBe('127.0.0.1,::1,localhost');
    expect('NO_PROXY' in (await environmentIn(newPlace(), []))).toBe(false);
  });

  test('has a session token for a role', async () => {
    const place = await samplePlace();
    const { out } = await place.ok(['iam', 'list-roles', '--query', 'Roles[0].RoleName', '--output', 'text']);
    const found = await environmentIn(place, ['--as', `role/${out.trim()}`]);
    expect(found.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    expect(found.AWS_SESSION_TOKEN).toMatch(/^.{64}$/);
  });
});

test.each([
  ['a user who does not exist', ['--as', 'user/nobody'], 252, /^there is no user "nobody"/],
  ['an anonymous caller', ['--no-sign-request'], 252, /^an anonymous caller has no credentials/],
  ['two stores', ['--temporary', '--store', 'x'], 252, /^--temporary makes a store of its own/],
])('for %s, no program runs', async (_, words, code, message) => {
  const ended = await newPlace().ssebox(['exec', ...words, '--', 'echo', 'ran']);
  expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
});

test('the endpoint answers the caller, and is gone when the program has ended', async () => {
  const place = newPlace();
  const program = startProgram(place, ['exec', '--', ...SHOWS]);
  const variables: Variables = JSON.parse(await program.line());
  expect(await listKeys(variables)).toBe(200);
  expect(await listKeys({ ...variables, AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) })).toBe(400);
  program.signal('SIGTERM');
  expect((await program.ended).code).toBe(143);
  expect(await listKeys(variables)).toBe('ECONNREFUSED');
  const lookup = ['cloudtrail', 'lookup-events', '--query', "Events[?EventName=='ListKeys'].[Username, AccessKeyId]"];
  expect(JSON.parse((await place.ok(lookup)).out)).toContainEqual(['admin', variables.AWS_ACCESS_KEY_ID]);
});

test('its credentials outlive the clock of the store, and no other endpoint or command takes them', async () => {
  const place = newPlace();
  const program = startProgram(place, ['exec', '--', ...SHOWS]);
  const variables: Variables = JSON.parse(await program.line());
  await place.ok(['clock', 'advance', '400d']);
  expect(await listKeys(variables)).toBe(200);
  const other = startProgram(place, ['exec', '--', ...SHOWS]);
  const elsewhere: Variables = JSON.parse(await other.line());
  expect(await listKeys({ ...variables, AWS_ENDPOINT_URL: elsewhere.AWS_ENDPOINT_URL })).toBe(400);
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = variables;
  const inside = { variables: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } };
  expect(await place.ssebox(['kms', 'list-keys'], inside)).toMatchObject({
    code: 252,
    err: 'AWS_ACCESS_KEY_ID has credentials of ssebox exec or ssebox env, which only their endpoint knows, and this command works with the store: name the caller with --as, or unset the variable\n',
  });
  expect(await place.ssebox(['kms', 'list-keys', '--as', 'user/admin'], inside)).toMatchObject({ code: 0 });
  const { out } = await place.ok(['iam', 'list-access-keys', '--query', 'AccessKeyMetadata']);
  expect(JSON.parse(out)).toEqual([]);
});

describe('signals', () => {
  const traps = (name: string) => [
    'sh',
    '-c',
    `trap 'echo got ${name}; exit 3' ${name}; echo ready; while :; do sleep 0.05; done`,
  ];

  test.each(['INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2'])('SIG%s is passed on', async (name) => {
    const program = startProgram(newPlace(), ['exec', '--', ...traps(name)]);
    expect(await program.line()).toBe('ready');
    program.signal(`SIG${name}` as NodeJS.Signals);
    expect(await program.line()).toBe(`got ${name}`);
    expect((await program.ended).code).toBe(3);
  });

  test('Ctrl-C reaches the program once, from the terminal', async () => {
    const { terminal } = newPlace();
    const script =
      'N=0; trap \'N=$((N + 1)); echo "got $N"\' INT; echo ready; for i in 1 2 3 4 5 6 7 8; do sleep 0.1; done; exit $N';
    const { shows, type, ended } = terminal(['exec', '--', 'sh', '-c', script]);
    await shows('ready');
    type(keys.interrupt);
    const { code, text } = await ended;
    expect(text).toContain('got 1');
    expect(code).toBe(1);
  });

  test('Ctrl-C ends a program that does nothing about it, with 130', async () => {
    const { terminal } = newPlace();
    const { shows, type, ended } = terminal(['exec', '--', 'sh', '-c', 'echo ready; exec sleep 60']);
    await shows('ready');
    type(keys.interrupt);
    expect((await ended).code).toBe(130);
  });
});

describe('--temporary', () => {
  const temporaryFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ssebox-temporary-'));

  test('has a store of its own, which commands in the run find, and which is gone afterwards', async () => {
    const place = await samplePlace();
    const line = `ssebox exec --temporary -- sh -c 'echo "$SSEBOX_ENDPOINT_STORE"; ls "$SSEBOX_ENDPOINT_STORE" >&2'`;
    const { code, out, err } = await place.shell(line);
    expect(code).toBe(0);
    expect(err).toContain('root.key');
    expect(out.trim()).not.toBe(place.store);
    expect(existsSync(out.trim())).toBe(false);
    expect(temporaryFolders()).not.toContain(out.split('/').at(-2));
  });

  test('has the calls of commands in the run, and those that need a store look at it as the same caller', async () => {
    const place = newPlace();
    const lookup = 'trail lookup --query "Events[].[eventName, userIdentity.userName]" --output text';
    const commands = ['s3 mb s3://b1x', lookup, 'bucket list --as root --query "Buckets[].Name"'];
    const script = commands.map((words) => `node "$0" ${words}`).join(' && ');
    const { code, out } = await place.ssebox([
      'exec',
      '--temporary',
      '--',
      'sh',
      '-c',
      script,
      resolve('bin/ssebox.js'),
    ]);
    expect([code, out]).toEqual([0, expect.stringContaining('CreateBucket\tadmin')]);
    expect(out).toContain('"b1x"');
    expect(existsSync(place.store)).toBe(false);
  });

  test('leaves nothing behind where a signal ends the program', async () => {
    const program = startProgram(newPlace(), ['exec', '--temporary', '--', ...SHOWS]);
    const { SSEBOX_ENDPOINT_STORE: store = '' } = JSON.parse(await program.line());
    expect(existsSync(store)).toBe(true);
    program.signal('SIGINT');
    expect((await program.ended).code).toBe(130);
    expect(existsSync(store)).toBe(false);
  });

  test('does not have the caller that is set for the usual store, but the one of the command line', async () => {
    const place = await samplePlace();
    await place.ok(['config', 'set', 'as', 'user/bob']);
    await environmentIn(place, ['--temporary'], { SSEBOX_AS: 'user/bob' });
    const { code, err } = await place.ssebox(['exec', '--temporary', '--as', 'user/bob', '--', 'true']);
    expect([code, err]).toEqual([252, expect.stringMatching(/^there is no user "bob"/)]);
  });
});

test('a signal is passed on once, also where there is a config file', async () => {
  const place = newPlace();
  await place.ok(['config', 'set', 'output', 'json']);
  const counts = `
    let taken = 0;
    process.on('SIGUSR2', () => console.log(++taken));
    process.on('SIGTERM', () => process.exit(taken));
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const program = startProgram(place, ['exec', '--', 'node', '-e', counts]);
  await program.line();
  program.signal('SIGUSR2');
  // Nothing says which of two signals at once is taken first.
  expect(await program.line()).toBe('1');
  program.signal('SIGTERM');
  expect((await program.ended).code).toBe(1);
});

test('a sealed store is opened with its passphrase, which the program does not get', async () => {
  const place = newPlace();
  await place.ok(['store', 'init']);
  const sealing = { SSEBOX_PASSPHRASE: 'correct horse' };
  writeFileSync(place.path('passphrase'), 'correct horse');
  await place.ok(['store', 'passphrase', 'set', 'file://passphrase']);
  expect((await place.ssebox(['exec', '--', 'true'])).code).toBe(253);
  const found = await environmentIn(place, [], sealing);
  expect(found.SSEBOX_PASSPHRASE).toBeUndefined();
  expect(JSON.stringify(found)).not.toContain('correct horse');
});

describe('--tls', () => {
  test('the program can trust the certificate, and the endpoint answers it', async () => {
    const place = newPlace();
    const script = `
      const { request } = require('node:https');
      const url = new URL(process.env.AWS_ENDPOINT_URL);
      request(url, { headers: { 'x-amz-target': 'TrentService.ListKeys' } }, (answer) => {
        console.log(url.protocol, answer.statusCode, process.env.AWS_CA_BUNDLE === process.env.NODE_EXTRA_CA_CERTS);
        answer.resume();
      }).on('error', (error) => console.log(error.code)).end();`;
    const { code, out, err } = await place.ssebox(['exec', '--tls', '--', 'node', '-e', script]);
    expect({ code, out, err }).toEqual({ code: 0, out: expect.stringMatching(/^https: 4\d\d true\n$/), err: '' });
  });
});

test('a file of certificates that is trusted already stays so beside the endpoint’s', async () => {
  const place = newPlace();
  const { authority } = await makeCertificate([], { now: Date.now, random: (size) => new Uint8Array(size) });
  writeFileSync(place.path('own.pem'), authority);
  const own = { NODE_EXTRA_CA_CERTS: place.path('own.pem') };
  const print = [
    'node',
    '-p',
    'process.env.NODE_EXTRA_CA_CERTS + "\\n" + fs.readFileSync(process.env.NODE_EXTRA_CA_CERTS)',
  ];
  const { out } = await place.ok(['exec', '--tls', '--', ...print], { variables: own });
  const [file = '', ...lines] = out.split('\n');
  expect(lines.join('\n')).toContain(authority);
  expect(out.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(existsSync(file)).toBe(false);
  const missing = { variables: { NODE_EXTRA_CA_CERTS: place.path('none.pem') } };
  expect(await place.ssebox(['exec', '--tls', '--', 'echo', 'ran'], missing)).toMatchObject({
    code: 253,
    out: '',
    err: expect.stringContaining(
      `the certificates of NODE_EXTRA_CA_CERTS in "${place.path('none.pem')}" cannot be read: no such file or folder\n`,
    ),
  });
});

describe('--deny-report', () => {
  test('says at the end what was refused, alike once, with the first line of its explanation', async () => {
    const place = await samplePlace();
    const program = startProgram(place, ['exec', '--as', 'user/bob', '--deny-report', '--', ...SHOWS]);
    const variables: Variables = JSON.parse(await program.line());
    expect([await listKeys(variables), await listKeys(variables)]).toEqual([400, 400]);
    program.signal('SIGTERM');
    const { code, err } = await program.ended;
    expect(code).toBe(143);
    const explained = await place.ssebox(['explain', 'last', '--output', 'tree']);
    const [, first = ''] = /(DENIED: .*)/.exec(explained.out) ?? [];
    expect(first).toContain('kms:ListKeys');
    expect(err.split('\n').slice(0, 3)).toEqual([
      '2 calls were refused:',
      '  kms ListKeys: AccessDeniedException, 2 times',
      `    ${first}`,
    ]);
  });

  test('says so where nothing was refused', async () => {
    const { code, err } = await newPlace().ssebox(['exec', '--deny-report', '--', 'true']);
    expect([code, err]).toEqual([0, 'no call was refused\n']);
  });
});

const hasAws = spawnSync('aws', ['--version']).status === 0;

test.skipIf(!hasAws)('the AWS CLI works on it as on AWS (skipped where it is not installed)', async () => {
  const place = newPlace();
  const script = `
    aws s3 mb s3://reports >&2 && printf hello | aws s3 cp - s3://reports/greeting &&
    aws s3 cp s3://reports/greeting - && aws kms list-keys --query 'length(Keys)' &&
    aws sts get-caller-identity --query Arn --output text && aws iam list-users --query 'Users[].UserName' --output text`;
  for (const words of ['exec --temporary', 'exec --temporary --tls']) {
    const { code, out, err } = await place.shell(`ssebox ${words} -- sh -c "$SCRIPT"`, { SCRIPT: script });
    expect({ code, out }, err).toEqual({
      code: 0,
      out: 'hello0\narn:aws:iam::111122223333:user/admin\nadmin\n',
    });
  }
});
