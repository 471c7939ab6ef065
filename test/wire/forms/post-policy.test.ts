import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { parsePostPolicy, requirePolicy } from '../../../src/wire/forms/post-policy.ts';

const NOW_MS = Date.parse('2026-05-06T07:08:09Z');
const EXPIRATION = '2026-05-06T08:00:00Z';

const encoded = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64');

const fieldsOf = (fields: Readonly<Record<string, string>>) =>
  new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), { name, value }]));

/** `CODE message`, or what the file may have. */
function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.code} ${error.message}`;
  }
}

const invalid = (what: string) => `InvalidPolicyDocument Invalid Policy: ${what}`;
const against = (what: string) => `AccessDenied Invalid according to Policy: ${what}`;
const failed = (condition: string) => against(`Policy Condition failed: ${condition}`);

const base = { expiration: EXPIRATION, conditions: [] };
const ONE_PROPERTY = 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.';

test.for<readonly [string, string, string]>([
  ['text that is not base64', '{"expiration"', invalid('invalid Base64 encoding.')],
  ['base64 that is cut', encoded(base).slice(0, -2), invalid('invalid Base64 encoding.')],
  ['nothing', '', invalid('Invalid JSON.')],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64'), invalid('Invalid JSON.')],
  ['text that is not JSON', Buffer.from('expiration').toString('base64'), invalid('Invalid JSON.')],
  ['a comma at the end', Buffer.from('{"expiration":"x",}').toString('base64'), invalid('Invalid JSON.')],
  ['a list', encoded([]), invalid('Invalid JSON.')],
  ['null', encoded(null), invalid('Invalid JSON.')],
  ['no expiration', encoded({ conditions: [] }), invalid('Policy missing expiration.')],
  ['no conditions', encoded({ expiration: EXPIRATION }), invalid('Policy missing conditions.')],
  ['names in other cases', encoded({ ...base, Conditions: [] }), invalid("Unexpected: 'conditions'")],
  ['another member', encoded({ ...base, Statement: [] }), invalid("Unexpected: 'statement'")],
  [
    'a member that objects have',
    Buffer.from(`{"__proto__":{"conditions":[]},"expiration":"${EXPIRATION}"}`).toString('base64'),
    invalid("Unexpected: '__proto__'"),
  ],
  [
    'conditions that are not a list',
    encoded({ ...base, conditions: {} }),
    invalid("Invalid 'conditions' value: must be a List."),
  ],
])('a policy that is refused: %s', ([, policy, expected]) => {
  expect(outcomeOf(() => parsePostPolicy(policy))).toBe(expected);
});

test.for([
  '2026-05-06 08:00:00Z',
  '2026-05-06T08:00:00+00:00',
  '2026-05-06T08:00:00',
  '2026-02-30T08:00:00Z',
  '2026-05-06',
  'tomorrow',
  '',
  1_780_000_000,
  null,
])('the expiration %s is refused', (expiration) => {
  expect(outcomeOf(() => parsePostPolicy(encoded({ ...base, expiration })))).toBe(
    invalid(`Invalid 'expiration' value: '${expiration}'`),
  );
});

test.for(['2026-05-06T08:00:00Z', '2026-05-06T08:00:00.000Z', '2026-05-06T08:00:00.000000Z'])(
  'the expiration %s is one',
  (expiration) => {
    expect(parsePostPolicy(encoded({ ...base, expiration })).expiresMs).toBe(Date.parse(EXPIRATION));
  },
);

test('line breaks in base64 are passed over', () => {
  const lines = encoded(base).replace(/.{20}/g, '$&\r\n');
  expect(parsePostPolicy(lines)).toEqual(parsePostPolicy(encoded(base)));
});

test.for<readonly [unknown, string]>([
  [{}, invalid(ONE_PROPERTY)],
  [{ acl: 'private', key: 'k' }, invalid(ONE_PROPERTY)],
  [{ acl: 1 }, invalid('Invalid Simple-Condition: value must be a string.')],
  ['bucket', invalid('Invalid condition test: must be a List or Object.')],
  [null, invalid('Invalid condition test: must be a List or Object.')],
  [[], invalid('Invalid Condition: missing operation identifier.')],
  [['ends-with', '$key', 'x'], invalid("Invalid Condition: unknown operation 'ends-with'.")],
  [['eq', '$key'], invalid('Invalid eq: wrong number of arguments.')],
  [['starts-with', '$key', 'a', 'b'], invalid('Invalid starts-with: wrong number of arguments.')],
  [['eq', '$key', 1], invalid('Invalid JSON.')],
  [['content-length-range', 0], invalid('Invalid content-length-range: wrong number of arguments.')],
  [['content-length-range', -1, 0], invalid('Invalid JSON.')],
  [['content-length-range', 0, 1.5], invalid('Invalid JSON.')],
  [['content-length-range', 0, null], invalid('Invalid JSON.')],
])('the condition %j is refused', ([condition, expected]) => {
  const policy = encoded({ ...base, conditions: [{ bucket: 'photos' }, condition] });
  expect(outcomeOf(() => parsePostPolicy(policy))).toBe(expected);
});

/** What becomes of a form with these fields, besides the bucket, under these conditions, besides the one for the bucket. */
const judged = (fields: Readonly<Record<string, string>>, ...conditions: readonly unknown[]): unknown =>
  outcomeOf(() => {
    const policy = parsePostPolicy(encoded({ ...base, conditions: [{ bucket: 'photos' }, ...conditions] }));
    return requirePolicy(policy, fieldsOf({ ...fields, bucket: 'photos' }), NOW_MS);
  });

const any = { least: 0, most: Number.POSITIVE_INFINITY };
const images = ['starts-with', '$Content-Type', 'image/'];

test.for<readonly [string, Readonly<Record<string, string>>, readonly unknown[], unknown]>([
  ['an equal value', { key: 'a' }, [{ key: 'a' }], any],
  ['an equal value, in a list', { key: 'a' }, [['eq', '$key', 'a']], any],
  ['another value', { key: 'b' }, [{ key: 'a' }], failed('["eq", "$key", "a"]')],
  ['another case of a value', { key: 'A' }, [{ Key: 'a' }], failed('["eq", "$Key", "a"]')],
  ['another case of a name', { KEY: 'a', 'x-amz-meta-TEST': '1' }, [{ Key: 'a' }, { 'X-Amz-Meta-test': '1' }], any],
  ['another case of an operation', { key: 'abc' }, [['StArTs-WiTh', '$key', 'a']], any],
  ['a name without the dollar sign', { key: 'a' }, [['eq', 'key', 'a']], failed('["eq", "key", "a"]')],
  ['quotation marks', { key: 'a' }, [{ key: 'a"b' }], failed('["eq", "$key", "a\\"b"]')],
  ['an equal value that is absent', { key: 'a' }, [{ key: 'a' }, { acl: '' }], failed('["eq", "$acl", ""]')],
  ['the beginning', { key: 'user/a' }, [['starts-with', '$key', 'user/']], any],
  ['the whole as beginning', { key: 'user/' }, [['starts-with', '$key', 'user/']], any],
  ['another beginning', { key: 'use' }, [['starts-with', '$key', 'user/']], failed('["starts-with", "$key", "user/"]')],
  ['an empty beginning', { key: 'anything' }, [['starts-with', '$key', '']], any],
  ['an empty beginning of what is absent', {}, [['starts-with', '$key', '']], failed('["starts-with", "$key", ""]')],
  [
    'two conditions, one of which is not met',
    { key: 'ab' },
    [['starts-with', '$key', 'a'], { key: 'a' }],
    failed('["eq", "$key", "a"]'),
  ],
  ['several content types', { 'Content-Type': 'image/png, image/gif' }, [images], any],
  [
    'several content types, one of which is another',
    { 'Content-Type': 'image/png,text/html' },
    [images],
    failed('["starts-with", "$Content-Type", "image/"]'),
  ],
  ['commas in another field', { key: 'a,b' }, [['starts-with', '$key', 'a']], any],
  ['a field without a condition', { key: 'a', Expires: '0' }, [{ key: 'a' }], against('Extra input fields: Expires')],
  [
    'a name that objects have',
    { key: 'a', constructor: '0' },
    [{ key: 'a' }],
    against('Extra input fields: constructor'),
  ],
  ['a range', { key: 'a' }, [{ key: 'a' }, ['content-length-range', 1, 10]], { least: 1, most: 10 }],
  ['a range in texts', { key: 'a' }, [{ key: 'a' }, ['content-length-range', '1', '10']], { least: 1, most: 10 }],
  [
    'two ranges',
    { key: 'a' },
    [{ key: 'a' }, ['content-length-range', 1, 10], ['content-length-range', 0, 5]],
    { least: 1, most: 5 },
  ],
  [
    'a range of words',
    { key: 'a' },
    [{ key: 'a' }, ['content-length-range', 'test', '10']],
    failed('["content-length-range", "test", "10"]'),
  ],
])('%s', ([, fields, conditions, expected]) => {
  expect(judged(fields, ...conditions)).toEqual(expected);
});

test('the bucket is the one of the URL, and needs a condition', () => {
  const bucket = (conditions: readonly unknown[]) =>
    outcomeOf(() =>
      requirePolicy(parsePostPolicy(encoded({ ...base, conditions })), fieldsOf({ bucket: 'photos' }), NOW_MS),
    );
  expect(bucket([])).toBe(against('Extra input fields: bucket'));
  expect(bucket([{ bucket: 'other' }])).toBe(failed('["eq", "$bucket", "other"]'));
  expect(bucket([{ bucket: 'photos' }])).toEqual(any);
});

test('a policy is good until it expires', () => {
  const policy = parsePostPolicy(encoded({ ...base, conditions: [{ bucket: 'photos' }] }));
  const at = (nowMs: number) => outcomeOf(() => requirePolicy(policy, fieldsOf({ bucket: 'photos' }), nowMs));
  expect(at(Date.parse(EXPIRATION))).toEqual(any);
  expect(at(Date.parse(EXPIRATION) + 1)).toBe(against('Policy expired.'));
});
