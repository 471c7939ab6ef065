/** Makes what is given to tests, by the calls that would make it in an account. */

import { type AccountId, isAccountId, parseArn, rootArn } from '../../../api/arn.ts';
import { isRegion } from '../../../api/regions.ts';
import type { Given, GivenBucket, GivenDocument, GivenGroup, GivenKey, GivenRole, GivenUser } from './given.ts';
import { layOrganization } from './lay-organization.ts';
import { type Laying, type Maker, make, textOf } from './laying.ts';
import type { Named } from './reading.ts';

/** Makes everything; what the services refuse is noted at its place. */
export async function layGiven(given: Given, laying: Laying): Promise<void> {
  const managed = new Map<string, string>();
  // Documents may name any identity, so all of these come first.
  for (const group of given.groups ?? []) await layGroup(group, managed, laying);
  for (const user of given.users ?? []) await layUser(user, managed, laying);
  for (const role of given.roles ?? []) await layRole(role, managed, laying);
  for (const role of given.roles ?? []) await layTrust(role, laying);
  for (const key of given.keys ?? []) await layKey(key, laying);
  for (const bucket of given.buckets ?? []) await layBucket(bucket, laying);
  if (given.organization) await layOrganization(given.organization, laying);
}

/** The managed policies that were made, by their ARNs. */
type Managed = Map<string, string>;

/** `444455556666:alice`: the id of another account than the usual one stands before a name. */
function inAccount({ name, at }: Named<unknown>, { account, region }: Laying): { name: string; maker: Maker } {
  const [, other = account, rest = name] = /^(\d{12}):(.+)$/s.exec(name) ?? [];
  return { name: rest, maker: { account: other, region, at } };
}

/** How the operations of IAM about a kind of entity are called, and what they call its name. */
const kinds = { group: 'GroupName', user: 'UserName', role: 'RoleName' } as const;

const titled = (kind: keyof typeof kinds): string => `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;

async function layGroup(group: Named<GivenGroup>, managed: Managed, laying: Laying): Promise<void> {
  const { maker, name } = inAccount(group, laying);
  if (!(await make(['iam', 'CreateGroup'], { GroupName: name }, maker, laying))) return;
  await layPolicies('group', name, group.value, { maker, managed, laying });
}

async function layUser(user: Named<GivenUser>, managed: Managed, laying: Laying): Promise<void> {
  const { maker, name } = inAccount(user, laying);
  const { groups = [], boundary, tags } = user.value;
  const PermissionsBoundary = boundary && (await boundaryOf(name, boundary, { maker, managed, laying }));
  if (
    !(await make(['iam', 'CreateUser'], { UserName: name, Tags: tagList(tags), PermissionsBoundary }, maker, laying))
  ) {
    return;
  }
  for (const { at, value } of groups) {
    await make(['iam', 'AddUserToGroup'], { UserName: name, GroupName: value }, { ...maker, at }, laying);
  }
  await layPolicies('user', name, user.value, { maker, managed, laying });
}

async function layRole(role: Named<GivenRole>, managed: Managed, laying: Laying): Promise<void> {
  const { maker, name } = inAccount(role, laying);
  const { boundary, tags } = role.value;
  const PermissionsBoundary = boundary && (await boundaryOf(name, boundary, { maker, managed, laying }));
  const input = {
    RoleName: name,
    AssumeRolePolicyDocument: usualTrust(maker.account),
    Tags: tagList(tags),
    PermissionsBoundary,
  };
  if (await make(['iam', 'CreateRole'], input, maker, laying)) {
    await layPolicies('role', name, role.value, { maker, managed, laying });
  }
}

/** Sets whom a role trusts; that may be a role that stands behind it. */
async function layTrust(role: Named<GivenRole>, laying: Laying): Promise<void> {
  const { trust } = role.value;
  const document = trust && (await textOf(trust, laying));
  if (!document) return;
  const { maker, name } = inAccount(role, laying);
  const input = { RoleName: name, PolicyDocument: document.text };
  await make(['iam', 'UpdateAssumeRolePolicy'], input, maker, laying, document);
}

/** A role that does not say whom it trusts may be assumed by whom the policies of its account allow to. */
const usualTrust = (account: AccountId): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(account) }, Action: 'sts:AssumeRole' }],
  });

interface EntityMaking {
  readonly maker: Maker;
  readonly managed: Managed;
  readonly laying: Laying;
}

/** The policies of an identity: the inline ones, then those that are attached to it. */
async function layPolicies(
  kind: keyof typeof kinds,
  name: string,
  { policies = [], attached = [] }: GivenGroup,
  making: EntityMaking,
): Promise<void> {
  const { maker, laying } = making;
  for (const { name: PolicyName, at, value } of policies) {
    const document = await textOf(value, laying);
    if (!document) continue;
    const input = { [kinds[kind]]: name, PolicyName, PolicyDocument: document.text };
    await make(['iam', `Put${titled(kind)}Policy`], input, { ...maker, at }, laying, document);
  }
  for (const policy of attached) {
    const PolicyArn = await managedPolicy(policy, making);
    if (PolicyArn === undefined) continue;
    const input = { [kinds[kind]]: name, PolicyArn };
    await make(['iam', `Attach${titled(kind)}Policy`], input, { ...maker, at: policy.at }, laying);
  }
}

const boundaryOf = (name: string, document: GivenDocument, making: EntityMaking): Promise<string | undefined> =>
  managedPolicy({ name: `boundary-of-${name}`, at: document.at, value: document }, making);

/**
 * The ARN of a managed policy: of AWS's as it is named, of another one after it is created, once for all that have it.
 * Undefined if it cannot be, which is noted.
 */
async function managedPolicy(
  { name, at, value }: Named<GivenDocument>,
  { maker, managed, laying }: EntityMaking,
): Promise<string | undefined> {
  if (value.from.kind === 'arn') return value.from.arn;
  const document = await textOf(value, laying);
  if (!document) return undefined;
  const arn = `arn:aws:iam::${maker.account}:policy/${name}`;
  if (managed.get(arn) === document.text) return arn;
  const input = { PolicyName: name, PolicyDocument: document.text };
  if (!(await make(['iam', 'CreatePolicy'], input, { ...maker, at }, laying, document))) return undefined;
  managed.set(arn, document.text);
  return arn;
}

const tagList = (tags: Readonly<Record<string, string>> | undefined) =>
  tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

async function layKey(given: Named<GivenKey>, laying: Laying): Promise<void> {
  const { value } = given;
  const named = keyNamed(given, value, laying);
  if (!named) return;
  const { maker, id, alias } = named;
  const document = value.policy && (await textOf(value.policy, laying));
  if (value.policy && !document) return;
  const keyId = value.id?.value ?? id ?? laying.session.environment.uuid();
  if (!KEY_ID.test(keyId)) {
    laying.faults.add(
      value.id?.at ?? given.at,
      `"${keyId}" is not the id of a key, such as 1234abcd-12ab-34cd-56ef-1234567890ab`,
    );
    return;
  }
  const input = {
    Policy: document?.text,
    // What is given is given, even if nobody could change it any more.
    BypassPolicyLockoutSafetyCheck: document && true,
    MultiRegion: keyId.startsWith('mrk-') || undefined,
    KeySpec: value.spec,
    KeyUsage: value.usage,
    Tags: value.tags && Object.entries(value.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  };
  const created = () => make(['kms', 'CreateKey'], input, maker, laying, document);
  if (!(await laying.withKeyId(keyId, created))) return;
  const aliases = [...(alias === undefined ? [] : [{ at: given.at, value: alias }]), ...(value.aliases ?? [])];
  for (const { at, value: AliasName } of aliases) {
    await make(['kms', 'CreateAlias'], { AliasName, TargetKeyId: keyId }, { ...maker, at }, laying);
  }
  await layGrants(keyId, value, maker, laying);
  const { state } = value;
  if (state?.value === 'disabled')
    await make(['kms', 'DisableKey'], { KeyId: keyId }, { ...maker, at: state.at }, laying);
  if (state?.value === 'pending-deletion') {
    await make(['kms', 'ScheduleKeyDeletion'], { KeyId: keyId }, { ...maker, at: state.at }, laying);
  }
}

async function layGrants(KeyId: string, { grants = [] }: GivenKey, maker: Maker, laying: Laying): Promise<void> {
  for (const { at, value } of grants) {
    const { grantee = '', operations: Operations, ...constraints } = value;
    const GranteePrincipal = principalArn(grantee, maker.account);
    if (GranteePrincipal === undefined) {
      laying.faults.add(
        at,
        `the grant needs "grantee": user/NAME, role/NAME, root, ACCOUNT:… or an ARN, not "${grantee}"`,
      );
      continue;
    }
    const Constraints = {
      EncryptionContextEquals: constraints['encryption-context-equals'],
      EncryptionContextSubset: constraints['encryption-context-subset'],
    };
    const input = { KeyId, GranteePrincipal, Operations, Constraints };
    await make(['kms', 'CreateGrant'], input, { ...maker, at }, laying);
  }
}

/** `role/app`, `444455556666:root`: a principal in the forms of `--as`, without paths. */
function principalArn(text: string, own: AccountId): string | undefined {
  if (text.startsWith('arn:')) return text;
  const [, account = own, principal] = /^(?:(\d{12}):)?(root|(?:user|role)\/.+)$/s.exec(text) ?? [];
  return principal === undefined ? undefined : `arn:aws:iam::${account}:${principal}`;
}

const KEY_ID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

interface NamedKey {
  readonly maker: Maker;
  readonly id?: string | undefined;
  readonly alias?: string | undefined;
}

/** A key under its ARN, its id, or one of its aliases; undefined for another name, which is noted. */
function keyNamed(given: Named<GivenKey>, { region }: GivenKey, laying: Laying): NamedKey | undefined {
  const arn = parseArn(given.name);
  const id = arn && /^key\/(.+)$/.exec(arn.resource)?.[1];
  if (arn && id !== undefined && isAccountId(arn.account) && isRegion(arn.region)) {
    return { maker: { account: arn.account, region: arn.region, at: given.at }, id };
  }
  const { maker, name } = inAccount(given, laying);
  const place = { ...maker, region: region ?? maker.region };
  if (name.startsWith('alias/')) return { maker: place, alias: name };
  if (KEY_ID.test(name)) return { maker: place, id: name };
  return laying.faults.add(
    given.at,
    `"${given.name}" is not a key: its name is its ARN, its id, or an alias such as alias/app`,
  );
}

async function layBucket({ name: Bucket, at, value }: Named<GivenBucket>, laying: Laying): Promise<void> {
  const { account = laying.account, region = laying.region } = value;
  const maker = { account, region, at };
  const CreateBucketConfiguration = region === 'us-east-1' ? undefined : { LocationConstraint: region };
  if (!(await make(['s3', 'CreateBucket'], { Bucket, CreateBucketConfiguration }, maker, laying))) return;
  const { encryption, versioning, tags, policy, objects = [] } = value;
  if (value['public-access-block']?.value === false) {
    await make(
      ['s3', 'DeletePublicAccessBlock'],
      { Bucket },
      { ...maker, at: value['public-access-block'].at },
      laying,
    );
  }
  if (encryption) {
    const { type, key: KMSMasterKeyID } = encryption.value;
    const SSEAlgorithm = type ?? 'aws:kms';
    const BucketKeyEnabled = encryption.value['bucket-key'];
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID }, BucketKeyEnabled };
    const input = { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } };
    await make(['s3', 'PutBucketEncryption'], input, { ...maker, at: encryption.at }, laying);
  }
  if (versioning?.value) {
    const input = { Bucket, VersioningConfiguration: { Status: 'Enabled' } };
    await make(['s3', 'PutBucketVersioning'], input, { ...maker, at: versioning.at }, laying);
  }
  if (tags) {
    const input = { Bucket, Tagging: { TagSet: tagList(tags.value) } };
    await make(['s3', 'PutBucketTagging'], input, { ...maker, at: tags.at }, laying);
  }
  for (const object of objects) {
    const { encryption: own, tags: ofObject } = object.value;
    const input = {
      Bucket,
      Key: object.name,
      Body: new Uint8Array(),
      Tagging: ofObject && new URLSearchParams(ofObject).toString(),
      ...(own && {
        ServerSideEncryption: own.type ?? 'aws:kms',
        SSEKMSKeyId: own.key,
        BucketKeyEnabled: own['bucket-key'],
      }),
    };
    await make(['s3', 'PutObject'], input, { ...maker, at: object.at }, laying);
  }
  const document = policy && (await textOf(policy, laying));
  if (document) await make(['s3', 'PutBucketPolicy'], { Bucket, Policy: document.text }, maker, laying, document);
}
