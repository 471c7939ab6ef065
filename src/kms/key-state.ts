/** The operations that each key state allows: AWS KMS Developer Guide, "Key states of AWS KMS keys", as a table. */

import { AwsError } from '../api/errors.ts';
import type { KeyRecord, State } from '../store/records/kms.ts';
import { arnOf, invalidOrigin } from './key.ts';

type StateRule =
  | 'ok'
  | 'disabled'
  | 'pending deletion'
  | 'not pending deletion'
  | 'pending import'
  | 'creating'
  | 'updating'
  | 'origin';

type Row = Readonly<Record<State, StateRule>>;

const always: Row = {
  Enabled: 'ok',
  Disabled: 'ok',
  PendingDeletion: 'ok',
  PendingReplicaDeletion: 'ok',
  PendingImport: 'ok',
  Creating: 'ok',
  Updating: 'ok',
};

const notInDeletion: Row = {
  ...always,
  PendingDeletion: 'pending deletion',
  PendingReplicaDeletion: 'pending deletion',
};

/** Operations that need a usable key. */
const usable: Row = {
  ...notInDeletion,
  Disabled: 'disabled',
  PendingImport: 'pending import',
  Creating: 'creating',
};

const rotation: Row = { ...usable, PendingImport: 'origin' };

const switching: Row = {
  ...notInDeletion,
  PendingImport: 'pending import',
  Creating: 'creating',
  Updating: 'updating',
};

const importing: Row = { ...notInDeletion, Creating: 'creating' };

/** Every operation on a key, by name. */
export const stateTable = {
  CancelKeyDeletion: {
    Enabled: 'not pending deletion',
    Disabled: 'not pending deletion',
    PendingDeletion: 'ok',
    PendingReplicaDeletion: 'ok',
    PendingImport: 'not pending deletion',
    Creating: 'not pending deletion',
    Updating: 'not pending deletion',
  },
  CreateAlias: notInDeletion,
  CreateGrant: usable,
  Decrypt: usable,
  DeleteAlias: always,
  DeleteImportedKeyMaterial: { ...always, Creating: 'creating', Updating: 'updating' },
  DeriveSharedSecret: usable,
  DescribeKey: always,
  DisableKey: switching,
  DisableKeyRotation: rotation,
  EnableKey: switching,
  EnableKeyRotation: rotation,
  Encrypt: usable,
  GenerateDataKey: usable,
  GenerateDataKeyPair: usable,
  GenerateDataKeyPairWithoutPlaintext: usable,
  GenerateDataKeyWithoutPlaintext: usable,
  GenerateMac: usable,
  GetKeyLastUsage: always,
  GetKeyPolicy: always,
  GetKeyRotationStatus: { ...always, PendingImport: 'origin' },
  GetParametersForImport: { ...importing, Updating: 'updating' },
  GetPublicKey: usable,
  ImportKeyMaterial: importing,
  ListAliases: always,
  ListGrants: always,
  ListKeyPolicies: always,
  ListKeyRotations: always,
  ListResourceTags: always,
  PutKeyPolicy: always,
  ReEncrypt: usable,
  ReplicateKey: { ...usable, Updating: 'updating' },
  RetireGrant: always,
  RevokeGrant: always,
  RotateKeyOnDemand: usable,
  ScheduleKeyDeletion: { ...notInDeletion, Updating: 'updating' },
  Sign: usable,
  TagResource: notInDeletion,
  UntagResource: notInDeletion,
  UpdateAlias: notInDeletion,
  UpdateKeyDescription: notInDeletion,
  UpdatePrimaryRegion: usable,
  Verify: usable,
  VerifyMac: usable,
} as const satisfies Record<string, Row>;

export type KeyOperation = keyof typeof stateTable;

/** Whether a key in this state can be used in an operation; for one that is not about a key, any can. */
export function allowsState(operation: string, state: State): boolean {
  const rows: Readonly<Record<string, Row>> = stateTable;
  return (rows[operation]?.[state] ?? 'ok') === 'ok';
}

/** @throws KMS's error if the key's state does not allow the operation. */
export function requireState(key: KeyRecord, operation: KeyOperation): void {
  const { state } = key.lifecycle;
  const verdict = stateTable[operation][state];
  if (verdict === 'ok') return;
  if (verdict === 'disabled') throw keyDisabled(key);
  if (verdict === 'origin') throw invalidOrigin(key);
  const phrase =
    verdict === 'pending deletion' && state === 'PendingReplicaDeletion' ? 'pending replica deletion' : verdict;
  throw invalidState(key, `is ${phrase}`);
}

/** @throws KMSInvalidStateException for a key whose material stayed in the account that it was imported from. */
export function requireMaterial(key: KeyRecord): void {
  if (!key.materialIsElsewhere) return;
  throw new AwsError(
    'KMSInvalidStateException',
    `${arnOf(key)} is without its key material.`,
    {},
    'the key was imported from an account, where its material stays: ask for permissions with ssebox explain -- COMMAND, and use another key to encrypt',
  );
}

const keyDisabled = (key: KeyRecord) =>
  new AwsError('DisabledException', `${arnOf(key)} is disabled.`, {}, `enable it with ${command('enable-key', key)}`);

const command = (name: string, { keyId }: KeyRecord): string => `ssebox kms ${name} --key-id ${keyId}`;

/** What leads out of a state; undefined for those that end by themselves. */
function wayOut(key: KeyRecord): string | undefined {
  switch (key.lifecycle.state) {
    case 'PendingDeletion':
      return `keep it with ${command('cancel-key-deletion', key)}`;
    case 'PendingImport':
      return `import its key material with ${command('get-parameters-for-import', key)} and ssebox kms import-key-material`;
    case 'PendingReplicaDeletion':
      return 'it is deleted once all its replicas are: keep it with ssebox kms cancel-key-deletion';
    case 'Creating':
    case 'Updating':
      return 'that ends by itself: try again in a moment';
    default:
      return undefined;
  }
}

/** `is pending import`, `is creating`, … */
const invalidState = (key: KeyRecord, what: string) =>
  new AwsError('KMSInvalidStateException', `${arnOf(key)} ${what}.`, {}, wayOut(key));
