import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { commandName, flagsOf, operationNamed } from '../../src/cli/aws-input/flags.ts';

type Recorded = Record<
  string,
  Record<string, { operation: string; arguments: [flag: string, member: string, type: string, required: boolean][] }>
>;

/** What the AWS CLI makes of these models: its argument tables, command by command. */
const recorded: Recorded = JSON.parse(readFileSync(new URL('cli-flags.json', import.meta.url), 'utf8'));

const serviceOf = (group: string) => (group === 's3api' ? 's3' : group) as ServiceName;

/** Operations and members that came into the models after the recorded AWS CLI. */
const younger: Readonly<Record<string, readonly string[]>> = {
  operations: [
    'DeleteObjectAnnotation',
    'GetObjectAnnotation',
    'ListObjectAnnotations',
    'PutObjectAnnotation',
    'UpdateBucketMetadataAnnotationTableConfiguration',
  ],
  members: [
    'AnnotationDirective',
    'EvaluationWindow',
    'GranteeServicePrincipal',
    'OrderedOrganizationPolicyInputList',
    'PolicyExclusionList',
    'RetiringServicePrincipal',
  ],
};

/** A member that a newer one can replace is no longer required. */
const relaxed: Readonly<Record<string, string>> = {
  CreateGrant: '--grantee-principal',
  ListRetirableGrants: '--retiring-principal',
};

const shown = (service: ServiceName, operation: string) =>
  flagsOf(service, operation)
    .filter(({ hidden, member }) => !hidden && !younger.members?.includes(member))
    .map(({ flag, member, type, required }) => [flag, member, type, required || relaxed[operation] === flag]);

test.for(Object.entries(recorded))(
  '%s has the commands and flags of the AWS CLI, in its order',
  ([group, commands]) => {
    const service = serviceOf(group);
    const operations = operationNames(service).filter((name) => !younger.operations?.includes(name));
    expect(operations.map(commandName).sort()).toEqual(Object.keys(commands).sort());
    for (const [command, { operation, arguments: expected }] of Object.entries(commands)) {
      expect(operationNamed(service, command)).toBe(operation);
      expect(shown(service, operation), `${group} ${command}`).toEqual(expected);
    }
  },
);

test('the page size and token of the wire work without being shown, and IAM has one --max-items', () => {
  const hidden = (service: ServiceName, operation: string) =>
    flagsOf(service, operation).flatMap(({ flag, hidden }) => (hidden ? [flag] : []));
  expect(hidden('kms', 'ListKeys')).toEqual(['--limit', '--marker']);
  expect(hidden('iam', 'ListUsers')).toEqual(['--marker']);
  const maxItems = flagsOf('iam', 'ListUsers').filter(({ flag }) => flag === '--max-items');
  expect(maxItems.map(({ kind }) => kind)).toEqual(['paging']);
});

test('the negated half of a boolean pair is marked', () => {
  const dryRun = flagsOf('kms', 'Encrypt').filter(({ member }) => member === 'DryRun');
  expect(dryRun.map(({ flag, negated }) => [flag, negated ?? false])).toEqual([
    ['--dry-run', false],
    ['--no-dry-run', true],
  ]);
});

test('a command that belongs to no operation is not an operation', () => {
  expect(operationNamed('kms', 'describe-keys')).toBeUndefined();
});
