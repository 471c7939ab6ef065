/** curl with what others have signed for it: URLs and forms of boto3, whole and changed, and requests of its own. */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bytesOf, contentOf } from '../support/content.ts';
import { boto3, missingClient, newOutsideWorld, type OutsideWorld } from '../support/outside-clients.ts';

const missing = missingClient('boto3', 'curl');

/** Options of one transfer, by their long names. */
type Transfer = readonly (readonly [option: string, value: string])[];

/** Runs transfers one after the other in one curl; the answers, each with its status at the beginning. */
async function curl(transfers: readonly Transfer[], { folder }: OutsideWorld): Promise<string[]> {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const common: Transfer = [
    ['noproxy', '*'],
    ['write-out', '%{stderr}%{http_code}\\n'],
  ];
  const config = transfers.map((transfer, index) =>
    [...common, ['output', `answer-${index}`], ...transfer].map(([name, value = '']) => `${name} = ${quoted(value)}\n`),
  );
  const input = config.map((lines) => lines.join('')).join('next\n');
  const { stderr } = await execa('curl', ['--silent', '--config', '-'], { cwd: folder, input });
  const statuses = stderr.split('\n');
  expect(statuses).toHaveLength(transfers.length);
  return statuses.map((status, index) => `${status} ${textOf(join(folder, `answer-${index}`))}`);
}

/** An answer without a body leaves no file. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The text with another character in as many places: in the middle; at both ends, and in the middle, too. */
function changed(text: string, count: 1 | 2 | 3): string {
  const last = text.length - 1;
  const places = { 1: [last >> 1], 2: [0, last], 3: [0, last >> 1, last] }[count];
  return [...text].map((each, index) => (places.includes(index) ? another(each) : each)).join('');
}

const another = (character: string): string => {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  return alphabet[(alphabet.indexOf(character) + 1) % alphabet.length] ?? '';
};

const counts = [1, 2, 3] as const;
const objects = async ({ world }: OutsideWorld): Promise<readonly (string | undefined)[]> =>
  ((await world.call('s3', 'ListObjectsV2', { Bucket: 'photos' })).Contents ?? []).map(({ Key }) => Key);

/** The URL with each of its parts changed: its host, its path, and every name and value of its query. */
function changedUrls(url: string): readonly (readonly [part: string, url: string, host: string])[] {
  const { origin, host, pathname, search } = new URL(url);
  const parameters = search
    .slice(1)
    .split('&')
    .map((each) => each.split('=') as [string, string]);
  return counts.flatMap((count) => [
    [`${count} of the host`, url, `${changed('abcdef', count)}.test`] as const,
    [`${count} of the path`, `${origin}/${changed(pathname.slice(1), count)}${search}`, host] as const,
    ...parameters.flatMap(([name], index) =>
      [0, 1].map((side) => {
        const query = parameters
          .map((pair, at) => pair.map((text, place) => (at === index && place === side ? changed(text, count) : text)))
          .map((pair) => pair.join('='))
          .join('&');
        return [
          `${count} of the ${side ? 'value' : 'name'} of ${name}`,
          `${origin}${pathname}?${query}`,
          host,
        ] as const;
      }),
    ),
  ]);
}

const SIGN_URLS = `
def url(version, operation, **input):
    return client('s3', signature_version=version).generate_presigned_url(operation, Params={'Bucket': 'photos', **input})
print(json.dumps({version: {
    'get': url(version, 'get_object', Key='a b/ü', VersionId='null'),
    'put': url(version, 'put_object', Key='new/x', ContentType='text/a', Metadata={'a': 'b c'}),
} for version in ('s3', 's3v4')}))`;

test('URLs that boto3 presigns, and none with bytes changed', async ({ skip }) => {
  if (missing) return skip(missing);
  const outside = await newOutsideWorld();
  const { world, folder } = outside;
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a b/ü', Body: Buffer.from('hello') });
  writeFileSync(join(folder, 'x'), 'uploaded');
  const urls = (await boto3(SIGN_URLS, outside)) as Record<'s3' | 's3v4', { get: string; put: string }>;
  for (const version of ['s3', 's3v4'] as const) {
    const { get, put } = urls[version];
    const isV4 = version === 's3v4';
    // A URL of version 2 has the headers in its query, and is sent without them.
    const upload = (url: string, type = 'text/a', metadata = 'b c'): Transfer => [
      ['url', url],
      ['upload-file', 'x'],
      ...(isV4
        ? ([
            ['header', `content-type: ${type}`],
            ['header', `x-amz-meta-a: ${metadata}`],
          ] as const)
        : []),
    ];
    // Version 2 signs no host; only what is the name of a bucket in it.
    const isSigned = ([part]: readonly [string, ...string[]]) => isV4 || !part.endsWith('host');
    const wrongGets = changedUrls(get).filter(isSigned);
    const wrongPuts = changedUrls(put).filter(isSigned);
    const headers = (isV4 ? counts : []).flatMap((count) => [
      [`${count} of the type`, upload(put, changed('text/a', count))] as const,
      [`${count} of the metadata`, upload(put, 'text/a', changed('b c', count))] as const,
    ]);
    const wrong = [
      ...wrongGets.map(
        ([part, url, host]) =>
          [
            part,
            [
              ['url', url],
              ['header', `host: ${host}`],
            ] as Transfer,
          ] as const,
      ),
      ...wrongPuts.map(([part, url, host]) => [part, [...upload(url), ['header', `host: ${host}`]]] as const),
      ...headers,
    ];
    const answers = await curl(
      wrong.map(([, transfer]) => transfer),
      outside,
    );
    const taken = wrong.flatMap(([part], index) =>
      /^40[0-4] .*<Code>\w+<\/Code>/s.test(answers[index] ?? '') ? [] : [`${part}: ${answers[index]}`],
    );
    expect(taken).toEqual([]);
    expect(await objects(outside)).toEqual(['a b/ü']);

    expect(await curl([[['url', get]], upload(put)], outside)).toEqual(['200 hello', '200 ']);
    const { Body, ContentType, Metadata } = await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'new/x' });
    expect([(await bytesOf(Body)).toString(), ContentType, Metadata]).toEqual(['uploaded', 'text/a', { a: 'b c' }]);
    await world.call('s3', 'DeleteObject', { Bucket: 'photos', Key: 'new/x' });
  }
});

const SIGN_FORMS = `
print(json.dumps({version: client('s3', signature_version=version).generate_presigned_post(
    'photos', 'in/cat.txt', Fields={'Content-Type': 'text/cat', 'success_action_status': '201', 'x-amz-meta-a': 'value'},
    Conditions=[{'Content-Type': 'text/cat'}, {'success_action_status': '201'}, {'x-amz-meta-a': 'value'},
        ['content-length-range', 4, 8]]) for version in ('s3', 's3v4')}))`;

test('forms that boto3 signs, and none with bytes changed', async ({ skip }) => {
  if (missing) return skip(missing);
  const outside = await newOutsideWorld();
  const { world, folder } = outside;
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  for (const [name, content] of Object.entries({ right: 'meow', short: 'mew', long: 'meow meow' })) {
    writeFileSync(join(folder, name), content);
  }
  interface Form {
    readonly url: string;
    readonly fields: Record<string, string>;
  }
  const forms = (await boto3(SIGN_FORMS, outside)) as Record<'s3' | 's3v4', Form>;
  for (const version of ['s3', 's3v4'] as const) {
    const { url, fields } = forms[version];
    const send = (given: Readonly<Record<string, string>>, file = 'right'): Transfer => [
      ['url', url],
      ...Object.entries(given).map(([name, value]) => ['form-string', `${name}=${value}`] as const),
      ['form', `file=@${file};filename=cat.txt`],
    ];
    const wrong: (readonly [part: string, transfer: Transfer])[] = counts.flatMap((count) => [
      ...Object.entries(fields).flatMap(([name, value]) => {
        const { [name]: _, ...others } = fields;
        return [
          [`${count} of ${name}`, send({ ...fields, [name]: changed(value, count) })] as const,
          [`${count} of the name of ${name}`, send({ ...others, [changed(name, count)]: value })] as const,
        ];
      }),
    ]);
    wrong.push(['a file that is too short', send(fields, 'short')], ['one that is too long', send(fields, 'long')]);
    const answers = await curl(
      wrong.map(([, transfer]) => transfer),
      outside,
    );
    const taken = wrong.flatMap(([part], index) =>
      /^40[0-4] .*<Code>\w+<\/Code>/s.test(answers[index] ?? '') ? [] : [`${part}: ${answers[index]}`],
    );
    expect(taken).toEqual([]);
    expect(await objects(outside)).toEqual([]);

    expect((await curl([send(fields)], outside))[0]).toMatch(/^201 .*<Key>in\/cat.txt<\/Key>/s);
    const stored = await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'in/cat.txt' });
    expect([(await bytesOf(stored.Body)).toString(), stored.Metadata]).toEqual(['meow', { a: 'value' }]);
    await world.call('s3', 'DeleteObject', { Bucket: 'photos', Key: 'in/cat.txt' });
  }
});

test('a download that was cut is resumed where it ended, and not if the object is another by then', async ({
  skip,
}) => {
  const absent = missingClient('curl');
  if (absent) return skip(absent);
  const outside = await newOutsideWorld();
  const { world, folder, server, credentials } = outside;
  const Bucket = 'photos';
  const content = contentOf('film', 3_000_000);
  await world.call('s3', 'CreateBucket', { Bucket });
  const { ETag = '' } = await world.call('s3', 'PutObject', { Bucket, Key: 'film', Body: content });
  const file = join(folder, 'film');
  const request = [
    ...['--silent', '--noproxy', '*', '--aws-sigv4', 'aws:amz:us-east-1:s3'],
    ...['--user', `${credentials.accessKeyId}:${credentials.secretAccessKey}`],
    ...['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD', '--output', file, '--write-out', '%{http_code}'],
    `${server.url}/photos/film`,
  ];
  // It takes no more than this of the answer, as if its connection had failed.
  const cut = await execa('curl', ['--max-filesize', '1000000', ...request], { reject: false });
  expect(cut.exitCode).toBe(63);
  writeFileSync(file, content.subarray(0, 1_234_567));
  const ifSame = ['--header', `if-match: ${ETag}`];
  expect((await execa('curl', ['--continue-at', '-', ...ifSame, ...request])).stdout).toBe('206');
  expect(readFileSync(file).equals(content)).toBe(true);

  await world.call('s3', 'PutObject', { Bucket, Key: 'film', Body: contentOf('other', 3_000_000) });
  writeFileSync(file, content.subarray(0, 1000));
  const other = await execa('curl', ['--fail', '--continue-at', '-', ...ifSame, ...request], { reject: false });
  expect([other.exitCode, other.stdout, statSync(file).size]).toEqual([22, '412', 1000]);
});
