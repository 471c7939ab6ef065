/**
 * What is asked about the members of an operation's input: choices, and checks of the answers. Every 1:1 command has
 * them, so what reads the store is loaded late.
 */

import { operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { secretIn } from '../api/secret-shapes.ts';
import { acceptsAlias } from '../kms/key-id.ts';
import type { Choices, Needed, OptionSpec } from './command.ts';

/** The parts of an option that are about asking for it. */
export type Asking = Pick<
  OptionSpec,
  'choices' | 'check' | 'joinedBy' | 'mayBeNew' | 'needed' | 'fromPrompt' | 'secret'
>;

/**
 * The choices for a member of an operation's input: the values of its enum, or the names that it can refer to, in
 * the store or at an endpoint; undefined when it is free text. There are no choices for what is about to be created.
 */
export const memberChoices = (service: ServiceName, operation: string, member: string): Choices | undefined =>
  offered(service, operation, member)?.choices;

/** How a person is asked for the member that a flag of an operation's command sets. */
export function memberAsking(service: ServiceName, operation: string, flag: string, member: string): Asking {
  const { choices, what, mayBeNew } = offered(service, operation, member) ?? {};
  const isText = isPlaintext(service, operation, member);
  const known: Choices | undefined =
    choices &&
    ((session, at = { typed: '', values: { args: {}, options: {} } }) => choices(session, { ...at, service }));
  return {
    choices: known,
    mayBeNew,
    ...(enumOf(service, operation, member)?.isList && { joinedBy: ' ' }),
    ...(isText && { fromPrompt: bytesOfText }),
    secret: secretOf(service, operation, member),
    needed: needed[`${service} ${operation} ${member}`],
    check: async (answer, session, values) => {
      if (known && what !== undefined) {
        const { oneOf } = await import('./choices.ts');
        await oneOf(what, known)(answer, session, values);
      }
      const { checkTyped } = await import('./aws-input/typed-member.ts');
      await checkTyped({ service, operation, flag, member }, answer, session);
    },
  };
}

/** What can be chosen for a member, and what an answer has to be if it must be among the choices. */
interface Offered {
  readonly choices: Choices;
  readonly what?: string | undefined;
  readonly mayBeNew?: boolean | undefined;
}

function offered(service: ServiceName, operation: string, member: string): Offered | undefined {
  const listed = enumOf(service, operation, member);
  if (listed) {
    const { values } = listed;
    return { choices: async () => values.map((value) => ({ value })), what: `one of ${values.join(', ')}` };
  }
  if (operation.startsWith('Create') && member === madeBy(operation)) return undefined;
  if (service === 'kms' && member === 'KeyId' && !acceptsAlias(operation)) return keysFor(operation);
  if (service === 's3' && member === 'Key') return objectsFor(operation);
  const named = service === 'organizations' ? partByMember[member] : namedByMember[member];
  const { choices: name, what, mayBeNew } = (typeof named === 'function' ? named(operation, service) : named) ?? {};
  if (name === undefined) return undefined;
  return {
    choices: typeof name === 'string' ? stored(name) : name,
    what: waiting.has(operation) ? undefined : what,
    mayBeNew,
  };
}

/** A choice from the store, which is read late. */
const stored =
  (name: StoredChoices): Choices =>
  async (session, at) =>
    (await import('./choices.ts'))[name](session, at);

/** The keys that an operation can be called for, which does not take an alias. */
function keysFor(operation: string): Offered {
  // An AWS managed key can be looked at, but its key policy lets nobody change it.
  const isForAll = /^(?:Get|List)/.test(operation);
  return {
    what: `the id or ARN of a key that ${operation} can be called for`,
    choices: async (session, at = { typed: '', values: { args: {}, options: {} } }) => {
      const [{ keyIdsWhere }, { allowsState }] = await Promise.all([
        import('./choices.ts'),
        import('../kms/key-state.ts'),
      ]);
      return keyIdsWhere(
        (key) => (isForAll || key.manager === 'CUSTOMER') && allowsState(operation, key.lifecycle.state),
        session,
        at,
      );
    },
  };
}

/** Objects by key; for an operation on an upload, what is being uploaded. */
function objectsFor(operation: string): Offered {
  if (waiting.has(operation)) return { choices: stored('objectKeyChoices') };
  if (/^(?:PutObject|CopyObject|RenameObject|CreateMultipartUpload)$/.test(operation)) {
    return { choices: stored('objectKeyChoices'), mayBeNew: true };
  }
  if (/Part|^(?:Abort|Complete)Multipart/.test(operation)) {
    return { choices: stored('uploadKeyChoices'), what: 'the key of an unfinished upload in the bucket' };
  }
  return { choices: stored('objectKeyChoices'), what: 'the key of an object in the bucket' };
}

interface Named {
  readonly choices: StoredChoices | Choices;
  readonly what?: string;
  readonly mayBeNew?: boolean;
}

const key: Named = { choices: 'keyChoices', what: 'a KMS key of this region' };
const region: Named = { choices: 'regionChoices', what: 'an AWS region' };
const alarm: Named = { choices: 'alarmChoices', what: 'an alarm of this region' };
const trail: Named = { choices: 'trailChoices', what: 'a trail' };
const trailArn: Named = { choices: 'trailArnChoices', what: 'the ARN of a trail' };
const principal: Named = { choices: 'arnChoices', mayBeNew: true };

/** What the members of AWS's inputs refer to, by the name of the member. */
const namedByMember: Readonly<
  Record<string, Named | ((operation: string, service: ServiceName) => Named | undefined)>
> = {
  AccessKeyId: { choices: 'accessKeyChoices', mayBeNew: true },
  AccountId: { choices: 'ownAccountChoices', mayBeNew: true },
  AlarmName: (operation) =>
    operation === 'PutMetricAlarm' || operation === 'DescribeAlarmHistory' ? { ...alarm, mayBeNew: true } : alarm,
  AlarmNames: (operation) => (operation === 'DescribeAlarms' ? { ...alarm, mayBeNew: true } : alarm),
  AliasName: { choices: 'aliasChoices', what: 'an alias of this region' },
  Bucket: { choices: 'bucketChoices', what: 'a bucket' },
  CopySource: { choices: 'copySourceChoices', mayBeNew: true },
  DestinationKeyId: key,
  GrantId: { choices: 'grantChoices', what: 'a grant for the key' },
  GranteePrincipal: principal,
  GroupName: { choices: 'groupChoices', what: 'a group' },
  KeyId: key,
  KmsKeyId: key,
  // Of trails; other services have other names.
  Name: (operation, service) => (service === 'cloudtrail' && operation !== 'CreateTrail' ? trail : undefined),
  PermissionsBoundary: { choices: 'policyChoices', what: 'the ARN of a managed policy' },
  // Only the account's own policies can be changed.
  PolicyArn: (operation) =>
    /^(?:Attach|Detach|Get|List)/.test(operation)
      ? { choices: 'policyChoices', what: 'the ARN of a managed policy' }
      : { choices: 'customerPolicyChoices', what: "the ARN of one of the account's own policies" },
  PolicyName: (operation, service) =>
    service === 'iam' && /(?:User|Role|Group)Policy$/.test(operation)
      ? operation.startsWith('Put')
        ? { choices: 'inlinePolicyChoices', mayBeNew: true }
        : { choices: 'inlinePolicyChoices', what: 'one of its inline policies' }
      : undefined,
  PolicySourceArn: principal,
  PrimaryRegion: region,
  QuotaCode: { choices: 'quotaCodeChoices', what: 'the code of a quota of the service' },
  ReplicaRegion: region,
  RequestId: { choices: 'quotaRequestChoices', what: 'the id of a request for a higher quota' },
  ResourceARN: (_operation, service) =>
    service === 'cloudwatch'
      ? { choices: 'alarmArnChoices', what: 'the ARN of an alarm' }
      : service === 'service-quotas'
        ? { choices: 'quotaArnChoices', what: 'the ARN of a quota' }
        : undefined,
  // S3 Control tags buckets here.
  ResourceArn: { choices: 'bucketArnChoices', what: 'the ARN of a bucket' },
  ResourceId: (_operation, service) => (service === 'cloudtrail' ? trailArn : undefined),
  ResourceIdList: (_operation, service) => (service === 'cloudtrail' ? trailArn : undefined),
  RetiringPrincipal: principal,
  RoleArn: { choices: 'roleArnChoices', what: 'the ARN of a role' },
  RoleName: { choices: 'roleChoices', what: 'a role' },
  S3BucketName: { choices: 'bucketChoices', what: 'a bucket' },
  SSEKMSKeyId: key,
  ServiceCode: { choices: 'serviceCodeChoices', what: 'the code of a service with quotas' },
  SourceKeyId: key,
  TargetKeyId: { choices: 'customerKeyChoices', what: 'the id or ARN of a customer managed key of this region' },
  TrailName: trail,
  UploadId: { choices: 'uploadChoices', what: 'an unfinished upload of the object' },
  trailNameList: trail,
  UserName: { choices: 'userChoices', what: 'a user' },
  VersionId: (_operation, service) =>
    service === 'iam' ? { choices: 'policyVersionChoices', mayBeNew: true } : undefined,
};

/** A part of the caller's organization. */
const part = (name: keyof typeof import('./organization-choices.ts'), what: string): Named => ({
  choices: async (session, at) => (await import('./organization-choices.ts'))[name](session, at),
  what,
});

const parent = part('parentChoices', 'the id of the root or of a unit');

/** What the members of the inputs of Organizations refer to. */
const partByMember: Readonly<Record<string, Named>> = {
  AccountId: part('memberChoices', 'the id of an account of the organization'),
  ChildId: part('childChoices', 'the id of a unit or an account of the organization'),
  DestinationParentId: parent,
  OrganizationalUnitId: part('unitChoices', 'the id of a unit'),
  ParentId: parent,
  PolicyId: part('organizationPolicyChoices', 'the id of a policy of the organization'),
  ResourceId: part('taggedChoices', 'the id of a root, unit, account or policy of the organization'),
  RootId: part('rootChoices', 'the id of the root'),
  SourceParentId: parent,
  TargetId: part('targetChoices', 'the id of the root, of a unit or of an account'),
};

type StoredChoices = keyof {
  readonly [Name in keyof typeof import('./choices.ts') as typeof import('./choices.ts')[Name] extends Choices
    ? Name
    : never]: true;
};

/** The operations that waiters call, and that ask whether something is there: any name is a fit answer. */
const waiting: ReadonlySet<string> = new Set(['GetPolicy', 'GetRole', 'GetUser', 'HeadBucket', 'HeadObject']);

/** The member that names what an operation creates: `UserName` of CreateUser, `Bucket` of CreateBucket. */
function madeBy(operation: string): string {
  const noun = operation.slice('Create'.length);
  return noun === 'Bucket' ? noun : `${noun}Name`;
}

const lacksSize: Needed = ({ options }) => options['number-of-bytes'] === undefined;

/**
 * Members that a model does not require, although the call is refused where they and those that can stand for them are
 * missing. KMS API Reference: GenerateDataKey, "You must specify either the KeySpec or the NumberOfBytes parameter";
 * Decrypt and ReEncrypt, CiphertextBlob, "required in all cases except when DryRun is true".
 */
const needed: Readonly<Record<string, Needed>> = {
  'kms GenerateDataKey KeySpec': lacksSize,
  'kms GenerateDataKeyWithoutPlaintext KeySpec': lacksSize,
  'kms Decrypt CiphertextBlob': ({ options }) => options['dry-run'] !== true,
  'kms ReEncrypt CiphertextBlob': ({ options }) => options['dry-run'] !== true,
};

/** The values that a member is limited to, where it or each of its elements is. */
function enumOf(service: ServiceName, operation: string, member: string) {
  const shape = shapeOf(service, operation, member);
  const element = shape?.type === 'list' ? operationModel(service, operation)?.shapes[shape.member.shape] : shape;
  const values = element?.type === 'string' ? element.enum : undefined;
  return values && { values, isList: shape?.type === 'list' };
}

function shapeOf(service: ServiceName, operation: string, member: string) {
  const ref = refOf(service, operation, member);
  return ref && operationModel(service, operation)?.shapes[ref.shape];
}

function refOf(service: ServiceName, operation: string, member: string) {
  const model = operationModel(service, operation);
  const input = model?.input && model.shapes[model.input.shape];
  return input?.type === 'structure' ? input.members[member] : undefined;
}

/** Bytes that a person may type as a text: those to encrypt or to sign, and not those that a service has made. */
function isPlaintext(service: ServiceName, operation: string, member: string): boolean {
  const shape = shapeOf(service, operation, member);
  return shape?.type === 'blob' && shape.sensitive === true;
}

/** Text of a prompt as the value of an option for bytes. */
const bytesOfText: OptionSpec['fromPrompt'] = (text, { globals }) => {
  if (/^fileb?:\/\//.test(text) || globals['cli-binary-format'] === 'raw-in-base64-out') return text;
  return Buffer.from(text).toString('base64');
};

function secretOf(service: ServiceName, operation: string, member: string): OptionSpec['secret'] {
  const ref = refOf(service, operation, member);
  return ref && secretIn(ref.shape, operationModel(service, operation)?.shapes ?? {});
}
