import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/api/errors.ts';
import { isKnownConditionKey } from '../../src/policy/known-condition-keys.ts';
import { requestKeys, statedContext } from '../../src/policy/request-keys.ts';
import { statedFor } from '../../src/policy/stated-context.ts';

const all = (pairs: readonly string[]) => {
  const { ofRequest, always } = statedContext(pairs, 's3');
  return { ...ofRequest, ...always };
};

function complaint(pairs: readonly string[], service: 's3' | 'kms' = 's3'): string {
  try {
    statedContext(pairs, service);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return expect.fail(`${pairs.join(' ')} was taken`);
}

test('every key that can be set is an AWS key', () => {
  for (const name of requestKeys('s3')) expect([name, isKnownConditionKey(name.toLowerCase())]).toEqual([name, true]);
});

// IAM User Guide, "AWS global condition context keys": the data type of each.
test.for([
  ['aws:SourceIp=203.0.113.9', { 'aws:SourceIp': '203.0.113.9' }],
  ['aws:SourceIp=2001:db8::1', { 'aws:SourceIp': '2001:db8::1' }],
  ['aws:sourceip=203.0.113.9', { 'aws:SourceIp': '203.0.113.9' }],
  ['AWS:MULTIFACTORAUTHPRESENT=True', { 'aws:MultiFactorAuthPresent': 'true' }],
  ['aws:MultiFactorAuthAge=300', { 'aws:MultiFactorAuthAge': '300' }],
  ['aws:UserAgent=a=b', { 'aws:UserAgent': 'a=b' }],
  ['aws:UserAgent=', { 'aws:UserAgent': '' }],
  ['aws:SourceArn=arn:aws:s3:::photos', { 'aws:SourceArn': 'arn:aws:s3:::photos' }],
  ['s3:TlsVersion=1.2', { 's3:TlsVersion': '1.2' }],
  ['s3:tlsversion=1.2', { 's3:TlsVersion': '1.2' }],
] as const)('%s is read', ([pair, context]) => {
  expect(all([pair])).toEqual(context);
});

test('a key that can have several values takes them one by one', () => {
  const two = ['aws:CalledVia=cloudformation.amazonaws.com', 'aws:calledvia=athena.amazonaws.com'];
  expect(all(two)).toEqual({ 'aws:CalledVia': ['cloudformation.amazonaws.com', 'athena.amazonaws.com'] });
  expect(complaint(['aws:SourceIp=203.0.113.9', 'aws:SourceIp=203.0.113.10'])).toBe('aws:SourceIp takes one value');
});

test('the two forms of the time are set together', () => {
  const time = new Date('2030-01-01T00:00:00Z');
  const both = { 'aws:CurrentTime': time, 'aws:EpochTime': time.getTime() / 1000 };
  expect(all(['aws:CurrentTime=2030-01-01T00:00:00Z'])).toEqual(both);
  expect(all(['aws:EpochTime=1893456000'])).toEqual({ ...both, 'aws:EpochTime': '1893456000' });
});

// IAM User Guide, "AWS global condition context keys", aws:SourceIp: absent where the request uses a VPC endpoint.
test('a VPC endpoint hides the address, unless that is set, too', () => {
  const context = all(['aws:SourceVpce=vpce-1a2b3c4d']);
  expect(context).toEqual({ 'aws:SourceVpce': 'vpce-1a2b3c4d', 'aws:SourceIp': undefined });
  expect(context).toHaveProperty('aws:SourceIp');
  expect(all(['aws:SourceVpce=vpce-1a2b3c4d', 'aws:SourceIp=203.0.113.9'])).toMatchObject({
    'aws:SourceIp': '203.0.113.9',
  });
});

describe('refused', () => {
  test.for([
    ['aws:SourceIp=nowhere', 'aws:SourceIp takes an IP address, not "nowhere"'],
    ['aws:SourceIp=203.0.113.0/24', 'aws:SourceIp takes an IP address, not "203.0.113.0/24"'],
    ['aws:MultiFactorAuthPresent=yes', 'aws:MultiFactorAuthPresent takes true or false, not "yes"'],
    ['aws:multifactorauthage=old', 'aws:MultiFactorAuthAge takes a number, not "old"'],
    ['aws:CurrentTime=tomorrow', 'aws:CurrentTime takes a time such as 2026-05-04T09:00:00Z, not "tomorrow"'],
    [
      'aws:CurrentTime=9999999999999999',
      'aws:CurrentTime takes a time such as 2026-05-04T09:00:00Z, not "9999999999999999"',
    ],
    ['aws:EpochTime=1.5', 'aws:EpochTime takes seconds since 1970, not "1.5"'],
    ['aws:EpochTime=9999999999999999', 'aws:EpochTime takes seconds since 1970, not "9999999999999999"'],
    ['aws:SourceArn=photos', 'aws:SourceArn takes an ARN, not "photos"'],
    ['aws:SourceIp', 'a condition key is given as KEY=VALUE, not "aws:SourceIp"'],
    ['=1', 'a condition key is given as KEY=VALUE, not "=1"'],
  ] as const)('%s', ([pair, message]) => {
    expect(complaint([pair])).toBe(message);
  });

  test.for(['aws:PrincipalArn', 'aws:ResourceTag/team', 'kms:KeySpec', 'kms:EncryptionContext:a', 's3:x-amz-acl'])(
    '%s, which does not come from the request itself, with the keys that can be set',
    (key) => {
      const message = complaint([`${key}=x`]);
      expect(message).toContain(
        `"${key}" cannot be set: it comes from the store, the caller or the call's own options`,
      );
      expect(message).toMatch(/; the keys that can be set are aws:CalledVia, .*aws:SourceIp, .*s3:TlsVersion, /);
    },
  );

  test('keys that AWS does not have', () => {
    expect(complaint(['aws:Nonsense=x'])).toContain(
      '"aws:Nonsense" is not a condition key; the keys that can be set are ',
    );
  });

  test("S3's own keys, for another service", () => {
    const message = complaint(['s3:TlsVersion=1.2'], 'kms');
    expect(message).toContain('"s3:TlsVersion" cannot be set: only requests to Amazon S3 have it; the keys');
    expect(message.split('; ')[1]).not.toContain('s3:');
  });
});

// A service that asks on the caller's behalf has a connection of its own, and the caller's credentials.
test("a service's call on the caller's behalf has only the credentials and the time", () => {
  const stated = statedContext(
    ['aws:SourceIp=203.0.113.9', 'aws:MultiFactorAuthPresent=true', 's3:TlsVersion=1.2'],
    's3',
  );
  const mfa = { 'aws:MultiFactorAuthPresent': 'true' };
  expect(statedFor('kms:Decrypt', stated, { isOwn: false })).toEqual(mfa);
  expect(statedFor('iam:PassRole', stated, { isOwn: true })).toEqual({ ...mfa, 'aws:SourceIp': '203.0.113.9' });
  expect(statedFor('s3:GetObject', stated, { isOwn: true })).toEqual({
    ...mfa,
    'aws:SourceIp': '203.0.113.9',
    's3:TlsVersion': '1.2',
  });
});
