import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { CallRecord } from '../../src/store/records/call.ts';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { cleanUp } from './clean-up.ts';
import { sentPart, wholeAnswer, withoutChance } from './compared-answer.ts';
import { inProcess } from './in-process.ts';
import { overClient } from './over-client.ts';
import { overHttp } from './over-http.ts';
import { jsonOf, markdownOf } from './report.ts';
import { type ProbeCredentials, type ProbeResult, type ProbeTarget, probeCalls, runProbe } from './run-probe.ts';

const name = 'ssebox-probe-test';

/** What is answered otherwise than AWS answers it. */
const unlikeAws = (results: readonly ProbeResult[]): readonly string[] =>
  results
    .filter(({ call, got }) => got !== call.expected)
    .map(
      ({ call, got, message }) =>
        `${call.service} ${call.operation}, ${call.title}: ${call.expected}, not ${got} ${message}`,
    );

/** What is left in the account, except for keys that will be deleted. */
async function leftIn(world: World): Promise<readonly unknown[]> {
  const { Buckets = [] } = await world.call('s3', 'ListBuckets', {});
  const { Users = [] } = await world.call('iam', 'ListUsers', {});
  const { Roles = [] } = await world.call('iam', 'ListRoles', {});
  const { Groups = [] } = await world.call('iam', 'ListGroups', {});
  const { Policies = [] } = await world.call('iam', 'ListPolicies', { Scope: 'Local' });
  const { Aliases = [] } = await world.call('kms', 'ListAliases', {});
  const { trailList = [] } = await world.call('cloudtrail', 'DescribeTrails', {});
  const { Keys = [] } = await world.call('kms', 'ListKeys', {});
  const keys = await Promise.all(Keys.map(({ KeyId = '' }) => world.call('kms', 'DescribeKey', { KeyId })));
  return [
    ...[...Buckets, ...Users, ...Roles, ...Groups, ...Policies, ...trailList],
    ...Aliases.filter(({ AliasName }) => AliasName?.includes(name)),
    ...keys.filter(
      ({ KeyMetadata }) => KeyMetadata?.KeyManager === 'CUSTOMER' && KeyMetadata.KeyState !== 'PendingDeletion',
    ),
  ];
}

test('the probe asks 200 times and more, and covers the services that it is about', () => {
  expect(probeCalls.length).toBeGreaterThanOrEqual(200);
  expect(new Set(probeCalls.map(({ service }) => service))).toEqual(new Set(['kms', 's3', 'iam', 'sts', 'cloudtrail']));
  for (const { expected } of probeCalls) expect(expected).toMatch(/^[2-5]\d\d(?: [\w.]+)?$/);
});

/** A world with an administrator, whose calls are kept, and what asks it. */
async function newTarget(asked: (world: World, credentials: ProbeCredentials) => ProbeTarget | Promise<ProbeTarget>) {
  const records: CallRecord[] = [];
  const world = newWorld({}, { views: [(record) => records.push(record)] });
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = await newCredentials(world);
  records.length = 0;
  return { world, records, target: await asked(world, { AccessKeyId, SecretAccessKey }) };
}

const overWire = async (world: World, credentials: ProbeCredentials): Promise<ProbeTarget> => {
  const { server, failures } = await startEndpoint(world);
  const target = overHttp({ endpoint: server.url, credentials, lagMs: 0, now: world.environment.now });
  onTestFinished(async () => {
    target.close();
    await server.close(0);
    expect(failures).toEqual([]);
  });
  return target;
};

const overOwnClient = async (world: World, credentials: ProbeCredentials): Promise<ProbeTarget> => {
  const { server, failures } = await startEndpoint(world);
  onTestFinished(async () => {
    await server.close(0);
    expect(failures).toEqual([]);
  });
  return overClient(server.url, credentials, world.environment);
};

/** The target, with what it answers noted. */
const noting = (target: ProbeTarget, answers: unknown[]): ProbeTarget => ({
  ...target,
  async call(service, operation, input, signer) {
    const answer = await wholeAnswer(await target.call(service, operation, input, signer));
    answers.push({ service, operation, ...withoutChance(sentPart(answer), isSame) });
    return answer;
  },
});

/** What a record says of a call, without what is another one each time: ids, secrets, tokens and hashes. */
function shownOf(record: CallRecord): unknown {
  const { service, operation, region, parameters, response, error, resources, permissions, httpStatus, within } =
    record;
  const shown = {
    service,
    operation,
    region,
    parameters,
    response,
    error,
    resources,
    permissions,
    httpStatus,
    isWithin: within !== undefined,
  };
  return withoutChance(shown, isSame);
}

/**
 * The same, without from where a call came, which an event in an output tells, without the host that it was made to, and
 * without the checksums of S3, since the client computes another one than S3 does when it is sent none.
 */
const withoutOrigin = (noted: readonly unknown[]): unknown =>
  JSON.parse(
    JSON.stringify(noted, (key, value) => (/^Checksum/.test(key) ? undefined : value))
      .replace(/\\"userAgent\\":\\".*?\\",/g, '')
      .replace(/\\"clientProvidedHostHeader\\":\\".*?\\"/g, '')
      .replace(/"Location":"https?:[^"]*\//g, '"Location":"'),
  );

/** The same, without what the client says in each request of a kind, whatever its caller gives. */
const withoutHabits = (trail: readonly unknown[]): unknown =>
  JSON.parse(JSON.stringify(trail), (key, value) => (HABITS.has(key) ? undefined : value));

const HABITS: ReadonlySet<string> = new Set([
  'encoding-type',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-sdk-checksum-algorithm',
]);

const isSame = (text: string): boolean => text.includes(name) || text.startsWith('x-amz-');

test('every call is answered as AWS answers it, in process and over HTTP, with the same trail, and nothing is left', async () => {
  const trails: unknown[][] = [];
  const answers: unknown[][] = [];
  for (const asked of [inProcess, overWire, overOwnClient]) {
    const { world, records, target } = await newTarget(asked);
    const noted: unknown[] = [];
    answers.push(noted);
    const results = await runProbe(noting(target, noted), name);
    trails.push(records.map(shownOf));
    expect(unlikeAws(results)).toEqual([]);
    // Written by: npm run probe > test/probe/ssebox.md
    expect(markdownOf(results)).toBe(readFileSync('test/probe/ssebox.md', 'utf8'));
    expect(await cleanUp(target, name, results)).toEqual([]);
    expect(await leftIn(world)).toMatchObject([{ UserName: 'admin' }, { UserName: 'sam' }]);
  }
  for (const trail of trails) expect(withoutHabits(trail)).toEqual(withoutHabits(trails[0] ?? []));
  for (const noted of answers) expect(withoutOrigin(noted)).toEqual(withoutOrigin(answers[0] ?? []));
});

test('a call whose ground is missing is not asked, and shows as unlike', async () => {
  const { target } = await newTarget(inProcess);
  const results = await runProbe(
    target,
    name,
    probeCalls.filter(({ operation }) => operation === 'Decrypt'),
  );
  expect(results.map(({ got }) => got)).toContain('not asked: there is no sealed.CiphertextBlob');
});

test('an interrupted run ends with the call under way, and what it has made is removed', async () => {
  const { world, target } = await newTarget(inProcess);
  const stop = new AbortController();
  const until: ProbeTarget = {
    ...target,
    call(service, operation, input, signer) {
      if (operation === 'CreateBucket') stop.abort();
      return target.call(service, operation, input, signer);
    },
  };
  const results = await runProbe(until, name, probeCalls, stop.signal);
  expect(results.at(-1)?.call.operation).toBe('CreateBucket');
  expect(await cleanUp(target, name, results)).toEqual([]);
  expect(await leftIn(world)).toMatchObject([{ UserName: 'admin' }, { UserName: 'sam' }]);
});

test('what cannot be removed is named, also if there is no answer', async () => {
  const target: ProbeTarget = {
    lagMs: 0,
    wait: async () => undefined,
    call: () => Promise.reject(new Error('cut off')),
  };
  const left = await cleanUp(target, name, []);
  expect(left).toContain(`DeleteBucket {"Bucket":"${name}"}: unanswered cut off`);
});

test.each<[string, RequestListener, string]>([
  ['a page', (_, answer) => answer.end('<html>It works!</html>'), '200 unreadable'],
  ['the page of a proxy', (_, answer) => answer.writeHead(502).end('<html>Bad Gateway</html>'), '502'],
  ['nothing', (request) => request.socket.destroy(), '0 unanswered'],
  [
    'half an answer',
    (_, answer) => void answer.writeHead(200, { 'content-length': 9 }).write('half', () => answer.destroy()),
    '0 unanswered',
  ],
])('an endpoint that answers %s is unlike AWS', async (_, listener, got) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const credentials = { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: 'secret' };
  const target = overHttp({ endpoint: `http://127.0.0.1:${port}`, credentials, lagMs: 0, now: Date.now });
  onTestFinished(() => {
    target.close();
    server.close();
  });
  const results = await runProbe(
    target,
    name,
    probeCalls.filter(({ operation }) => operation === 'ListBuckets'),
  );
  for (const result of results) expect(result.got).toMatch(new RegExp(`^${got}`));
});

test('the results as a table show what is expected where it is another answer, and as JSON all that is known', () => {
  const [call] = probeCalls;
  if (!call) throw new Error('there are no calls');
  const results: readonly ProbeResult[] = [
    { call, got: call.expected },
    { call: { ...call, title: 'a | b', as: 'nobody', expected: '403 AccessDenied' }, got: '200' },
  ];
  expect(markdownOf(results)).toBe(
    [
      '| service | operation         | what               | status and code                    |',
      '| ------- | ----------------- | ------------------ | ---------------------------------- |',
      '| sts     | GetCallerIdentity | who asks           | 200                                |',
      '| sts     | GetCallerIdentity | a \\| b (as nobody) | **200**, expected 403 AccessDenied |',
      '',
      '1 of 2 calls is answered as expected.',
      '',
    ].join('\n'),
  );
  expect(JSON.parse(jsonOf(results))[1]).toEqual({
    service: 'sts',
    operation: 'GetCallerIdentity',
    title: 'a | b',
    as: 'nobody',
    expected: '403 AccessDenied',
    got: '200',
  });
});
