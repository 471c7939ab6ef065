import { expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import type { OperationTable } from '../../src/call/operation.ts';
import { cloudtrailProse } from '../../src/cli/prose/cloudtrail.ts';
import { cloudwatchProse } from '../../src/cli/prose/cloudwatch.ts';
import { iamProse } from '../../src/cli/prose/iam.ts';
import { kmsProse } from '../../src/cli/prose/kms.ts';
import type { OperationProse } from '../../src/cli/prose/operation-prose.ts';
import { organizationsProse } from '../../src/cli/prose/organizations.ts';
import { s3Prose } from '../../src/cli/prose/s3.ts';
import { withoutEffectProse } from '../../src/cli/prose/s3-without-effect.ts';
import { s3controlProse } from '../../src/cli/prose/s3control.ts';
import { serviceQuotasProse } from '../../src/cli/prose/service-quotas.ts';
import { stsProse } from '../../src/cli/prose/sts.ts';
import { cloudtrailOperations } from '../../src/cloudtrail/operations.ts';
import { cloudwatchOperations } from '../../src/cloudwatch/operations.ts';
import { iamOperations } from '../../src/iam/operations.ts';
import { stsOperations } from '../../src/iam/sts-operations.ts';
import { kmsOperations } from '../../src/kms/operations.ts';
import { organizationsOperations } from '../../src/organizations/operations.ts';
import { s3Operations } from '../../src/s3/operations.ts';
import { s3controlOperations } from '../../src/s3control/operations.ts';
import { serviceQuotasOperations } from '../../src/service-quotas/operations.ts';
import { newSample } from '../support/command-line.ts';

type Prose = Readonly<Record<string, OperationProse>>;

const services = [
  ['kms', kmsProse, kmsOperations],
  ['s3', s3Prose, s3Operations],
  ['iam', iamProse, iamOperations],
  ['sts', stsProse, stsOperations],
  ['cloudtrail', cloudtrailProse, cloudtrailOperations],
  ['cloudwatch', cloudwatchProse, cloudwatchOperations],
  ['organizations', organizationsProse, organizationsOperations],
  ['service-quotas', serviceQuotasProse, serviceQuotasOperations],
  ['s3control', s3controlProse, s3controlOperations],
] as const satisfies readonly (readonly [string, Prose, OperationTable])[];

/** They are there to be refused as AWS refuses them. */
const refusedAlways = [
  ...operationNames('kms').filter((name) => name.includes('CustomKeyStore')),
  'DescribeEffectivePolicy',
];

test.for(services)(
  '%s: exactly the commands without an operation are marked as not part of ssebox',
  ([, prose, operations]) => {
    const missing = Object.entries<OperationProse>(prose).filter(([, { unavailable }]) => unavailable);
    const absent = Object.keys(prose).filter(
      (name) => !Object.hasOwn(operations, name) || refusedAlways.includes(name),
    );
    expect(missing.map(([name]) => name)).toEqual(absent);
  },
);

/** The operations in each file; those of S3 are in two. */
const files = [
  ...services.map(([service, prose]) => [
    service,
    Object.keys(prose).filter((name) => !Object.hasOwn(withoutEffectProse, name)),
  ]),
  ['s3, without effect', Object.keys(withoutEffectProse)],
] as const;

test.for(files)('%s: operations are in alphabetical order, so that one is easily found', ([, names]) => {
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
});

const entries = services.flatMap(([service, prose]) =>
  Object.entries<OperationProse>(prose).map(([name, entry]) => ({ service, name, entry })),
);

test('a summary is one line in the imperative, without a full stop', () => {
  const bad = entries.filter(({ entry: { summary } }) => !/^[A-Z][a-z]+ [^\n]{5,120}[^.\n]$/.test(summary));
  expect(bad.map(({ name, entry }) => `${name}: ${entry.summary}`)).toEqual([]);
});

test('no two operations of a service have the same summary', () => {
  const seen = new Map<string, string>();
  const twice = entries.flatMap(({ service, name, entry: { summary } }) => {
    const before = seen.get(`${service} ${summary}`);
    seen.set(`${service} ${summary}`, name);
    return before === undefined ? [] : [`${before} and ${name}: ${summary}`];
  });
  expect(twice).toEqual([]);
});

test.for([
  ['s3api get-bucket-metadata-configuration --bucket photos', 'NotImplemented'],
  ['iam create-service-linked-role --aws-service-name ssm.amazonaws.com', 'NotImplemented'],
  ['cloudtrail get-insight-selectors --trail-name audit', 'NotImplemented'],
  ['kms describe-custom-key-stores', 'UnsupportedOperationException'],
] as const)('%s is refused with %s, and its help says so', async ([line, code]) => {
  const place = await newSample();
  const refused = await place.ssebox(line.split(' '));
  expect(refused).toMatchObject({ code: 254, out: '', err: expect.stringContaining(`An error occurred (${code})`) });
  const help = await place.ok([...line.split(' ').slice(0, 2), '--help']);
  expect(help.out).toContain('AWS has this operation; ssebox does not, and refuses it.');
  expect(help.out).not.toContain('Examples:');
});
