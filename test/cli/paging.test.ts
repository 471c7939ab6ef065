import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { Paging } from '../../src/api/model/shapes.ts';
import { decodePosition, encodePosition } from '../../src/cli/aws-input/page-token.ts';
import { listing, type PagingOptions, pagesOf, textPages, wholeList } from '../../src/cli/aws-input/paging.ts';

const pagingOf = (service: ServiceName, operation: string): Paging => {
  const paging = operationModel(service, operation)?.pages;
  if (!paging) throw new Error(`${operation} is not paged`);
  return paging;
};
type Call = Parameters<typeof listing>[3];

/** The list as one value, or the page that the service returns. */
async function paged(paging: Paging, input: object, options: PagingOptions, call: Call) {
  const found = await listing(paging, { ...input }, options, call);
  return found.kind === 'page' ? found.output : wholeList(found.pages);
}

const listKeys = pagingOf('kms', 'ListKeys');

/** A service with a list of keys, at most `atMost` a page, which remembers what it was asked. */
function keysService(count: number, atMost = 100) {
  const calls: unknown[] = [];
  const call = async (input: { Marker?: string; Limit?: number }) => {
    calls.push(input);
    const from = Number(input.Marker ?? 0);
    const to = Math.min(count, from + Math.min(atMost, input.Limit ?? atMost));
    const Keys = Array.from({ length: to - from }, (_, i) => ({ KeyId: `k${from + i}` }));
    return to < count ? { Keys, NextMarker: String(to), Truncated: true } : { Keys, Truncated: false };
  };
  return { calls, list: (options: PagingOptions = {}, input = {}) => paged(listKeys, input, options, call), call };
}

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ KeyId: `k${from + i}` }));

test('a list is complete, and only the list is kept from its pages', async () => {
  const { list, calls } = keysService(5, 2);
  expect(await list()).toEqual({ Keys: ids(0, 5) });
  expect(calls).toEqual([{}, { Marker: '2' }, { Marker: '4' }]);
});

test('--page-size is the limit of each call and does not change the list', async () => {
  const { list, calls } = keysService(5);
  expect(await list({ 'page-size': '3' })).toEqual({ Keys: ids(0, 5) });
  expect(calls).toEqual([{ Limit: 3 }, { Limit: 3, Marker: '3' }]);
});

test('--max-items inside the first page leaves the AWS CLI’s token', async () => {
  const { list } = keysService(5);
  const part = await list({ 'max-items': '1' });
  expect(part).toEqual({ Keys: ids(0, 1), NextToken: 'eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==' });
  expect(await list({ 'starting-token': String(part.NextToken), 'max-items': '2' })).toMatchObject({ Keys: ids(1, 3) });
});

test('--max-items at the end of a page leaves the service’s token alone', async () => {
  const { NextToken } = await keysService(5, 2).list({ 'max-items': '2' });
  expect(Buffer.from(String(NextToken), 'base64').toString()).toBe('{"Marker": "2"}');
});

test('--max-items equal to the whole list leaves no token', async () => {
  expect(await keysService(4, 2).list({ 'max-items': '4' })).toEqual({ Keys: ids(0, 4) });
});

test.for([[{ Limit: 2 }, {}] as const, [{ Marker: '1' }, {}] as const, [{}, { 'no-paginate': true }] as const])(
  'paging by hand (%j, %j) returns the page as it is',
  async ([input, options]) => {
    const { list, calls } = keysService(9, 2);
    expect(await list(options, input)).toMatchObject({ Truncated: true, NextMarker: expect.any(String) });
    expect(calls).toEqual([input]);
  },
);

test('paging options without paging are refused', async () => {
  const { list, calls } = keysService(9);
  await expect(list({ 'no-paginate': true, 'max-items': '3', 'page-size': '1' })).rejects.toThrow(
    'Cannot specify --no-paginate along with pagination arguments: --max-items, --page-size',
  );
  await expect(list({ 'max-items': 'many' })).rejects.toThrow("argument --max-items: invalid int value: 'many'");
  expect(calls).toEqual([]);
});

test('IAM’s own MaxItems is --max-items when there is no paging', async () => {
  const calls: unknown[] = [];
  const call = async (input: unknown) => {
    calls.push(input);
    return { Users: [], IsTruncated: false };
  };
  await paged(pagingOf('iam', 'ListUsers'), {}, { 'no-paginate': true, 'max-items': '7' }, call);
  expect(calls).toEqual([{ MaxItems: 7 }]);
});

test('a page’s second list comes once, and what the model keeps beside the lists', async () => {
  const paging = pagingOf('s3', 'ListObjectsV2');
  const call = async () => ({
    Contents: [{ Key: 'a' }, { Key: 'b' }],
    CommonPrefixes: [{ Prefix: 'p/' }],
    IsTruncated: false,
    Prefix: '',
    KeyCount: 3,
  });
  // What S3 does not say is null, as botocore has it.
  const beside = { Prefix: '', RequestCharged: null };
  const first = await paged(paging, {}, { 'max-items': '1' }, call);
  expect(first).toMatchObject({ Contents: [{ Key: 'a' }], CommonPrefixes: [{ Prefix: 'p/' }], ...beside });
  const second = await paged(paging, {}, { 'starting-token': String(first.NextToken) }, call);
  expect(second).toEqual({ Contents: [{ Key: 'b' }], CommonPrefixes: [], ...beside });
  const group = async () => ({ Group: { GroupName: 'g' }, Users: [{ UserName: 'u' }], IsTruncated: false });
  expect(await paged(pagingOf('iam', 'GetGroup'), {}, {}, group)).toEqual(
    await group().then(({ IsTruncated: _, ...kept }) => kept),
  );
});

test('the last item’s key is the token if the service returns none', async () => {
  const pages = [
    { Contents: [{ Key: 'a' }], IsTruncated: true },
    { Contents: [{ Key: 'b' }], IsTruncated: false },
  ];
  const calls: unknown[] = [];
  const call = async (input: unknown) => {
    calls.push(input);
    return pages[calls.length - 1];
  };
  expect(await paged(pagingOf('s3', 'ListObjects'), { Bucket: 'x' }, {}, call)).toMatchObject({
    Contents: [{ Key: 'a' }, { Key: 'b' }],
  });
  expect(calls).toEqual([{ Bucket: 'x' }, { Bucket: 'x', Marker: 'a' }]);
});

test('a service that repeats a token is not followed forever', async () => {
  const call = async () => ({ Keys: [{ KeyId: 'k' }], NextMarker: 'm', Truncated: true });
  await expect(paged(listKeys, {}, {}, call)).rejects.toThrow('The same next token was received twice');
});

test('in text, each page has all members with items, and the token is a record after them', async () => {
  const { call } = keysService(5, 2);
  const found = await listing(listKeys, {}, { 'max-items': '3' }, call);
  if (found.kind === 'page') return expect.fail('the pages were not followed');
  const { NextToken } = wholeList(found.pages);
  expect([...textPages(found.pages)]).toEqual([{ Keys: ids(0, 2) }, { Keys: ids(2, 3) }, { NextToken: { NextToken } }]);
  const objects = await listing(pagingOf('s3', 'ListObjectsV2'), {}, {}, async () => ({ Prefix: '', KeyCount: 0 }));
  expect(objects.kind === 'pages' && [...textPages(objects.pages)]).toEqual([
    { RequestCharged: null, Prefix: '', Contents: null, CommonPrefixes: null },
  ]);
});

test('pages arrive as they are read', async () => {
  const { call, calls } = keysService(100, 10);
  for await (const page of pagesOf(listKeys, {}, {}, call)) {
    const answer = { Keys: ids(0, 10), NextMarker: '10', Truncated: true };
    expect(page).toEqual({ items: { Keys: ids(0, 10) }, beside: {}, answer });
    break;
  }
  expect(calls).toHaveLength(1);
});

test('a list read in parts of any size is the whole list', () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(40),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 12 }),
      async (count, atMost, part) => {
        const { list } = keysService(count, atMost);
        const seen: unknown[] = [];
        let token: string | undefined;
        do {
          const answer = await list({ 'max-items': String(part), 'starting-token': token });
          const keys = Array.isArray(answer.Keys) ? answer.Keys : [];
          expect(keys.length).toBeLessThanOrEqual(part);
          seen.push(...keys);
          token = typeof answer.NextToken === 'string' ? answer.NextToken : undefined;
        } while (token !== undefined);
        expect(seen).toEqual(ids(0, count));
      },
    ),
  ));

test('positions are read back, also from the older form and from the service’s own tokens', () => {
  const position = { tokens: { KeyMarker: 'ключ "1"', UploadIdMarker: null }, skip: 3 };
  expect(decodePosition(encodePosition(position), ['KeyMarker', 'UploadIdMarker'])).toEqual(position);
  expect(decodePosition('m___None___2', ['KeyMarker', 'UploadIdMarker'])).toEqual({
    tokens: { KeyMarker: 'm', UploadIdMarker: null },
    skip: 2,
  });
  expect(decodePosition('AbC==', ['Marker'])).toEqual({ tokens: { Marker: 'AbC==' }, skip: 0 });
  expect(() => decodePosition('a___b___c', ['Marker'])).toThrow('Bad starting token: a___b___c');
});
