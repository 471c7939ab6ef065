/**
 * AWS managed keys: created on first use, one per service, account and region. AWS KMS Developer Guide, "AWS managed
 * keys".
 */

import type { AccountId } from '../api/arn.ts';
import { DAY_MS } from '../api/duration.ts';
import type { Region } from '../api/regions.ts';
import type { Call } from '../call/operation.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { addAlias } from './alias.ts';
import { currentOf, putBackingKey } from './backing-key.ts';
import { putKey } from './key.ts';
import { s3ManagedKeyPolicy } from './key-policy-text.ts';

interface ManagedKeyFacts {
  readonly description: string;
  readonly policy: (account: AccountId, region: Region) => string;
}

const managedKeys: Readonly<Record<string, ManagedKeyFacts>> = {
  'alias/aws/s3': {
    description: 'Default key that protects my S3 objects when no other key is defined',
    policy: s3ManagedKeyPolicy,
  },
};

/** The aliases that represent an AWS managed key before it exists. */
export const awsManagedAliases: readonly string[] = Object.keys(managedKeys);

export const isAwsManagedAlias = (alias: string): boolean => Object.hasOwn(managedKeys, alias);

/** AWS managed keys are rotated every year: AWS KMS Developer Guide, "Rotating AWS managed keys". */
const ROTATION_DAYS = 365;

/** Creates the AWS managed key that an alias represents. */
export function awsManagedKey(alias: string, account: AccountId, call: Call): KeyRecord | undefined {
  const facts = managedKeys[alias];
  if (!facts) return undefined;
  const createdMs = call.now.getTime();
  const place = { account, region: call.region, keyId: call.uuid(), spec: 'SYMMETRIC_DEFAULT' } as const;
  const backing = putBackingKey(call, place, { secret: call.random(32) }, { generation: 1, createdMs });
  call.tx.kmsKeyOwners.put([call.region, place.keyId], account);
  const key = putKey(call.tx, {
    v: 1,
    ...place,
    manager: 'AWS',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    createdMs,
    description: facts.description,
    lifecycle: { state: 'Enabled' },
    policy: facts.policy(account, call.region),
    tags: [],
    aliases: [],
    grantCount: 0,
    current: currentOf(place, backing),
    multiRegion: false,
    rotation: { periodDays: ROTATION_DAYS, nextMs: createdMs + ROTATION_DAYS * DAY_MS },
    onDemandRotations: 0,
  });
  return addAlias(call.tx, key, alias, createdMs);
}
