/**
 * Answers of the AWS CLI, known by what they hold and not by the names of files. One may stand in a record of the call
 * that it answers, `{"Operation", "Region", "Input", "Output" or "Error"}`, as the script for dumps writes them.
 */

import { isRecord } from '../api/message.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { type Findings, itemsOf, kindText, type Part } from './findings.ts';

/** The operations whose answers are read, by the names that the AWS CLI has for them. */
export type AnswerKind = (typeof shapes)[number]['kind'];

export interface Answer {
  readonly kind: AnswerKind;
  /** The output; null for a call without one, such as get-bucket-versioning of a bucket that never had any. */
  readonly part: Part;
  /** What was asked, as far as it is known. */
  readonly asked: Asked;
  /** The code of AWS's refusal to answer. */
  readonly refusal?: string | undefined;
}

export interface Asked {
  readonly region?: Region | undefined;
  /** The input of the call, by the names of its members. */
  readonly input: Readonly<Record<string, unknown>>;
}

interface Shape {
  readonly kind: string;
  readonly service: string;
  /** Whether the output of a call holds this. */
  readonly is: (output: Readonly<Record<string, unknown>>) => boolean;
}

type Output = Readonly<Record<string, unknown>>;
const has =
  (...names: readonly string[]) =>
  (output: Output): boolean =>
    names.every((name) => Object.hasOwn(output, name));

const listOf =
  (list: string, ...names: readonly string[]) =>
  (output: Output): boolean => {
    const items = output[list];
    if (!Array.isArray(items)) return false;
    const [first]: unknown[] = items;
    return first === undefined || (isRecord(first) && names.every((name) => Object.hasOwn(first, name)));
  };

/** In the order in which they are looked for. */
const shapes = [
  {
    kind: 'get-account-authorization-details',
    service: 'iam',
    is: (output) =>
      ['UserDetailList', 'GroupDetailList', 'RoleDetailList'].some((name) => Object.hasOwn(output, name)) ||
      listOf('Policies', 'PolicyVersionList')(output),
  },
  { kind: 'get-caller-identity', service: 'sts', is: has('UserId', 'Account', 'Arn') },
  { kind: 'list-keys', service: 'kms', is: listOf('Keys', 'KeyId') },
  { kind: 'describe-key', service: 'kms', is: has('KeyMetadata') },
  { kind: 'list-grants', service: 'kms', is: has('Grants') },
  { kind: 'list-aliases', service: 'kms', is: listOf('Aliases', 'AliasName') },
  { kind: 'get-key-rotation-status', service: 'kms', is: has('KeyRotationEnabled') },
  { kind: 'list-resource-tags', service: 'kms', is: listOf('Tags', 'TagKey') },
  // Known in a record only, which says of which policy they are: other services list tags in the same form.
  { kind: 'list-policy-tags', service: 'iam', is: () => false },
  {
    kind: 'get-key-policy',
    service: 'kms',
    is: (output) => typeof output.Policy === 'string' && has('PolicyName')(output),
  },
  {
    kind: 'describe-policy',
    service: 'organizations',
    is: ({ Policy }) => isRecord(Policy) && has('PolicySummary')(Policy),
  },
  { kind: 'get-bucket-policy', service: 's3api', is: ({ Policy }) => typeof Policy === 'string' },
  { kind: 'list-buckets', service: 's3api', is: listOf('Buckets', 'Name') },
  { kind: 'get-bucket-encryption', service: 's3api', is: has('ServerSideEncryptionConfiguration') },
  { kind: 'get-bucket-replication', service: 's3api', is: has('ReplicationConfiguration') },
  { kind: 'get-public-access-block', service: 's3api', is: has('PublicAccessBlockConfiguration') },
  { kind: 'get-bucket-ownership-controls', service: 's3api', is: has('OwnershipControls') },
  { kind: 'get-bucket-location', service: 's3api', is: has('LocationConstraint') },
  { kind: 'get-bucket-tagging', service: 's3api', is: has('TagSet') },
  {
    kind: 'get-bucket-versioning',
    service: 's3api',
    is: ({ Status, MFADelete }) => Status === 'Enabled' || Status === 'Suspended' || typeof MFADelete === 'string',
  },
  { kind: 'describe-organization', service: 'organizations', is: has('Organization') },
  { kind: 'list-roots', service: 'organizations', is: listOf('Roots', 'Arn') },
  { kind: 'list-organizational-units-for-parent', service: 'organizations', is: listOf('OrganizationalUnits') },
  { kind: 'list-accounts', service: 'organizations', is: listOf('Accounts', 'Arn') },
  { kind: 'list-parents', service: 'organizations', is: listOf('Parents') },
  { kind: 'list-policies', service: 'organizations', is: listOf('Policies', 'Type', 'AwsManaged') },
  { kind: 'list-targets-for-policy', service: 'organizations', is: listOf('Targets', 'TargetId') },
] as const satisfies readonly Shape[];

const kindNamed = (name: string): AnswerKind | undefined => shapes.find(({ kind }) => kind === name)?.kind;

/** The answers in a document, and whatever it holds besides as findings. */
export function answersIn(part: Part, findings: Findings): Answer[] {
  if (Array.isArray(part.value)) return itemsOf(part).flatMap((item) => answersIn(item, findings));
  const { value } = part;
  if (!isRecord(value)) {
    findings.add(part, `this is ${kindText(part)}, not an answer of the AWS CLI`);
    return [];
  }
  if (typeof value.Operation === 'string' && (Object.hasOwn(value, 'Output') || Object.hasOwn(value, 'Error'))) {
    return recordedAnswer(part, value, value.Operation, findings);
  }
  const kind = shapes.find(({ is }) => is(value))?.kind;
  if (kind) return [{ kind, part, asked: { input: {} } }];
  const policy = barePolicy(part, value);
  if (policy) return [policy];
  const names = Object.keys(value);
  const holds = names.length === 0 ? 'an empty object' : `an object with ${shortList(names)}`;
  findings.add(part, `${holds} is not an answer that is read: ${expected}`);
  return [];
}

/** A policy alone, as `--query Policy --output text` prints it. */
function barePolicy(part: Part, value: Output): Answer | undefined {
  if (!has('Statement')(value)) return undefined;
  const Policy = JSON.stringify(value);
  const isOfKey = Policy.includes('"kms:') && !Policy.includes('arn:aws:s3:::');
  const kind = isOfKey ? 'get-key-policy' : 'get-bucket-policy';
  return { kind, part: { ...part, value: { Policy } }, asked: { input: {} } };
}

const expected = 'ssebox import --help lists them';

const shortList = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')}, …` : names.join(', ');

function recordedAnswer(part: Part, value: Output, operation: string, findings: Findings): Answer[] {
  const at = (name: string): Part => ({ ...part, value: value[name], path: [...part.path, name] });
  const kind = kindNamed(operation);
  if (!kind) {
    findings.add(at('Operation'), `${kindText(at('Operation'))} is not an operation whose answer is read: ${expected}`);
    return [];
  }
  const region = typeof value.Region === 'string' && isRegion(value.Region) ? value.Region : undefined;
  const asked: Asked = { region, input: isRecord(value.Input) ? value.Input : {} };
  if (value.Error === undefined) return [{ kind, part: at('Output'), asked }];
  const text = typeof value.Error === 'string' ? value.Error : kindText(at('Error'));
  const code = /\(([A-Za-z.]+)\)/.exec(text)?.[1];
  if (code !== undefined && meansNothing.get(kind)?.includes(code))
    return [{ kind, part: { ...at('Error'), value: null }, asked, refusal: code }];
  const what = Object.values(asked.input).map(String).join(', ');
  findings.add(at('Error'), `AWS did not answer ${operation}${what && ` of ${what}`}: ${text}`);
  return [];
}

/** The refusals that say that there is nothing: then that is the answer. */
const meansNothing: ReadonlyMap<AnswerKind, readonly string[]> = new Map([
  ['get-bucket-policy', ['NoSuchBucketPolicy']],
  ['get-bucket-replication', ['ReplicationConfigurationNotFoundError']],
  // The last of these is how ssebox itself answers for what it does not have.
  ['get-public-access-block', ['NoSuchPublicAccessBlockConfiguration', 'NotImplemented']],
  ['get-bucket-ownership-controls', ['OwnershipControlsNotFoundError']],
  ['get-bucket-encryption', ['ServerSideEncryptionConfigurationNotFoundError']],
  ['get-bucket-tagging', ['NoSuchTagSet']],
  // Of keys that are never rotated.
  ['get-key-rotation-status', ['UnsupportedOperationException', 'KMSInvalidStateException']],
  ['describe-organization', ['AWSOrganizationsNotInUseException']],
]);
