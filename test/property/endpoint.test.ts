/** Any input of any operation is answered the same in the process and over an endpoint, by the client of commands. */

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/api/errors.ts';
import { type OperationModel, operationModel, operationNames } from '../../src/api/model/loader.ts';
import { serviceNames } from '../../src/api/model/service-names.ts';
import type { ShapeRef } from '../../src/api/model/shapes.ts';
import { sentPart, wholeAnswer, withoutChance } from '../probe/compared-answer.ts';
import { inProcess } from '../probe/in-process.ts';
import { overClient } from '../probe/over-client.ts';
import type { ProbeTarget } from '../probe/run-probe.ts';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';
import { type Carrier, valuesOf } from '../support/shaped-values.ts';

const names = [
  'photos',
  'key',
  'alias/a',
  'sue',
  'us-east-1',
  '111122223333',
  'arn:aws:iam::111122223333:user/sue',
  '{}',
];

/** Mostly what there is, so that calls come to more than a refusal. */
const mostly = (others: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: others });

const anyText = mostly(fc.string({ unit: 'grapheme', maxLength: 12 }));
const printable = mostly(fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/));

const body: Carrier = { string: anyText, precision: 1000, earliest: new Date(0), member: placeOf };

/** What can be in the place of a member. A checksum of the body is compared only where there is a body. */
function placeOf({ location, locationName }: ShapeRef): Carrier | undefined {
  const beside = { ...body, member: undefined, keepsEmpty: false };
  if (locationName === 'Content-MD5') return { ...beside, string: fc.constant('XUFAKrxLKna5cZ2REBfFkg==') };
  if (location === 'header') return { ...beside, string: printable };
  if (location === 'headers') return { ...beside, string: printable, key: fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/) };
  return location === 'uri' ? { ...beside, string: mostly(fc.string({ minLength: 1, maxLength: 8 })) } : undefined;
}

/** Operations that stream events or are for a host of their own, and one whose request is that of ListBuckets elsewhere. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'SelectObjectContent',
  'WriteGetObjectResponse',
  'ListDirectoryBuckets',
]);

const operations: readonly OperationModel[] = serviceNames.flatMap((service) =>
  operationNames(service).flatMap((name) => (LEFT_OUT.has(name) ? [] : (operationModel(service, name) ?? []))),
);

/** A world with something of each kind, and what asks it. */
async function newTarget(isRemote: boolean): Promise<ProbeTarget> {
  const world = newWorld();
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'key', Body: Buffer.from('hello') });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyMetadata?.KeyId ?? '' });
  await world.call('iam', 'CreateUser', { UserName: 'sue' });
  if (!isRemote) return inProcess(world, { AccessKeyId, SecretAccessKey });
  const { server, failures } = await startEndpoint(world);
  onTestFinished(async () => {
    await server.close(0);
    expect(failures).toEqual([]);
  });
  return overClient(server.url, { AccessKeyId, SecretAccessKey }, world.environment);
}

test('an input of each operation has the same output or refusal', async () => {
  const here = await newTarget(false);
  const there = await newTarget(true);
  let sent = 0;
  for (const model of operations) {
    const values = model.input ? valuesOf(model.shapes, model.input, body) : fc.constant({});
    for (const drawn of fc.sample(values, { seed: 18, numRuns: 1 })) {
      const outcomeAt = async (target: ProbeTarget) => {
        const answer = await target.call(model.service, model.name, Object(drawn), 'self');
        return withoutChance(sentPart(await wholeAnswer(answer)));
      };
      const expected = await outcomeAt(here);
      try {
        const outcome = await outcomeAt(there);
        expect({ ...model.http, drawn, outcome: withoutChecksums(outcome) }).toEqual({
          ...model.http,
          drawn,
          outcome: withoutChecksums(expected),
        });
        sent++;
      } catch (error) {
        // No request can be made of it.
        if (!(error instanceof UsageError)) throw error;
      }
    }
  }
  expect(sent).toBeGreaterThan(operations.length * 0.9);
});

/** The client computes another checksum than S3 does when it is sent none. */
const withoutChecksums = (outcome: object): unknown =>
  JSON.parse(JSON.stringify(outcome), (key, value) => (key.startsWith('Checksum') ? undefined : value));
