import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { Request } from '../../src/call/request.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';

test.for([
  [
    'that are not valid',
    () => {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    },
    'UnrecognizedClientException: The security token included in the request is invalid.',
  ],
  [
    'of nobody',
    () => ({ kind: 'anonymous' as const }),
    'MissingAuthenticationTokenException: Request is missing Authentication Token',
  ],
] as const)('a flood of credentials %s makes no other call wait, or run twice', async ([, flood, refused]) => {
  const world = newWorld();
  await world.call('kms', 'CreateKey', {});
  let found = 0;
  const admin: Request['caller'] = (tx, now) => {
    found += 1;
    return resolveCaller('user/admin', ACCOUNT, { tx, now, random: world.environment.random });
  };
  const good = () => world.call('kms', 'CreateKey', {}, { grouped: true, caller: admin });
  const bad = () => world.refusal('kms', 'ListKeys', {}, { grouped: true, caller: flood });
  const results = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 4 === 0 ? good() : bad())));
  expect(found).toBe(10);
  expect(results.filter((result) => result === refused)).toHaveLength(30);
  const { Keys } = await world.call('kms', 'ListKeys', {});
  expect(Keys).toHaveLength(11);
});

test('a refusal of credentials has the form of request id that the service has', async () => {
  const world = newWorld();
  const caller = () => {
    throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  };
  const idOf = async (service: 's3' | 'kms', name: 'ListBuckets' | 'ListKeys'): Promise<string> => {
    const refused = await world
      .place()
      .pipeline.call(service, name, {}, { caller, region: 'us-east-1' })
      .catch((error) => error);
    return refused.call.requestId;
  };
  expect(await idOf('s3', 'ListBuckets')).toMatch(/^[A-Z2-7]{16}$/);
  expect(await idOf('kms', 'ListKeys')).toMatch(/^[0-9a-f-]{36}$/);
});
