/** Stores the configuration of accounts, in one transaction and with everything that has to agree with it. */

import type { AccountId } from '../api/arn.ts';
import { DAY_MS } from '../api/duration.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { policyKey } from '../iam/caller-policies.ts';
import { putGroup, putRole, putUser } from '../iam/entities.ts';
import { newEntityId } from '../iam/entity-id.ts';
import { bindPrincipals, type CanonicalUsers, withIds } from '../iam/principal-bindings.ts';
import { keyNamed } from '../kms/account-keys.ts';
import { addGrant } from '../kms/grant.ts';
import { findPrincipal } from '../kms/grant-principal.ts';
import { arnOf, getKey, putKey } from '../kms/key.ts';
import { customerKeys } from '../kms/key-count.ts';
import { awsManagedPolicy } from '../policy/aws-managed-policies.ts';
import { isPublicPolicy } from '../policy/public-policy.ts';
import { addBucket } from '../s3/buckets/buckets.ts';
import { newS3Key } from '../s3/content/envelope.ts';
import { accountOfCanonicalId } from '../s3/request/owner.ts';
import type { RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { GrantPrincipal, KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { materialExpiry } from '../tally/level-series.ts';
import { setLevel } from '../tally/levels.ts';
import type { AliasDraft, BucketDraft, Configuration, GrantDraft, KeyDraft } from './configuration.ts';
import { storeOrganization } from './store-organization.ts';

/** Where it is stored. */
export interface Site {
  readonly tx: Tx;
  /** The store's time. */
  readonly now: Date;
  /** The machine's time, in milliseconds. */
  readonly machineMs: number;
  readonly random: (size: number) => Uint8Array;
  readonly uuid: () => string;
  readonly rootKey: RootKey;
}

/** Stores accounts that the store does not have, or no longer. */
export function storeConfiguration(configuration: Configuration, site: Site): void {
  const { tx, now, machineMs } = site;
  for (const account of configuration.accounts) {
    tx.accounts.put([account], { v: 1, account, createdMs: now.getTime(), importedMs: machineMs });
  }
  for (const organization of configuration.organizations) storeOrganization(organization, site);
  storeIdentities(configuration, site);
  // The principals of policies are bound to the identities.
  storeKeys(configuration, site);
  const canonicalUser: CanonicalUsers = (id) => configuration.canonicalUsers.get(id) ?? accountOfCanonicalId(id, tx);
  for (const bucket of configuration.buckets) storeBucket(bucket, canonicalUser, site);
  for (const [account, block] of configuration.accountBlocks) tx.accountPublicAccessBlocks.put([account], block);
}

function storeIdentities({ users, groups, roles, policies }: Configuration, { tx, now, random }: Site): void {
  const nowMs = now.getTime();
  for (const { id = newEntityId('ANPA', random), createdMs = nowMs, updatedMs = createdMs, ...policy } of policies) {
    // Those of AWS's that ssebox has are the same in every account.
    if (awsManagedPolicy(policy.arn)) continue;
    tx.managedPolicies.put(policyKey(policy.arn), { v: 1, ...policy, id, createdMs, updatedMs });
  }
  for (const { id = newEntityId('AGPA', random), createdMs = nowMs, ...group } of groups) {
    putGroup(tx, { v: 1, ...group, id, createdMs });
    noteUses('group', group, tx);
  }
  for (const { id = newEntityId('AIDA', random), createdMs = nowMs, ...user } of users) {
    putUser(tx, { v: 1, ...user, id, createdMs });
    tx.principalIds.put([id], { kind: 'user', account: user.account, name: user.name });
    for (const group of user.groups) {
      tx.groupMembers.put([user.account, group.toLowerCase(), user.name.toLowerCase()], true);
    }
    noteUses('user', user, tx);
  }
  const stored = roles.map(({ id = newEntityId('AROA', random), createdMs = nowMs, ...role }): RoleRecord => {
    const record: RoleRecord = { v: 1, ...role, id, createdMs };
    putRole(tx, record);
    tx.principalIds.put([id], { kind: 'role', account: role.account, name: role.name });
    noteUses('role', role, tx);
    return record;
  });
  for (const role of stored) putRole(tx, { ...role, trustPolicy: withIds(role.trustPolicy, tx) });
}

type Bounded = Pick<UserRecord, 'account' | 'name' | 'attachedPolicies' | 'boundary'>;

function noteUses(kind: 'user' | 'group' | 'role', entity: Bounded, tx: Tx): void {
  const { account, name, attachedPolicies, boundary } = entity;
  const use = `${account}/${name.toLowerCase()}`;
  if (boundary !== undefined) tx.policyUses.put([boundary, kind, use], { account, as: 'boundary' });
  // A boundary that is also attached counts as attached.
  for (const arn of attachedPolicies) tx.policyUses.put([arn, kind, use], { account, as: 'policy' });
}

function storeKeys({ keys, aliases, grants }: Configuration, site: Site): void {
  const { tx } = site;
  for (const key of keys) storeKey(key, site);
  for (const { account, region } of keys) tx.kmsKeyCounts.put([account, region], customerKeys({ account, region }, tx));
  for (const alias of aliases) storeAlias(alias, site);
  for (const grant of grants) storeGrant(grant, site);
}

function storeKey({ related, createdMs, rotation, ...draft }: KeyDraft, { tx, now }: Site): void {
  const nowMs = now.getTime();
  const { account, region, keyId, expiration } = draft;
  const key: KeyRecord = {
    v: 1,
    ...draft,
    createdMs: createdMs ?? nowMs,
    principals: bindPrincipals(draft.policy, tx),
    aliases: [],
    grantCount: 0,
    // Where nobody has the material yet, it can be imported here, too.
    ...(draft.lifecycle.state !== 'PendingImport' && { materialIsElsewhere: true }),
    ...(rotation && {
      rotation: { periodDays: rotation.periodDays, nextMs: rotation.nextMs ?? nowMs + rotation.periodDays * DAY_MS },
    }),
    ...(expiration?.validToMs !== undefined && { materialExpiryMs: expiration.validToMs }),
    onDemandRotations: 0,
  };
  putKey(tx, key);
  if (key.materialExpiryMs !== undefined) setLevel(materialExpiry(key), key.materialExpiryMs, nowMs, tx);
  tx.kmsKeyOwners.put([region, keyId], account);
  if (related) tx.kmsMultiRegionSets.put([account, keyId], { v: 1, ...related });
}

function storeAlias({ account, region, name, keyId, createdMs, updatedMs }: AliasDraft, { tx, now }: Site): void {
  const key = getKey(tx, account, region, keyId);
  if (!key) return;
  const bornMs = createdMs ?? now.getTime();
  tx.kmsAliases.put([account, region, name], { v: 1, keyId, createdMs: bornMs, updatedMs: updatedMs ?? bornMs });
  putKey(tx, { ...key, aliases: [...key.aliases, name].sort() });
}

function storeGrant(grant: GrantDraft, { tx, now, random }: Site): void {
  const key = getKey(tx, grant.account, grant.region, grant.keyId);
  if (!key) return;
  const {
    grantId = Buffer.from(random(32)).toString('hex'),
    createdMs = now.getTime(),
    grantee,
    retiring,
    ...rest
  } = grant;
  addGrant(tx, key, {
    v: 1,
    ...rest,
    grantId,
    createdMs,
    grantee: grantPrincipal(grantee, tx),
    ...(retiring !== undefined && { retiring: grantPrincipal(retiring, tx) }),
  });
}

/** A user or role by its unique id, which is all that is left of a deleted one. */
function grantPrincipal(text: string, tx: Tx): GrantPrincipal {
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(text)) return { kind: 'service', name: text };
  if (/^A(?:IDA|ROA)[A-Z0-9]{12,124}$/.test(text)) return { kind: 'principal', arn: text, id: text };
  return findPrincipal(text, tx) ?? { kind: 'principal', arn: text };
}

function storeBucket(
  { replication, createdMs, ...draft }: BucketDraft,
  canonicalUser: CanonicalUsers,
  site: Site,
): void {
  const { tx, now, uuid } = site;
  const { policy } = draft;
  const id = uuid();
  addBucket(
    {
      v: 1,
      ...draft,
      id,
      createdMs: createdMs ?? now.getTime(),
      objectsElsewhere: { keyArn: defaultKeyOf(draft, tx) },
      s3Key: newS3Key(id, site),
      ...(policy !== undefined && {
        policyPrincipals: bindPrincipals(policy, tx, canonicalUser),
        policyIsPublic: isPublicPolicy(policy),
      }),
    },
    site,
  );
  if (replication) tx.replicationConfigurations.put([draft.name], { v: 1, configuration: replication });
}

/** The key of the bucket's default encryption, named by id or alias as in its owner's account. */
function defaultKeyOf({ encryption, owner, region }: BucketDraft, tx: Tx): string | undefined {
  if (encryption.kind === 'SSE-S3') return undefined;
  const key = keyNamed(encryption.keyId ?? 'alias/aws/s3', owner, region, tx);
  return key && arnOf(key);
}

/** What in the store is in the way of an import: another account's bucket or key of the same name, another organization. */
export function* clashes({ accounts, buckets, keys, organizations }: Configuration, tx: Tx): Iterable<string> {
  const isForeign = (owner: AccountId | undefined) => owner !== undefined && !accounts.has(owner);
  for (const { name } of buckets) {
    const owner = tx.buckets.get([name])?.owner;
    if (isForeign(owner)) yield `the bucket "${name}" of the store belongs to the account ${owner}`;
  }
  for (const { region, keyId } of keys) {
    const owner = tx.kmsKeyOwners.get([region, keyId]);
    if (isForeign(owner)) yield `the KMS key ${keyId} of the store, in ${region}, belongs to the account ${owner}`;
  }
  for (const { id, members } of organizations) {
    for (const { account } of members) {
      const other = tx.organizationMembers.get([account])?.organization;
      if (other !== undefined && other !== id)
        yield `the account ${account} of the store is in the organization ${other}`;
    }
  }
}
