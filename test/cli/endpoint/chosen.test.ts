import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { endpointsFor } from '../../../src/cli/endpoint/chosen.ts';
import { endpointFault } from '../../../src/cli/endpoint/endpoint-text.ts';
import type { ProfileEndpoints } from '../../../src/cli/profiles.ts';
import { isAwsHost, parseEndpoint } from '../../../src/wire/client/endpoint.ts';
import { type CommandLine, newCommandLine, type RunOptions } from '../../support/command-line.ts';

// AWS SDKs and Tools Reference Guide, "Service-specific endpoints", "Endpoint configuration precedence".
describe('which endpoint is called', () => {
  const profile: ProfileEndpoints = {
    name: 'dev',
    url: 'http://profile',
    services: 'local',
    byService: { 's3.endpoint_url': 'http://s3.services', 's3_control.endpoint_url': 'http://control.services' },
  };
  const option = { 'endpoint-url': 'http://option' };
  const general = { AWS_ENDPOINT_URL: 'http://general' };
  const own = { AWS_ENDPOINT_URL_S3: 'http://own', AWS_ENDPOINT_URL_SERVICE_QUOTAS: 'http://quotas' };
  const ignored = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' };
  test.for([
    ['s3', option, { ...general, ...own }, profile, 'http://option'],
    ['s3', {}, { ...general, ...own }, profile, 'http://own'],
    ['s3', {}, general, profile, 'http://general'],
    ['s3', {}, {}, profile, 'http://s3.services'],
    ['s3control', {}, {}, profile, 'http://control.services'],
    ['kms', {}, {}, profile, 'http://profile'],
    ['kms', {}, own, profile, 'http://profile'],
    ['service-quotas', {}, { ...general, ...own }, profile, 'http://quotas'],
    ['kms', {}, own, undefined, undefined],
    ['kms', {}, { ...own, AWS_ENDPOINT_URL: '' }, undefined, undefined],
    ['s3', option, { ...own, ...ignored }, profile, 'http://option'],
    ['s3', {}, { ...own, ...ignored }, profile, undefined],
    ['s3', {}, { ...own, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }, undefined, 'http://own'],
    ['s3', { as: 'root' }, own, profile, undefined],
    ['s3', { store: '/s' }, own, profile, undefined],
    ['s3', {}, { ...own, SSEBOX_AS: 'root' }, profile, undefined],
    ['s3', {}, { ...own, SSEBOX_STORE: '/s' }, profile, undefined],
    ['s3', {}, { ...own, SSEBOX_STORE: '', SSEBOX_AS: '' }, profile, 'http://own'],
    ['s3', option, { SSEBOX_STORE: '/s', SSEBOX_AS: 'root' }, profile, 'http://option'],
  ] as const)('%s with %j, %j and %j: %s', ([service, globals, variables, endpoints, url]) => {
    const found = endpointsFor(globals, variables, { endpoints });
    expect(found?.of(service)?.text).toBe(url);
  });

  test('every service has a variable of its own', () => {
    const names = {
      s3: 'S3',
      s3control: 'S3_CONTROL',
      kms: 'KMS',
      iam: 'IAM',
      sts: 'STS',
      cloudtrail: 'CLOUDTRAIL',
      cloudwatch: 'CLOUDWATCH',
      organizations: 'ORGANIZATIONS',
      'service-quotas': 'SERVICE_QUOTAS',
    } as const satisfies Record<ServiceName, string>;
    for (const [service, name] of Object.entries(names)) {
      const found = endpointsFor({}, { [`AWS_ENDPOINT_URL_${name}`]: 'http://own' }, {});
      expect(Object.keys(names).filter((each) => found?.of(each as ServiceName))).toEqual([service]);
    }
  });

  test.for([
    [{}, { AWS_ENDPOINT_URL_S3: 'http://a', AWS_ENDPOINT_URL_STS: 'http://b' }, 'http://b'],
    [{}, { AWS_ENDPOINT_URL_S3: 'http://a', AWS_ENDPOINT_URL: 'http://c' }, 'http://c'],
    [{}, { AWS_ENDPOINT_URL_S3: 'http://a' }, 'http://a'],
    [{ 'endpoint-url': 'http://o' }, { AWS_ENDPOINT_URL_STS: 'http://b' }, 'http://o'],
    [{ 'endpoint-url': 'aws' }, { AWS_ENDPOINT_URL_STS: 'http://b' }, undefined],
    [{ 'endpoint-url': 'https://s3.eu-west-1.amazonaws.com' }, {}, undefined],
  ] as const)('roles for S3 with %j and %j are assumed at %s', ([globals, variables, origin]) => {
    const roles = endpointsFor(globals, variables, {})?.of('s3')?.roles;
    expect(roles).toEqual(origin === undefined ? { kind: 'aws' } : { kind: 'url', origin, path: '' });
  });
});

test.for([
  ['https://s3.amazonaws.com', true],
  ['https://KMS.eu-west-1.AmazonAWS.com:443/', true],
  ['https://bucket.s3.amazonaws.com.:8443', true],
  ['https://amazonaws.com', true],
  ['https://s3.cn-north-1.amazonaws.com.cn', true],
  ['https://kms.eusc-de-east-1.amazonaws.eu', true],
  ['https://s3.dualstack.us-east-1.api.aws', true],
  ['https://x.lambda-url.us-east-1.on.aws.', true],
  ['https://s3.us-iso-east-1.c2s.ic.gov', true],
  ['https://kms.us-isob-east-1.sc2s.sgov.gov', true],
  ['https://kms.us-east-1.amazonaws\u3002com', true],
  ['https://kms.us-east-1.amazonaws%2Ecom', true],
  ['http://aws', false],
  ['http://127.0.0.1:4566', false],
  ['https://amazonaws.com.example.org', false],
  ['https://notamazonaws.com', false],
] as const)('%s is AWS itself: %s', ([url, isAws]) => {
  expect(isAwsHost(url)).toBe(isAws);
});

const FAULTS = [
  ['127.0.0.1:4566', '"127.0.0.1:4566" does not begin with http:// or https://'],
  ['localhost', '"localhost" does not begin with http:// or https://'],
  ['http:host', '"http:host" does not begin with http:// or https://'],
  ['ftp://host', '"ftp://host" begins with ftp://, not with http:// or https://'],
  ['http://user:hunter2@host', 'it has credentials in it, which belong in the environment or a profile'],
  ['user:hunter2@host', 'it does not begin with http:// or https://'],
  ['http://host/?X-Amz-Signature=hunter2', '"http://host/" is followed by a query'],
  ['http://host#hunter2', '"http://host" is followed by a fragment'],
  ['http://', '"http://" has no host'],
  ['http://:4566', '"http://:4566" has no host'],
  ['http:///path', '"http:///path" has no host'],
  ['http://ho st', '"http://ho st" has a blank or a backslash in it'],
  ['http://host\\path', '"http://host\\path" has a blank or a backslash in it'],
  ['http://host:0', 'the port of "http://host:0" is not a number from 1 to 65535'],
  ['http://host:65536', 'the port of "http://host:65536" is not a number from 1 to 65535'],
  ['http://host:x', 'the port of "http://host:x" is not a number from 1 to 65535'],
  ['http://host:', 'the port of "http://host:" is not a number from 1 to 65535'],
  ['http://[::1', '"http://[::1" has a host that is neither a name nor an address'],
  ['http://1.2.3.400', '"http://1.2.3.400" has a host that is neither a name nor an address'],
  ['', 'it is empty'],
] as const;

test.for(FAULTS)('"%s" is no endpoint: %s', ([text, fault]) => {
  expect(endpointFault(text)).toBe(fault);
});

test('what has no fault is read as an endpoint', () => {
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  );
  // fast-check's own paths take most of a second to be made ready.
  const segment = fc.stringMatching(/^([\w.~!$&'()*+,;=:@-]|%[\dA-F]{2}){0,5}$/);
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => segments.map((each) => `/${each}`).join(''));
  const scheme = fc.constantFrom('http', 'HTTPS');
  const url = fc
    .tuple(scheme, host, fc.option(fc.integer({ min: 1, max: 65_535 })), path)
    .map(([scheme, name, port, path]) => `${scheme}://${name}${port === null ? '' : `:${port}`}${path}`);
  fc.assert(
    fc.property(url, (text) => {
      expect([endpointFault(text), parseEndpoint(text)?.kind]).toEqual([undefined, 'url']);
    }),
    { numRuns: 30 },
  );
  const longer = fc.tuple(url, fc.constantFrom('', '?', '?a=b', '#', '#c', '?a#c')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string(), longer), (text) => {
      if (endpointFault(text) === undefined) expect(parseEndpoint(text)?.kind).toBe('url');
    }),
    { numRuns: 50 },
  );
});

/** An endpoint that counts what it is asked, and has nothing to say. */
let counting: Server;
let url: string;
const asked: string[] = [];
/** What region each request was signed for. */
const regions: (string | undefined)[] = [];

beforeAll(async () => {
  counting = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    regions.push(/Credential=[^/]*\/\d+\/([^/]*)/.exec(request.headers.authorization ?? '')?.[1]);
    // To ListKeys, and to CreateKey.
    response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"Keys":[],"KeyMetadata":{}}');
  });
  await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve));
  const address = counting.address();
  url = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
});

afterAll(() => void counting.close());

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

/** Without a store of its own, so that a variable counts. */
const away = (variables: Readonly<Record<string, string>> = {}): RunOptions => ({
  variables: { SSEBOX_STORE: '', AWS_EC2_METADATA_DISABLED: 'true', ...KEYS, ...variables },
});

async function nothingDone(line: CommandLine, words: readonly string[], options: RunOptions) {
  asked.length = 0;
  const { code, out, err } = await line.ssebox(words, options);
  expect([out, asked, existsSync(line.store), existsSync(join(line.folder, '.local'))]).toEqual(['', [], false, false]);
  return [code, err] as const;
}

describe('what is refused', () => {
  test('a URL that is none, in one line', async () => {
    const line = newCommandLine();
    const words = ['kms', 'list-keys'];
    const example = 'a URL such as http://127.0.0.1:4566';
    for (const [text, fault] of FAULTS) {
      if (text === '') continue;
      expect(await nothingDone(line, [...words, '--endpoint-url', text], away())).toEqual([
        252,
        `--endpoint-url takes ${example}, or aws: ${fault}\n`,
      ]);
      expect(await nothingDone(line, words, away({ AWS_ENDPOINT_URL_KMS: text }))).toEqual([
        253,
        `AWS_ENDPOINT_URL_KMS must be ${example}: ${fault}\n`,
      ]);
    }
  });

  test.for(['aws', 'AWS', 'https://kms.us-east-1.amazonaws.com', 'https://KMS.US-EAST-1.AMAZONAWS.COM.:443/'])(
    'AWS itself as %s in a variable or a profile',
    async (text) => {
      const line = newCommandLine();
      const [code, err] = await nothingDone(line, ['kms', 'list-keys'], away({ AWS_ENDPOINT_URL: text }));
      expect([code, err]).toEqual([
        253,
        `AWS_ENDPOINT_URL is "${text}", which is AWS itself: to go there, use --endpoint-url aws; to use the store on this machine, unset AWS_ENDPOINT_URL\n`,
      ]);
      if (text.length === 3) return;
      profileOf(line, `[default]\nendpoint_url = ${text}\n`);
      const [ofProfile, said] = await nothingDone(line, ['kms', 'list-keys'], away());
      expect([ofProfile, said]).toEqual([253, expect.stringContaining('endpoint_url of the profile (default) is "')]);
    },
  );

  test.for([
    [['kms', 'list-keys', '--store', 'x'], '--store is about the store on this machine, and --endpoint-url is not'],
    [['s3', 'ls', '--as', 'root'], '--as is about the store on this machine, and --endpoint-url is not'],
    [['explain', 'last'], 'ssebox explain last works with the store on this machine'],
    [['explain', 's3', 'get', 's3://b/k'], 'ssebox explain s3 get works with the store on this machine'],
    [['explain', 'kms', 'decrypt'], 'ssebox explain kms decrypt works with the store on this machine'],
    [['trail', 'lookup'], 'ssebox trail lookup works with the store on this machine'],
    [['clock', 'show'], 'ssebox clock show works with the store on this machine'],
    [['s3', 'inspect', 's3://b/k'], 'ssebox s3 inspect works with the store on this machine'],
    [['store', 'verify'], 'ssebox store verify works with the store on this machine'],
    [['serve'], 'ssebox serve works with the store on this machine'],
  ] as const)('the option with %j', async ([words, message]) => {
    const line = newCommandLine();
    const [code, err] = await nothingDone(line, [...words, '--endpoint-url', url], away());
    expect([code, err]).toEqual([252, expect.stringContaining(message)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('the option behind explain and exec, on either side of the dashes', async () => {
    const line = newCommandLine();
    for (const words of [
      ['explain', '--', 's3', 'ls', '--endpoint-url', url],
      ['explain', '--endpoint-url', url, '--', 's3', 'ls'],
      ['exec', '--endpoint-url', url, '--', 'true'],
    ]) {
      const [code, err] = await nothingDone(line, words, away());
      expect([code, err]).toEqual([252, expect.stringContaining(`${words[0]} works with the store on this machine`)]);
    }
  });

  test('a profile whose services are not there', async () => {
    const line = newCommandLine();
    profileOf(line, '[default]\nservices = lost\n');
    const [code, err] = await nothingDone(line, ['kms', 'list-keys'], away());
    expect([code, err]).toEqual([253, expect.stringContaining('the "lost" services configuration does not exist')]);
  });
});

function profileOf(line: CommandLine, config: string, credentials?: string): void {
  mkdirSync(line.path('.aws'), { recursive: true });
  writeFileSync(line.path('.aws/config'), config);
  if (credentials !== undefined) writeFileSync(line.path('.aws/credentials'), credentials);
}

describe('what goes where', () => {
  const LIST = ['kms', 'list-keys'];

  test.for([
    ['a variable', {}, ''],
    ['the default profile', {}, '[default]\nendpoint_url = URL\n'],
    ['a profile', { AWS_PROFILE: 'dev' }, '[profile dev]\nendpoint_url = URL\n'],
    [
      'services of a profile',
      { AWS_PROFILE: 'dev' },
      '[profile dev]\nservices = x\n[services x]\nkms =\n  endpoint_url = URL\n',
    ],
  ] as const)('calls go where %s says', async ([name, variables, config]) => {
    const line = newCommandLine();
    profileOf(line, config.replace('URL', url));
    const options = away({ ...variables, ...(name === 'a variable' && { AWS_ENDPOINT_URL: url }) });
    asked.length = 0;
    await line.ok(LIST, options);
    expect(asked).toEqual(['POST /']);
    await line.ok(LIST, { variables: { ...options.variables, SSEBOX_STORE: line.store } });
    await line.ok([...LIST, '--as', 'root'], options);
    await line.ok([...LIST, '--store', line.store], options);
    await line.ok(LIST, { variables: { ...options.variables, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' } });
    await line.ok(['trail', 'lookup'], options);
    profileOf(line, `[profile not]\nendpoint_url = ${url}\nignore_configured_endpoint_urls = true\n`);
    const not = away({ AWS_ENDPOINT_URL: url, AWS_PROFILE: 'not' });
    await line.ok(LIST, not);
    expect((await line.ok(['configure', 'list'], not)).out).not.toContain(url);
    expect(asked).toEqual(['POST /']);
  });

  // Garage's own, and what a profile has for it.
  const GARAGE = '[profile garage]\nregion = garage\nendpoint_url = URL\n[profile bare]\nregion = garage\n';
  test.for([
    [['--endpoint-url', 'URL', '--region', 'garage'], {}, 0],
    [['--endpoint-url', 'URL'], { AWS_REGION: 'garage' }, 0],
    [[], { AWS_REGION: 'garage', AWS_ENDPOINT_URL_KMS: 'URL' }, 0],
    [[], { AWS_PROFILE: 'garage' }, 0],
    [['--endpoint-url', 'URL'], { AWS_PROFILE: 'bare' }, 0],
    [['--endpoint-url', 'aws', '--region', 'garage'], {}, 252],
    [['--endpoint-url', 'URL', '--region', 'a.b/c'], {}, 252],
    [['--region', 'garage'], { AWS_ENDPOINT_URL_S3: 'URL' }, 252],
    [['--as', 'root'], { AWS_PROFILE: 'garage' }, 252],
    [[], { AWS_PROFILE: 'bare' }, 253],
    [[], { AWS_REGION: 'garage' }, 252],
  ] as const)('a region that AWS does not have is for endpoints: %j with %j: %i', async ([words, own, code]) => {
    const line = newCommandLine();
    profileOf(line, GARAGE.replace('URL', url));
    const variables = Object.entries(own).map(([name, value]) => [name, value.replace('URL', url)]);
    regions.length = 0;
    const options = [...LIST, ...words.map((word) => word.replace('URL', url))];
    const done = await line.ssebox(options, away(Object.fromEntries(variables)));
    expect([done.code, regions]).toEqual([code, code === 0 ? ['garage'] : []]);
    if (code !== 0) expect(done.err).toMatch(/^[^\n]*(garage|a\.b\/c)[^\n]*\n$/);
  });

  test('commands that run others over a store of this machine do so whatever the variable says', async () => {
    const line = newCommandLine();
    const tests = {
      given: { buckets: { photos: {} } },
      tests: [{ as: 'root', do: 's3 ls s3://photos', expect: 'allow' }],
    };
    writeFileSync(line.path('policies.json'), JSON.stringify(tests));
    writeFileSync(line.path('short.txt'), 'short');
    // Nothing answers there.
    const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    for (const words of [
      ['demo', line.path('short.txt')],
      ['check', line.path('policies.json')],
      ['explain', '--', 's3', 'ls'],
      ['shim', line.path('bin')],
    ]) {
      const { code, err } = await line.ssebox(words, away(variables));
      expect([words, code, err]).toEqual([words, 0, expect.not.stringContaining('127.0.0.1:1')]);
    }
  });

  test('configure set has an endpoint, which a profile does not take over from the default one', async () => {
    const line = newCommandLine();
    await line.ok(['configure', 'set', 'endpoint_url', url]);
    await line.ok(['configure', 'set', 'region', 'eu-west-1', '--profile', 'other']);
    expect((await line.ok(['configure', 'get', 'endpoint_url'])).out).toBe(`${url}\n`);
    asked.length = 0;
    await line.ok(LIST, away());
    await line.ok([...LIST, '--profile', 'other'], away());
    expect(asked).toHaveLength(1);
    const listed = await line.ok(['configure', 'list']);
    expect(listed.out).toMatch(new RegExp(`endpoint_url +${url} +config-file +~/.config/ssebox/config.json`));
    const inVariable = await line.ok(['configure', 'list'], { variables: { AWS_ENDPOINT_URL: 'http://b' } });
    expect(inVariable.out).toMatch(/endpoint_url +http:\/\/b +env +AWS_ENDPOINT_URL/);
    expect((await line.ssebox(['configure', 'set', 'endpoint_url', 'ftp://x'])).code).toBe(252);
  });

  test('a command that writes says so once where somebody looks', async () => {
    const line = newCommandLine();
    const variables = { AWS_ENDPOINT_URL: url };
    const write = ['kms', 'create-key'];
    const said = `calling ${url} (AWS_ENDPOINT_URL)\n`;
    const errOf = async (words: readonly string[], options: RunOptions) => (await line.ssebox(words, options)).err;
    expect(await errOf(write, away({ ...variables, CI: 'true' }))).toBe(said);
    expect(await errOf(write, { ...away(variables), terminal: 80 })).toBe(said);
    expect(await errOf(write, away(variables))).toBe('');
    expect(await errOf(LIST, away({ ...variables, CI: 'true' }))).toBe('');
    expect(await errOf([...write, '--endpoint-url', url], away({ CI: 'true' }))).toBe('');
  });

  test('--debug names the endpoint, and nothing secret', async () => {
    const line = newCommandLine();
    const { err } = await line.ok(
      [...LIST, '--debug'],
      away({ AWS_ENDPOINT_URL: url, AWS_SECRET_ACCESS_KEY: 'hunter2' }),
    );
    expect(err).toContain(`debug: calls go to ${url} (AWS_ENDPOINT_URL)`);
    expect(err).not.toContain('hunter2');
  });
});
