/** `ssebox serve` and `ssebox env`: an endpoint from its first line to its last, and how shells come to it. */

import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keys, newPlace, type Place, samplePlace } from '../support/place.ts';
import { listKeys, type RunningProgram, startProgram } from '../support/running-program.ts';
import { headerSigned } from '../support/signed-request.ts';

interface Served extends RunningProgram {
  readonly url: string;
  readonly port: string;
}

/** Serves on a free port, until the test ends. */
async function served(place: Place, words: readonly string[] = [], variables = {}): Promise<Served> {
  const program = startProgram(place, ['serve', '--port', '0', '--log', 'none', ...words], variables);
  const url = await program.line();
  return { ...program, url, port: new URL(url).port };
}

const refusesConnections = ({ url }: Served): Promise<boolean> =>
  fetch(url).then(
    () => false,
    () => true,
  );

/** A request that runs, since its body of two bytes does not come: the endpoint has asked for it. */
async function requestWithoutBody({ port }: Served): Promise<Socket> {
  const { headers } = headerSigned({
    method: 'POST',
    target: '/',
    at: Date.now(),
    service: 'kms',
    headers: {
      host: '127.0.0.1',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    },
    body: '{}',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const socket = connect(Number(port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(
    socket.on('error', () => {}),
    'connect',
  );
  const lines = ['POST / HTTP/1.1', ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.write([...lines, 'Content-Length: 2', 'Expect: 100-continue', '', ''].join('\r\n'));
  const [word] = await once(socket, 'data');
  expect(String(word)).toMatch(/^HTTP\/1\.1 100 /);
  return socket;
}

type Variables = Readonly<Record<string, string>>;

async function environmentOf(place: Place, { port }: Served, words: readonly string[] = []): Promise<Variables> {
  const { out } = await place.ok(['env', '--port', port, '--shell', 'json', ...words]);
  return JSON.parse(out);
}

describe('serve', () => {
  test('says where it answers, on standard output for scripts and the rest for people', async () => {
    const place = newPlace();
    const endpoint = await served(place);
    expect(endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    endpoint.signal('SIGTERM');
    const { code, out, err } = await endpoint.ended;
    expect({ code, out, err: err.split('\n') }).toEqual({
      code: 0,
      out: `${endpoint.url}\n`,
      err: [
        `serving the store "${place.store}" at ${endpoint.url}`,
        `to call it from a shell: eval "$(ssebox env --port ${endpoint.port})"`,
        'ending: what runs has 10 s; a second signal ends it at once',
        '',
      ],
    });
  });

  test('says nothing but that with --quiet', async () => {
    const endpoint = await served(newPlace(), ['--quiet']);
    endpoint.signal('SIGINT');
    expect(await endpoint.ended).toEqual({ code: 0, out: `${endpoint.url}\n`, err: '' });
  });

  test('ends by Ctrl-C on a terminal', async () => {
    const place = newPlace();
    const { shows, type, ended } = place.terminal(['serve', '--port', '0', '--log', 'none']);
    await shows(/^http:\/\/127\.0\.0\.1:\d+\r?\n/m);
    type(keys.interrupt);
    expect((await ended).code).toBe(0);
  });

  test('after a first signal what runs is answered, also where there is a config file', async () => {
    const place = newPlace();
    await place.ok(['config', 'set', 'output', 'json']);
    const endpoint = await served(place, ['--any-credentials']);
    const request = await requestWithoutBody(endpoint);
    endpoint.signal('SIGTERM');
    await vi.waitUntil(async () => (await refusesConnections(endpoint)) === true, { timeout: 60_000 });
    request.write('{}');
    const [answer] = await once(request, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    request.end();
    expect((await endpoint.ended).code).toBe(0);
  });

  test('a second signal ends it at once, whatever runs, and leaves no temporary store', async () => {
    const place = newPlace();
    const endpoint = await served(place, ['--temporary', '--any-credentials'], { TMPDIR: place.folder });
    await requestWithoutBody(endpoint);
    endpoint.signal('SIGTERM');
    await vi.waitUntil(async () => (await refusesConnections(endpoint)) === true, { timeout: 60_000 });
    endpoint.signal('SIGTERM');
    expect((await endpoint.ended).code).toBe(143);
    expect(readdirSync(place.folder).filter((name) => name.startsWith('ssebox-temporary-'))).toEqual([]);
  });

  test('two serve one store, and see what the other one changes', async () => {
    const place = newPlace();
    const [one, other] = await Promise.all([served(place), served(place)]);
    const [byOne, byOther] = await Promise.all([environmentOf(place, one), environmentOf(place, other)]);
    expect([await listKeys(byOne), await listKeys(byOther)]).toEqual([200, 200]);
    // The credentials of one are nothing to the other.
    expect(await listKeys({ ...byOne, AWS_ENDPOINT_URL: other.url })).toBe(400);
    const made = await place.ok(['iam', 'create-access-key', '--query', 'AccessKey', '--output', 'json']);
    const { AccessKeyId, SecretAccessKey } = JSON.parse(made.out);
    const own = { ...byOne, AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey };
    expect([await listKeys(own), await listKeys({ ...own, AWS_ENDPOINT_URL: other.url })]).toEqual([200, 200]);
  });

  test('--temporary serves an empty store, and removes it', async () => {
    const place = await samplePlace();
    const endpoint = await served(place, ['--temporary'], { TMPDIR: place.folder });
    const [folder = ''] = readdirSync(place.folder).filter((name) => name.startsWith('ssebox-temporary-'));
    expect(existsSync(place.path(`${folder}/store/root.key`))).toBe(true);
    endpoint.signal('SIGTERM');
    expect((await endpoint.ended).err).toContain(`serving a temporary store at ${endpoint.url}\n`);
    expect(existsSync(place.path(folder))).toBe(false);
  });

  test('a temporary store that a client has emptied still knows the credentials of the endpoint', async () => {
    const place = newPlace();
    const endpoint = await served(place, ['--temporary', '--any-credentials']);
    const variables = await environmentOf(place, endpoint);
    const unknown = { ...variables, AWS_ACCESS_KEY_ID: 'test' };
    expect([await listKeys(variables), await listKeys(unknown)]).toEqual([200, 200]);
    const { status } = await fetch(`${endpoint.url}/_localstack/state/reset`, { method: 'POST' });
    expect(status).toBe(200);
    expect([await listKeys(variables), await listKeys(unknown)]).toEqual([200, 200]);
    expect(await environmentOf(place, endpoint)).toMatchObject({ AWS_ENDPOINT_URL: endpoint.url });
    const usual = await served(place);
    expect((await fetch(`${usual.url}/_localstack/state/reset`, { method: 'POST' })).status).toBe(403);
  });

  test.each(['text', 'json'] as const)('--log %s writes a line a request, which can leave out keys', async (form) => {
    const place = newPlace();
    const words = ['serve', '--port', '0', '--quiet', '--log', form, '--log-keys', 'off'];
    const program = startProgram(place, words);
    const url = await program.line();
    await listKeys(await environmentOf(place, { ...program, url, port: new URL(url).port }));
    await fetch(`${url}/bucket/secret-name`);
    program.signal('SIGTERM');
    const lines = (await program.ended).err.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('kms:ListKeys');
    expect(lines[1]).toContain('s3:GetObject');
    expect(lines[1]).not.toContain('secret-name');
    if (form === 'json') expect(lines.map((line) => JSON.parse(line).status)).toEqual([200, 404]);
  });

  test('--any-credentials lets in any key as the principal, and says so even with --quiet', async () => {
    const place = await samplePlace();
    const endpoint = await served(place, ['--quiet', '--any-credentials', 'user/bob']);
    const any = { AWS_ENDPOINT_URL: endpoint.url, AWS_REGION: 'us-east-1', AWS_SECRET_ACCESS_KEY: 'any' };
    // Bob may not list keys; the first user of an account may do anything in it.
    expect(await listKeys({ ...any, AWS_ACCESS_KEY_ID: 'test' })).toBe(400);
    expect(await listKeys({ ...any, AWS_ACCESS_KEY_ID: '111122223333' })).toBe(200);
    const made = await place.ok(['iam', 'create-access-key', '--query', 'AccessKey.AccessKeyId', '--output', 'text']);
    expect(await listKeys({ ...any, AWS_ACCESS_KEY_ID: made.out.trim() })).toBe(400);
    endpoint.signal('SIGTERM');
    expect((await endpoint.ended).err).toBe(
      'warning: any program on this machine is let in as arn:aws:iam::111122223333:user/bob: access keys that the store never had are not verified\n',
    );
  });

  test('--tls shows a certificate that is kept, and says how to trust it', async () => {
    const place = newPlace();
    const words = ['--tls', '--host-name', 's3.example.test'];
    const first = await served(place, words);
    expect(first.url).toMatch(/^https:/);
    const variables = await environmentOf(place, first);
    const file = variables.AWS_CA_BUNDLE ?? '';
    expect(variables).toMatchObject({
      AWS_ENDPOINT_URL: first.url,
      AWS_ENDPOINT_URL_S3_CONTROL: `https://s3-control.localhost:${first.port}`,
      NODE_EXTRA_CA_CERTS: file,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(file.startsWith(place.store)).toBe(false);
    first.signal('SIGTERM');
    const line = `clients trust it by AWS_CA_BUNDLE=${file} or NODE_EXTRA_CA_CERTS=${file}\n`;
    expect((await first.ended).err).toContain(`a certificate was made; ${line}`);
    const second = await served(place, words);
    second.signal('SIGTERM');
    expect((await second.ended).err).toContain(`\n${line}`);
  });
});

describe('what serve refuses in one line', () => {
  test.each<[words: readonly string[], code: number, err: RegExp]>([
    [['--port', '70000'], 252, /^--port takes a number from 0 to 65535, not 70000$/],
    [['--port', 'x'], 252, /^--port takes a whole number, not "x"$/],
    [['--host', 'not_a_host'], 252, /^--host takes an address or a name of this machine, not "not_a_host"$/],
    [['--host', '192.0.2.1'], 253, /^this machine does not have the address 192\.0\.2\.1$/],
    [['--host-name', 'a..b'], 252, /^--host-name takes a name such as s3\.example\.test, not "a\.\.b"$/],
    [['--host-name', '127.0.0.1'], 252, /^--host-name takes a name such as s3\.example\.test, not "127\.0\.0\.1"$/],
    [['--cert', 'x'], 252, /^--cert needs --key: a certificate works with its private key only$/],
    [['--key', 'x'], 252, /^--key needs --cert: /],
    [['--cert', 'x', '--key', 'y'], 253, /^the certificate "x" cannot be read: no such file or folder$/],
    [['--cert', 'empty', '--key', 'empty'], 253, /^the certificate "empty" is not in PEM/],
    [['--any-credentials', '--host', '0.0.0.0'], 252, /^--any-credentials works on loopback only, /],
    [['--any-credentials', 'user/nobody'], 252, /^there is no user "nobody" in account 111122223333/],
    [['--as', 'user/nobody'], 252, /^there is no user "nobody" in account 111122223333/],
    [['--temporary', '--store', 'x'], 252, /^--temporary makes a store of its own, and --store names another/],
    [['--secure-transport', 'never'], 252, /^--secure-transport takes one of assumed, actual, not "never"$/],
    [['--log', 'loud'], 252, /^--log takes one of json, text, none, not "loud"$/],
  ])('%j', async (words, code, message) => {
    const place = newPlace();
    writeFileSync(place.path('empty'), '');
    const { out, err, ...ended } = await place.ssebox(['serve', '--port', '0', ...words]);
    expect([ended.code, out]).toEqual([code, '']);
    const [line = '', ...others] = err.trimEnd().split('\n');
    expect(line).toMatch(message);
    expect(others.filter((other) => !other.startsWith('did you mean'))).toEqual([]);
  });

  test('a port that is taken', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    expect(await newPlace().ssebox(['serve', '--port', `${port}`])).toEqual({
      code: 253,
      out: '',
      err: `127.0.0.1:${port} is in use by another program: choose another port, or 0 for a free one\n`,
    });
  });
});

describe('env', () => {
  test('prints lines for a shell, by which programs in it call the endpoint as its caller', async () => {
    const place = await samplePlace();
    const endpoint = await served(place);
    const { out } = await place.shell(
      `AWS_PROFILE=other; export AWS_PROFILE; eval "$(ssebox env --port ${endpoint.port})"; node -p 'JSON.stringify(process.env)'`,
    );
    const variables = JSON.parse(out);
    expect(variables).toMatchObject({ AWS_ENDPOINT_URL: endpoint.url, AWS_REGION: 'us-east-1' });
    expect('AWS_PROFILE' in variables).toBe(false);
    expect(await listKeys(variables)).toBe(200);
    endpoint.signal('SIGTERM');
    await endpoint.ended;
    expect(await listKeys(variables)).toBe('ECONNREFUSED');
  });

  test('has credentials for another caller, and the same ones again', async () => {
    const place = await samplePlace();
    const endpoint = await served(place);
    const [bob, again] = [
      await environmentOf(place, endpoint, ['--as', 'user/bob']),
      await environmentOf(place, endpoint, ['--as', 'arn:aws:iam::111122223333:user/bob']),
    ];
    expect(bob).toEqual(again);
    expect(await listKeys(bob)).toBe(400);
    const other = await environmentOf(place, endpoint, ['--as', '999988887777:root', '--region', 'eu-west-1']);
    expect(other).toMatchObject({ AWS_REGION: 'eu-west-1' });
    expect(await listKeys(other)).toBe(200);
    // In the shell that calls an endpoint, that is the one.
    const within = await place.ssebox(['env', '--shell', 'json', '--as', 'user/bob'], { variables: other });
    expect(JSON.parse(within.out)).toEqual({ ...bob, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
    const listed = await place.ok(['iam', 'list-access-keys', '--user-name', 'bob', '--query', 'AccessKeyMetadata']);
    expect(JSON.parse(listed.out)).toEqual([]);
  });

  test('needs no passphrase for a sealed store, which the endpoint has opened', async () => {
    const place = newPlace();
    await place.ok(['store', 'init']);
    writeFileSync(place.path('passphrase'), 'correct horse');
    await place.ok(['store', 'passphrase', 'set', 'file://passphrase']);
    const endpoint = await served(place, [], { SSEBOX_PASSPHRASE: 'correct horse' });
    expect(await listKeys(await environmentOf(place, endpoint))).toBe(200);
  });

  test('prints what fish reads', async () => {
    const place = newPlace();
    const { port, url } = await served(place);
    const variables = { SHELL: '/usr/bin/fish', AWS_PROFILE: 'other' };
    const { out } = await place.ssebox(['env', '--port', port], { variables });
    const lines = out.trimEnd().split('\n');
    expect(lines).toContain(`set -gx AWS_ENDPOINT_URL '${url}'`);
    expect(lines).toContain('set -e AWS_PROFILE');
    expect(lines.filter((line) => !/^set -(gx \w+ '[^']*'|e \w+)$/.test(line))).toEqual([]);
  });

  test('says on a terminal how a shell takes it', async () => {
    const place = newPlace();
    const { port } = await served(place);
    const { code, text } = await place.terminal(['env', '--port', port]).ended;
    expect(code).toBe(0);
    expect(text).toContain('hint: this shell takes it by eval "$(ssebox env)"');
  });

  test.each([
    ['user/nobody', 'there is no user "nobody" in account 111122223333: choose one of user/admin\n'],
    ['nobody', /^"nobody" is not a caller: write user\/NAME, /],
    ['AKIAIOSFODNN7EXAMPLE', /^the access key AKIAIOSFODNN7EXAMPLE has never belonged to this store/],
  ])('refuses the caller %s as any command does', async (as, message) => {
    const place = newPlace();
    const { port } = await served(place);
    const ended = await place.ssebox(['env', '--port', port, '--as', as]);
    expect(ended).toMatchObject({ code: 252, out: '', err: expect.stringMatching(message) });
  });

  test.each<[words: readonly string[], code: number, err: string]>([
    [['--port', '1'], 253, 'no ssebox serve of this user is running at port 1: start it, or name its port\n'],
    [['--port', '0'], 252, '--port takes a number from 1 to 65535, not 0\n'],
    [['--shell', 'tcsh'], 252, '--shell takes one of bash, fish, json, not "tcsh"\n'],
  ])('%j is refused', async (words, code, err) => {
    expect(await newPlace().ssebox(['env', ...words])).toEqual({ code, out: '', err });
  });

  test('the socket of an endpoint is for its user alone, and goes with it; one that was left is replaced', async () => {
    const place = newPlace();
    const endpoint = await served(place);
    const folder = place.path('.local/share/ssebox/endpoints');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(`${folder}/${endpoint.port}.sock`).mode & 0o777).toBe(0o600);
    endpoint.signal('SIGKILL');
    expect((await endpoint.ended).code).toBe('SIGKILL');
    expect(readdirSync(folder)).toEqual([`${endpoint.port}.sock`]);
    expect((await place.ssebox(['env', '--port', endpoint.port])).code).toBe(253);
    const again = startProgram(place, ['serve', '--port', endpoint.port, '--log', 'none']);
    await again.line();
    expect((await place.ssebox(['env', '--port', endpoint.port])).code).toBe(0);
    again.signal('SIGTERM');
    expect((await again.ended).code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an endpoint whose socket cannot be made serves all the same', async () => {
    const place = newPlace();
    const runtime = place.path('x'.repeat(100));
    mkdirSync(runtime);
    const endpoint = await served(place, ['--quiet'], { XDG_RUNTIME_DIR: runtime });
    endpoint.signal('SIGTERM');
    const { code, err } = await endpoint.ended;
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(
        /^ssebox env will not find this endpoint: the path of the socket ".*" is too long for the system\n$/,
      ),
    ]);
  });
});
