/** Replicas, and changing the primary region: AWS KMS Developer Guide, "Multi-Region keys in AWS KMS". */

import { keyArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { ReplicateKeyRequest } from '../api/model/kms.types.ts';
import { didYouMean } from '../api/nearest.ts';
import { isRegion, type Region, regions } from '../api/regions.ts';
import { type Call, operation } from '../call/operation.ts';
import type { RecordedResource } from '../store/records/call.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { backingKeys, openBackingKey, putBackingKey } from './backing-key.ts';
import { arnOf, getKey, keyMetadata, putKey } from './key.ts';
import { countNewKey } from './key-count.ts';
import { findKey, keyNotFound } from './key-id.ts';
import { acceptKeyPolicy, shownKeyPolicy } from './key-policy.ts';
import { defaultKeyPolicy } from './key-policy-text.ts';
import { requireState } from './key-state.ts';
import { creationFields } from './keys.ts';
import { multiRegionSet, multiRegionType } from './multi-region-set.ts';
import { accountAccess, callContext, keyAccess, requestTagContext, specContext } from './permissions.ts';
import { notPrimary } from './rotation.ts';
import { checkTags } from './tags.ts';

/** Creates a related key in another region, with the primary's id and material, but its own policy and tags. */
export const ReplicateKey = operation('kms', 'ReplicateKey', {
  resolve({ KeyId, ReplicaRegion, Tags = [] }, call) {
    checkTags(Tags);
    return { ...findKey(KeyId, 'ReplicateKey', call), region: knownRegion(ReplicaRegion, 'replicaRegion') };
  },
  authorize: ({ region, ...found }, { Tags = [] }, call) => {
    const inReplicaRegion = { ...callContext(call), 'aws:RequestedRegion': region, ...requestTagContext(Tags) };
    const { account } = found.key;
    return [
      keyAccess('ReplicateKey', found, call, { context: { 'kms:ReplicaRegion': region } }),
      accountAccess('CreateKey', call, {
        ...inReplicaRegion,
        ...specContext(found.key),
        'kms:MultiRegionKeyType': 'REPLICA',
      }),
      ...(Tags.length > 0
        ? [
            {
              action: 'kms:TagResource',
              resource: keyArn(region, account, found.key.keyId),
              owner: account,
              context: inReplicaRegion,
            },
          ]
        : []),
    ];
  },
  run({ key, region }, input, call) {
    requireState(key, 'ReplicateKey');
    if (multiRegionType(key, call.tx) !== 'PRIMARY') throw notPrimary(key);
    if (getKey(call.tx, key.account, region, key.keyId)) throw replicaExists(keyArn(region, key.account, key.keyId));
    const replica = putReplica(key, region, input, call);
    const metadata = keyMetadata(replica, call.tx);
    const { KeyId: _, ReplicaRegion: __, ...creation } = input;
    call.note({
      resources: [keyResource(key)],
      elsewhere: {
        region,
        operation: 'CreateKey',
        parameters: creationFields(creation, replica),
        response: { keyMetadata: auditFields(metadata) },
        resources: [keyResource(replica)],
      },
    });
    return {
      ReplicaKeyMetadata: metadata,
      ReplicaPolicy: shownKeyPolicy(replica, call.tx),
      ...(replica.tags.length > 0 && { ReplicaTags: replica.tags }),
    };
  },
  parameters: (input) =>
    auditFields({
      BypassPolicyLockoutSafetyCheck: false,
      Description: '',
      ...auditMembers(
        input,
        'KeyId',
        'ReplicaRegion',
        'BypassPolicyLockoutSafetyCheck',
        'Description',
        'Tags',
        'Policy',
      ),
    }),
  response: (output) => auditFields(output),
});

function putReplica(key: KeyRecord, region: Region, input: ReplicateKeyRequest, call: Call): KeyRecord {
  const { tx } = call;
  const place = { ...key, region };
  countNewKey(place, tx);
  const accepted =
    input.Policy === undefined
      ? { policy: defaultKeyPolicy(key.account) }
      : acceptKeyPolicy(input.Policy, place, call, {
          bypassesLockoutCheck: input.BypassPolicyLockoutSafetyCheck ?? false,
        });
  // Imported material must be imported into each related key separately.
  const isShared = key.origin === 'AWS_KMS';
  for (const backing of isShared ? backingKeys(tx, key) : []) {
    const material = { secret: openBackingKey(call, key, backing), publicKey: backing.publicKey };
    putBackingKey(call, place, material, backing);
  }
  const set = multiRegionSet(tx, key.account, key.keyId);
  tx.kmsMultiRegionSets.put([key.account, key.keyId], { ...set, replicas: [...set.replicas, region] });
  tx.kmsKeyOwners.put([region, key.keyId], key.account);
  const nowMs = call.now.getTime();
  return putKey(tx, {
    v: 1,
    account: key.account,
    region,
    keyId: key.keyId,
    manager: key.manager,
    spec: key.spec,
    usage: key.usage,
    origin: key.origin,
    createdMs: nowMs,
    description: input.Description ?? '',
    lifecycle: { state: 'Creating', untilMs: nowMs + call.settings.settleDelayMs },
    ...accepted,
    tags: input.Tags ?? [],
    aliases: [],
    grantCount: 0,
    ...(isShared && key.current && { current: key.current }),
    ...(isShared && key.materialIsElsewhere && { materialIsElsewhere: true }),
    multiRegion: true,
    onDemandRotations: 0,
  });
}

/** Swaps the roles of a replica and the primary; the rotation schedule moves to the new primary. */
export const UpdatePrimaryRegion = operation('kms', 'UpdatePrimaryRegion', {
  resolve({ KeyId, PrimaryRegion }, call) {
    const region = knownRegion(PrimaryRegion, 'primaryRegion');
    const { key } = findKey(KeyId, 'UpdatePrimaryRegion', call);
    return { key, region, heir: getKey(call.tx, key.account, region, key.keyId) };
  },
  authorize: ({ key, region, heir }, _input, call) =>
    [key, heir]
      .filter((each) => each !== undefined)
      .map((each) =>
        keyAccess('UpdatePrimaryRegion', { key: each }, call, { context: { 'kms:PrimaryRegion': region } }),
      ),
  run({ key, region, heir }, { PrimaryRegion }, call) {
    requireState(key, 'UpdatePrimaryRegion');
    if (multiRegionType(key, call.tx) !== 'PRIMARY') throw notPrimary(key);
    if (!heir) throw keyNotFound(keyArn(region, key.account, key.keyId));
    if (heir.region === key.region) return;
    requireState(heir, 'UpdatePrimaryRegion');
    swapRoles(key, heir, call);
    call.note({
      resources: [keyResource(key)],
      // It lists no resources: AWS KMS Developer Guide, "UpdatePrimaryRegion" log entry.
      elsewhere: {
        region,
        operation: 'UpdatePrimaryRegion',
        parameters: { keyId: arnOf(heir), primaryRegion: PrimaryRegion },
        response: { keyId: arnOf(heir) },
        resources: [],
      },
    });
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'PrimaryRegion'),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

const keyResource = (key: KeyRecord): RecordedResource => ({
  arn: arnOf(key),
  type: 'AWS::KMS::Key',
  account: key.account,
});

function swapRoles(primary: KeyRecord, heir: KeyRecord, call: Call): void {
  const { tx } = call;
  const set = multiRegionSet(tx, primary.account, primary.keyId);
  const replicas = set.replicas.map((region) => (region === heir.region ? primary.region : region));
  tx.kmsMultiRegionSets.put([primary.account, primary.keyId], { ...set, primary: heir.region, replicas });
  const lifecycle = { state: 'Updating', untilMs: call.now.getTime() + call.settings.settleDelayMs } as const;
  const { rotation, rotating, onDemandRotations, ...rest } = primary;
  putKey(tx, { ...rest, lifecycle, onDemandRotations: 0 });
  putKey(tx, {
    ...heir,
    lifecycle,
    ...(rotation && { rotation }),
    ...(rotating && { rotating }),
    onDemandRotations,
  });
}

function knownRegion(text: string, member: string): Region {
  if (isRegion(text)) return text;
  throw new AwsError(
    'ValidationException',
    `Value '${text}' at '${member}' is not a region of this partition.`,
    {},
    didYouMean(text, regions),
  );
}

const replicaExists = (arn: string) => new AwsError('AlreadyExistsException', `${arn} already exists.`);
