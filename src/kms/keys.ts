/** Creating, describing, enabling and disabling KMS keys. */

import { keyArn, rootArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { CreateKeyRequest, KeySpec, KeyUsageType, OriginType, Tag } from '../api/model/kms.types.ts';
import { type Call, operation, transfer } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import type { KeyRecord, OfferedKeySpec } from '../store/records/kms.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { currentOf, type Material, putBackingKey } from './backing-key.ts';
import { arnOf, keyMetadata, putKey } from './key.ts';
import { countNewKey, requireRoomForKey } from './key-count.ts';
import { findKey } from './key-id.ts';
import { materialAtOnce, materialInTime, seedBytes } from './key-material.ts';
import { acceptKeyPolicy } from './key-policy.ts';
import { defaultKeyPolicy } from './key-policy-text.ts';
import { incompatibleUsage, isSymmetric, keySpecs } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { trailingDaysContext } from './key-use.ts';
import { pageOf } from './paging.ts';
import {
  accountAccess,
  callContext,
  keyAccess,
  requestTagContext,
  requireAccount,
  specContext,
} from './permissions.ts';
import { resumeRotation } from './rotate.ts';
import { checkTags } from './tags.ts';

/** A new key's properties, with defaults filled in. */
type KeyPlan = Pick<
  KeyRecord,
  'account' | 'region' | 'spec' | 'usage' | 'origin' | 'multiRegion' | 'description' | 'tags'
>;

/** Creates a KMS key. RSA and ML-DSA material is generated between two transactions, other material within one. */
export const CreateKey = transfer('kms', 'CreateKey', {
  resolve: (input, call): KeyPlan => ({
    ...wantedKey(input),
    account: requireAccount(call, 'kms:CreateKey'),
    region: call.region,
    description: input.Description ?? '',
    tags: checkedTags(input.Tags),
  }),
  authorize: (plan, input, call) => createKeyAccesses(plan, input, call),
  begin(plan, { Policy, BypassPolicyLockoutSafetyCheck = false }, call) {
    requireRoomForKey(plan, call.tx);
    const keyId = plan.multiRegion ? `mrk-${call.uuid().replaceAll('-', '')}` : call.uuid();
    const key = { ...plan, keyId };
    const policy =
      Policy === undefined
        ? { policy: defaultKeyPolicy(plan.account) }
        : acceptKeyPolicy(Policy, key, call, { bypassesLockoutCheck: BypassPolicyLockoutSafetyCheck });
    return { key, policy, seed: plan.origin === 'AWS_KMS' ? call.random(seedBytes(plan.spec)) : undefined };
  },
  moveAtOnce({ key, seed }): { readonly material: Material | undefined } | undefined {
    if (seed === undefined) return { material: undefined };
    const material = materialAtOnce(key.spec, seed);
    return material && { material };
  },
  async move({ key, seed }) {
    return { material: seed && (await materialInTime(key.spec, seed)) };
  },
  finish({ key, policy: accepted }, { material }, _input, call) {
    const { tx } = call;
    countNewKey(key, tx);
    const createdMs = call.now.getTime();
    const backing = material && putBackingKey(call, key, material, { generation: 1, createdMs });
    if (key.multiRegion) {
      tx.kmsMultiRegionSets.put([key.account, key.keyId], { v: 1, primary: key.region, replicas: [] });
    }
    tx.kmsKeyOwners.put([key.region, key.keyId], key.account);
    const made = putKey(tx, {
      v: 1,
      ...key,
      manager: 'CUSTOMER',
      createdMs,
      lifecycle: { state: backing ? 'Enabled' : 'PendingImport' },
      ...accepted,
      aliases: [],
      grantCount: 0,
      ...(backing && { current: currentOf(key, backing) }),
      onDemandRotations: 0,
    });
    call.note({ resources: [{ arn: arnOf(made), type: 'AWS::KMS::Key', account: made.account }] });
    return { KeyMetadata: keyMetadata(made, tx) };
  },
  parameters: (input, plan) => creationFields(input, plan),
  response: ({ KeyMetadata }) => ({ keyMetadata: KeyMetadata && auditFields(KeyMetadata) }),
});

/** The request of CreateKey in the audit log, with defaults filled in; without a plan, only as it was sent. */
export const creationFields = (
  input: CreateKeyRequest,
  plan: Pick<KeyPlan, 'spec' | 'usage' | 'origin' | 'multiRegion'> | undefined,
): Readonly<Record<string, unknown>> => ({
  tags: [],
  ...auditFields({
    ...(plan && {
      KeyUsage: plan.usage,
      Origin: plan.origin,
      MultiRegion: plan.multiRegion,
      KeySpec: plan.spec,
      CustomerMasterKeySpec: plan.spec,
    }),
    BypassPolicyLockoutSafetyCheck: false,
    Description: '',
    ...input,
  }),
});

function wantedKey(input: CreateKeyRequest): Pick<KeyPlan, 'spec' | 'usage' | 'origin' | 'multiRegion'> {
  const { KeySpec, CustomerMasterKeySpec, Origin = 'AWS_KMS', MultiRegion = false } = input;
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw new AwsError(
      'ValidationException',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    );
  }
  const wanted = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  const usage = input.KeyUsage ?? (isSymmetric(wanted) ? 'ENCRYPT_DECRYPT' : undefined);
  if (usage === undefined) {
    throw new AwsError(
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    );
  }
  if (input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined || !isLocalOrigin(Origin)) {
    throw new AwsError('UnsupportedOperationException', 'ssebox has no custom key stores.');
  }
  const spec = offeredSpec(wanted, usage);
  // Node cannot read ML-DSA private keys that were made elsewhere.
  if (Origin === 'EXTERNAL' && keySpecs[spec].family === 'ml-dsa') {
    throw new AwsError('UnsupportedOperationException', `ssebox imports no key material of spec ${spec}.`);
  }
  return { spec, usage, origin: Origin, multiRegion: MultiRegion };
}

const isLocalOrigin = (origin: OriginType): origin is KeyRecord['origin'] =>
  origin === 'AWS_KMS' || origin === 'EXTERNAL';

function offeredSpec(spec: KeySpec, usage: KeyUsageType): OfferedKeySpec {
  if (spec === 'SM2') {
    if (usage === 'GENERATE_VERIFY_MAC') throw incompatibleUsage(usage, spec);
    // AWS KMS Developer Guide, "SM2 key spec (China Regions only)".
    throw new AwsError('UnsupportedOperationException', 'KeySpec SM2 is not supported in this region.');
  }
  if (!keySpecs[spec].usages.includes(usage)) throw incompatibleUsage(usage, spec, keySpecs[spec].usages);
  return spec;
}

function checkedTags(tags: readonly Tag[] = []): readonly Tag[] {
  checkTags(tags);
  return tags;
}

/** Only IAM policies can allow these: AWS KMS Developer Guide, "Permissions for creating KMS keys". */
function createKeyAccesses(plan: KeyPlan, input: CreateKeyRequest, call: Call): Access[] {
  const { account, region } = plan;
  const context = { ...callContext(call), ...requestTagContext(input.Tags) };
  const bypass = input.BypassPolicyLockoutSafetyCheck;
  const accesses = [
    accountAccess('CreateKey', call, {
      ...context,
      ...specContext(plan),
      ...(plan.multiRegion && { 'kms:MultiRegionKeyType': 'PRIMARY' }),
      ...(bypass !== undefined && { 'kms:BypassPolicyLockoutSafetyCheck': bypass }),
    }),
  ];
  if (plan.tags.length > 0) {
    accesses.push({ action: 'kms:TagResource', resource: keyArn(region, account, '*'), owner: account, context });
  }
  if (plan.multiRegion) accesses.push(serviceLinkedRoleAccess(account));
  return accesses;
}

/** KMS creates a role for synchronizing the account's multi-Region keys. */
function serviceLinkedRoleAccess(account: string): Access {
  const service = 'mrk.kms.amazonaws.com';
  const role = `role/aws-service-role/${service}/AWSServiceRoleForKeyManagementServiceMultiRegionKeys`;
  return {
    action: 'iam:CreateServiceLinkedRole',
    resource: rootArn(account).replace(/root$/, role),
    owner: account,
    context: { 'iam:AWSServiceName': service },
  };
}

export const DescribeKey = operation('kms', 'DescribeKey', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'DescribeKey', call),
  authorize: (found, { GrantTokens }, call) => [keyAccess('DescribeKey', found, call, { grantTokens: GrantTokens })],
  run({ key }, _input, { tx }) {
    requireState(key, 'DescribeKey');
    return { KeyMetadata: keyMetadata(key, tx) };
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
});

/** Lists every key of the account and region: customer managed, AWS managed, pending deletion. */
export const ListKeys = operation('kms', 'ListKeys', {
  resolve: (_input, call) => requireAccount(call, 'kms:ListKeys'),
  authorize: (_account, _input, call) => [accountAccess('ListKeys', call)],
  run(account, input, { tx, region }) {
    const list = { list: `keys of ${account} in ${region}`, defaultLimit: 100, maxLimit: 1000 };
    const { items, more } = pageOf(list, input, (range) => tx.kmsKeys.under([account, region], range));
    return { Keys: items.map(({ value }) => ({ KeyId: value.keyId, KeyArn: arnOf(value) })), ...more };
  },
  parameters: (input) => nullIfEmpty(auditMembers(input, 'Limit', 'Marker')),
});

const nullIfEmpty = <T extends object>(fields: T): T | null => (Object.keys(fields).length > 0 ? fields : null);

export const EnableKey = operation('kms', 'EnableKey', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'EnableKey', call),
  authorize: (found, _input, call) => [keyAccess('EnableKey', found, call)],
  run({ key }, _input, { tx, now }) {
    requireState(key, 'EnableKey');
    putKey(tx, { ...resumeRotation(key, now.getTime()), lifecycle: { state: 'Enabled' } });
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

export const DisableKey = operation('kms', 'DisableKey', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'DisableKey', call),
  authorize: (found, _input, call) => [
    keyAccess('DisableKey', found, call, { context: trailingDaysContext(found.key, call) }),
  ],
  run({ key }, _input, { tx }) {
    requireState(key, 'DisableKey');
    putKey(tx, { ...key, lifecycle: { state: 'Disabled' } });
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

export const UpdateKeyDescription = operation('kms', 'UpdateKeyDescription', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'UpdateKeyDescription', call),
  authorize: (found, _input, call) => [keyAccess('UpdateKeyDescription', found, call)],
  run({ key }, { Description }, { tx }) {
    requireState(key, 'UpdateKeyDescription');
    putKey(tx, { ...key, description: Description });
  },
  parameters: (input) => auditFields(input),
});
