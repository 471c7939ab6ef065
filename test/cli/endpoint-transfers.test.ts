import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type CommandLine, newCommandLine, type RunOptions } from '../support/command-line.ts';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { type FlakyEndpoint, flakyEndpoint, type SeenRequest } from '../support/flaky-endpoint.ts';
import { newWorld, START } from '../support/harness.ts';

const MIB = 1024 ** 2;
/** Two parts. */
const SIZE = 5 * MIB + 17;

interface Place extends CommandLine {
  readonly server: FlakyEndpoint;
  readonly variables: Readonly<Record<string, string>>;
  /** Sets the clock of the endpoint. */
  goBy(clock: () => number): void;
}

/** Commands whose calls go to an endpoint that has a bucket, in parts of 5 MiB. */
async function newPlace(): Promise<Place> {
  let now = () => START;
  const world = newWorld({}, { now: () => now() });
  const { accessKeyId, secretAccessKey } = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const endpoint = await startEndpoint(world);
  onTestFinished(() => endpoint.server.close(0));
  const server = await flakyEndpoint(endpoint.server.port);
  const line = newCommandLine();
  const variables = {
    SSEBOX_STORE: '',
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const given = (options: RunOptions = {}): RunOptions => ({
    pause: async (_, signal) => signal.throwIfAborted(),
    ...options,
    variables: { ...variables, ...options.variables },
  });
  const place: Place = {
    ...line,
    server,
    variables,
    goBy(clock) {
      now = clock;
    },
    ssebox: (words, options) => line.ssebox(words, given(options)),
    ok: (words, options) => line.ok(words, given(options)),
  };
  for (const name of ['s3.multipart_chunksize', 's3.multipart_threshold'])
    await line.ok(['config', 'set', name, '5MB']);
  writeFileSync(line.path('big'), randomFillSync(new Uint8Array(SIZE)));
  return place;
}

const isPart = ({ method, url }: SeenRequest) => method === 'PUT' && url.includes('partNumber=');
const isAbort = ({ method, url }: SeenRequest) => method === 'DELETE' && url.includes('uploadId=');
const numberOf = ({ url }: SeenRequest) => Number(/partNumber=(\d+)/.exec(url)?.[1]);

async function expectSame(place: Place, key = 'big'): Promise<void> {
  await place.ok(['s3', 'cp', `s3://photos/${key}`, place.path('copy')]);
  expect(readFileSync(place.path('copy')).equals(readFileSync(place.path('big')))).toBe(true);
  expect(await uploadsOf(place)).toEqual([]);
}

const uploadsOf = async (place: Place): Promise<readonly string[]> => {
  const { out } = await place.ok(['s3api', 'list-multipart-uploads', '--bucket', 'photos']);
  return (JSON.parse(out || '{}').Uploads ?? []).map(({ UploadId }: { UploadId: string }) => UploadId);
};

test('a file goes in parts, with a checksum of the whole object', async () => {
  const place = await newPlace();
  await place.ok(['s3', 'cp', place.path('big'), 's3://photos/big']);
  expect(place.server.seen.filter(isPart)).toHaveLength(2);
  const head = ['s3api', 'head-object', '--bucket', 'photos', '--key', 'big', '--checksum-mode', 'ENABLED'];
  expect((await place.ok(head)).json).toMatchObject({ ContentLength: SIZE, ChecksumType: 'FULL_OBJECT' });
  await expectSame(place);
});

test('a stream of unknown length goes in parts, unless it is short', async () => {
  const place = await newPlace();
  for (const [i, verb] of ['cp', 'put'].entries()) {
    const words = ['s3', verb, '-', 's3://photos/big'];
    await place.ok(words, { stdin: readFileSync(place.path('big')) });
    expect(place.server.seen.filter(isPart)).toHaveLength(2 * (i + 1));
    await expectSame(place);
    await place.ok(words, { stdin: 'short' });
    expect((await place.ok(['s3', 'cp', 's3://photos/big', '-'])).out).toBe('short');
  }
});

test('s3api says how long a body is: a file by its size, a pipe as a whole', async () => {
  const place = await newPlace();
  const words = ['s3api', 'put-object', '--bucket', 'photos', '--key', 'big', '--body'];
  await place.ok([...words, place.path('big')]);
  await expectSame(place);
  await place.ok([...words, '-'], { stdin: readFileSync(place.path('big')) });
  await expectSame(place);
  await place.ok(['s3api', 'get-object', '--bucket', 'photos', '--key', 'big', place.path('got')]);
  expect(readFileSync(place.path('got')).equals(readFileSync(place.path('big')))).toBe(true);
});

test('an upload of which a part is refused is aborted, and a move keeps its source', async () => {
  const place = await newPlace();
  place.server.decide((seen) =>
    isPart(seen) && numberOf(seen) === 2 ? { status: 403, code: 'AccessDenied' } : 'passed',
  );
  const { code, err } = await place.ssebox(['s3', 'mv', place.path('big'), 's3://photos/big']);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^move failed: .*big to s3:\/\/photos\/big An error .*AccessDenied/),
  ]);
  expect(place.server.seen.filter(isAbort)).toHaveLength(1);
  expect(await uploadsOf(place)).toEqual([]);
  expect(existsSync(place.path('big'))).toBe(true);
  place.server.decide(() => 'passed');
  await place.ok(['s3', 'mv', place.path('big'), 's3://photos/big']);
  expect(existsSync(place.path('big'))).toBe(false);
});

test('Ctrl-C during an upload aborts it at the endpoint', async () => {
  const place = await newPlace();
  place.server.decide((seen) => {
    if (isPart(seen) && numberOf(seen) === 2) process.emit('SIGINT');
    return 'passed';
  });
  const { code } = await place.ssebox(['s3', 'cp', place.path('big'), 's3://photos/big']);
  expect(code).toBe(130);
  expect(place.server.seen.filter(isAbort)).toHaveLength(1);
  expect(await uploadsOf(place)).toEqual([]);
});

test('a file that changes while it is sent is no object', async () => {
  const place = await newPlace();
  let isChanged = false;
  place.server.decide((seen) => {
    if (isPart(seen) && !isChanged) appendFileSync(place.path('big'), 'more');
    isChanged ||= isPart(seen);
    return 'passed';
  });
  const { code, err } = await place.ssebox(['s3', 'cp', place.path('big'), 's3://photos/big']);
  expect([code, err]).toEqual([1, expect.stringContaining('big" changed while it was read')]);
  expect(await uploadsOf(place)).toEqual([]);
  expect((await place.ssebox(['s3api', 'head-object', '--bucket', 'photos', '--key', 'big'])).code).toBe(254);
});

test('of many transfers to an endpoint that does not answer, the first fail and the others are not started', async () => {
  const place = await newPlace();
  mkdirSync(place.path('many'));
  for (let i = 0; i < 40; i++) writeFileSync(place.path(`many/${i}`), 'x');
  place.server.decide(() => 'unheard');
  const { code, err } = await place.ssebox(['s3', 'cp', place.path('many'), 's3://photos/', '--recursive']);
  const lines = err.trimEnd().split('\n');
  expect(code).toBe(1);
  expect(lines[0]).toMatch(/^upload failed: .* to s3:\/\/photos\/\d+ .*http:/);
  expect(lines).toContain('fatal error: the endpoint does not answer, so the remaining transfers were not started');
  expect(lines.length).toBeLessThan(20);
});

test('an endpoint that fails in between costs only the transfers that it failed', async () => {
  const place = await newPlace();
  mkdirSync(place.path('many'));
  for (let i = 0; i < 12; i++) writeFileSync(place.path(`many/${i}`), 'x');
  place.server.decide(({ url }) => (url === '/photos/7' ? 'unheard' : 'passed'));
  const { code, out, err } = await place.ssebox(['s3', 'cp', place.path('many'), 's3://photos/', '--recursive']);
  expect([code, err.split('\n').length]).toEqual([1, 2]);
  expect(out.trimEnd().split('\n')).toHaveLength(11);
});

const put = (place: Place, more: readonly string[] = []) => [
  's3',
  'put',
  place.path('big'),
  's3://photos/big',
  '--resume',
  '--quiet',
  ...more,
];

/** One part is stored, and the other is not. */
async function interrupted(place: Place): Promise<string> {
  place.server.decide((seen) =>
    isPart(seen) && numberOf(seen) === 2 ? { status: 403, code: 'AccessDenied' } : 'passed',
  );
  const { code, err } = await place.ssebox(put(place));
  expect([code, err]).toEqual([254, expect.stringContaining('the stored parts are kept: run the same command again')]);
  place.server.decide(() => 'passed');
  const [upload = '', ...others] = await uploadsOf(place);
  expect(others).toEqual([]);
  return upload;
}

const stateFolder = (place: Place) => place.path('.local/state/ssebox/uploads');
const sentParts = (place: Place) => place.server.seen.filter(isPart).map(numberOf);

test('an upload that was interrupted resumes, and what remembers it has no secret and goes', async () => {
  const place = await newPlace();
  const upload = await interrupted(place);
  const [name = '', ...others] = readdirSync(stateFolder(place));
  expect(others).toEqual([]);
  expect(statSync(`${stateFolder(place)}/${name}`).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(`${stateFolder(place)}/${name}`, 'utf8'))).toEqual({
    Endpoint: place.server.url,
    Bucket: 'photos',
    Key: 'big',
    Settings: expect.stringMatching(/^[0-9a-f]{64}$/),
    UploadId: upload,
  });
  const before = sentParts(place).length;
  const { err } = await place.ok(put(place));
  expect(err).toBe('resuming: 1 of 2 parts are already stored\n');
  expect(sentParts(place).slice(before)).toEqual([2]);
  expect(readdirSync(stateFolder(place))).toEqual([]);
  await expectSame(place);
});

test('killed half-way, it resumes with the part that is stored', async () => {
  const place = await newPlace();
  await place.ok(['config', 'set', 's3.max_concurrent_requests', '1']);
  place.goBy(Date.now);
  const env = { HOME: place.folder, ...place.variables, CI: '' };
  const child = spawn(process.execPath, ['bin/ssebox.js', ...put(place)], { stdio: 'ignore', env });
  place.server.decide((seen) => {
    if (isPart(seen) && numberOf(seen) === 2) child.kill('SIGKILL');
    return 'passed';
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  place.goBy(() => START);
  place.server.decide(() => 'passed');
  expect((await place.ok(put(place))).err).toBe('resuming: 1 of 2 parts are already stored\n');
  await expectSame(place);
});

test('a part whose connection is lost is sent again from its beginning', async () => {
  const place = await newPlace();
  const lost = new Set<number>();
  place.server.decide((seen) => {
    if (!isPart(seen) || lost.has(numberOf(seen))) return 'passed';
    lost.add(numberOf(seen));
    return numberOf(seen) === 1 ? 'unheard' : 'unanswered';
  });
  expect((await place.ok(['s3', 'mv', place.path('big'), 's3://photos/big'])).err).toBe('');
  expect(place.server.seen.filter(isPart)).toHaveLength(4);
  expect((await place.ok(['s3', 'ls', 's3://photos/big'])).out).toContain(` ${SIZE} big`);
});

test('an upload whose completion is not heard of is complete if the object is', async () => {
  const place = await newPlace();
  let isLost = false;
  place.server.decide(({ method, url }) => {
    if (isLost || method !== 'POST' || !url.includes('uploadId=')) return 'passed';
    isLost = true;
    return 'unanswered';
  });
  expect((await place.ok(['s3', 'mv', place.path('big'), 's3://photos/big'])).err).toBe('');
  expect((await place.ok(['s3', 'ls', 's3://photos/big'])).out).toContain(` ${SIZE} big`);
});

test('parts without checksums are compared by their ETags', async () => {
  const place = await newPlace();
  await interrupted(place);
  place.server.decide(({ method, url }) =>
    method === 'GET' && url.includes('uploadId=')
      ? { rewritten: (text) => text.replace(/<ChecksumCRC32>.*?<\/ChecksumCRC32>/g, '') }
      : 'passed',
  );
  expect((await place.ok(put(place))).err).toBe('resuming: 1 of 2 parts are already stored\n');
  await expectSame(place);
});

test('other settings, an upload that is gone and a lost file each start again', async () => {
  const place = await newPlace();
  const first = await interrupted(place);
  expect((await place.ok(put(place, ['--sse', 'AES256']))).err).toBe('');
  expect(await uploadsOf(place)).toEqual([first]);
  const abort = ['s3api', 'abort-multipart-upload', '--bucket', 'photos', '--key', 'big', '--upload-id', first];
  await place.ok(abort);
  expect((await place.ok(put(place))).err).toBe('');
  await expectSame(place);
  const second = await interrupted(place);
  for (const name of readdirSync(stateFolder(place))) writeFileSync(`${stateFolder(place)}/${name}`, '{"UploadId":1}');
  expect((await place.ok(put(place))).err).toBe('');
  expect(await uploadsOf(place)).toEqual([second]);
});

test('an upload whose state cannot be kept is made, and says so', async () => {
  const place = await newPlace();
  writeFileSync(place.path('state'), 'a file');
  const { err } = await place.ok(put(place), { variables: { XDG_STATE_HOME: place.path('state') } });
  expect(err).toMatch(
    /^if it is interrupted, the upload cannot be resumed: cannot write ".*state\/ssebox\/uploads\/.*"/,
  );
  await expectSame(place);
});

const SHORT = 700_000;

/** A place with a short object, and nothing sent to the endpoint yet but that. */
async function newDownloads(): Promise<Place> {
  const place = await newPlace();
  writeFileSync(place.path('big'), randomFillSync(new Uint8Array(SHORT)));
  await place.ok(['s3', 'put', place.path('big'), 's3://photos/big']);
  return place;
}

const isGet = ({ method, url }: SeenRequest) => method === 'GET' && url === '/photos/big';

test('a download that is cut goes on where it was, and is compared as a whole', async () => {
  const place = await newDownloads();
  for (const path of ['-', place.path('copy')]) {
    const before = place.server.seen.length;
    let cuts = 0;
    place.server.decide((seen) => (isGet(seen) && cuts++ < 3 ? { cutAfter: 100_000 } : 'passed'));
    const { bytes } = await place.ok(['s3', 'cp', 's3://photos/big', path]);
    expect((path === '-' ? bytes : readFileSync(path)).equals(readFileSync(place.path('big')))).toBe(true);
    const gets = place.server.seen.slice(before).filter(isGet);
    const [whole, ...rests] = gets.map(({ headers }) => headers.range);
    expect(whole).toBeUndefined();
    const starts = rests.map((range) => Number(new RegExp(`^bytes=(\\d+)-${SHORT - 1}$`).exec(range ?? '')?.[1]));
    // A cut may take with it what had come and was not read yet.
    const most = [1, 2, 3].map((cut) => cut * 100_000);
    expect(starts.map((start, i) => start >= (starts[i - 1] ?? 0) && start <= (most[i] ?? 0))).toEqual([
      true,
      true,
      true,
    ]);
  }
});

test('a download is up to date by --exact-timestamps where lists have milliseconds', async () => {
  const place = await newDownloads();
  place.server.decide(({ url }) =>
    url.includes('list-type') ? { rewritten: (text) => text.replaceAll('.000Z<', '.345Z<') } : 'passed',
  );
  const words = ['s3', 'sync', 's3://photos', place.path('copies'), '--exact-timestamps'];
  expect((await place.ok(words)).out).toMatch(/^download: /);
  expect((await place.ok(words)).out).toBe('');
  expect(place.server.seen.filter(({ url }) => url.includes('list-type'))).toHaveLength(2);
});

test('an object that is replaced while it is read is not mixed, and leaves no file', async () => {
  const place = await newDownloads();
  place.server.decide((seen) => {
    if (!isGet(seen)) return 'passed';
    return seen.headers['if-match'] ? { status: 412, code: 'PreconditionFailed' } : { cutAfter: 1000 };
  });
  const { code, err } = await place.ssebox(['s3', 'mv', 's3://photos/big', place.path('copy')]);
  expect([code, err]).toEqual([1, expect.stringContaining('the object was replaced while it was read')]);
  expect(readdirSync(place.folder).filter((name) => /copy|part/.test(name))).toEqual([]);
  expect(place.server.seen.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

const reads = [
  [['s3', 'cp', 's3://photos/big', '-'], 255],
  [['s3', 'get', 's3://photos/big', '-'], 255],
  [['s3', 'get', 's3://photos/big', 'FILE'], 255],
  [['s3', 'cp', 's3://photos/big', 'FILE'], 1],
  [['s3api', 'get-object', '--bucket', 'photos', '--key', 'big', 'FILE'], 255],
] as const;

test('a download that is always cut gives up, and leaves no file', async () => {
  const place = await newDownloads();
  place.server.decide((seen) => (isGet(seen) ? { cutAfter: seen.headers.range ? 0 : 1000 } : 'passed'));
  for (const [words, expected] of reads) {
    const before = place.server.seen.length;
    const { code, err } = await place.ssebox(words.map((word) => (word === 'FILE' ? place.path('copy') : word)));
    const told = [expected, expect.stringContaining('Connection was closed before')];
    expect([code, err], words.join(' ')).toEqual(told);
    expect(place.server.seen.slice(before).filter(isGet)).toHaveLength(5);
    expect(readdirSync(place.folder).filter((name) => /copy|part/.test(name))).toEqual([]);
  }
});

test('a damaged download leaves no file', async () => {
  const place = await newDownloads();
  writeFileSync(place.path('big'), 'harbour');
  await place.ok(['s3', 'put', place.path('big'), 's3://photos/big']);
  place.server.decide((seen) => (isGet(seen) ? { rewritten: () => 'Harbour' } : 'passed'));
  const { code } = await place.ssebox(['s3', 'mv', 's3://photos/big', place.path('copy')]);
  expect(code).toBe(1);
  expect(existsSync(place.path('copy'))).toBe(false);
  expect(place.server.seen.filter(({ method }) => method === 'DELETE')).toEqual([]);
});
