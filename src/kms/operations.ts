/** Every operation of KMS, by AWS's name. */

import type { OperationName } from '../api/model/operations.ts';
import type { AnyOperation } from '../call/operation.ts';
import { CreateAlias, DeleteAlias, ListAliases, UpdateAlias } from './aliases.ts';
import { Decrypt, Encrypt, ReEncrypt } from './ciphertexts.ts';
import { CreateGrant } from './create-grant.ts';
import {
  ConnectCustomKeyStore,
  CreateCustomKeyStore,
  DeleteCustomKeyStore,
  DescribeCustomKeyStores,
  DisconnectCustomKeyStore,
  UpdateCustomKeyStore,
} from './custom-key-stores.ts';
import { GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext } from './data-key-pairs.ts';
import { GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom } from './data-keys.ts';
import { ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant } from './grants.ts';
import { DeleteImportedKeyMaterial, GetParametersForImport, ImportKeyMaterial } from './import.ts';
import { DeriveSharedSecret } from './key-agreement.ts';
import { CancelKeyDeletion, ScheduleKeyDeletion } from './key-deletion.ts';
import { GetKeyPolicy, ListKeyPolicies, PutKeyPolicy } from './key-policy.ts';
import { GetKeyLastUsage } from './key-use.ts';
import { CreateKey, DescribeKey, DisableKey, EnableKey, ListKeys, UpdateKeyDescription } from './keys.ts';
import { GenerateMac, VerifyMac } from './mac.ts';
import { ReplicateKey, UpdatePrimaryRegion } from './multi-region.ts';
import { GetPublicKey } from './public-key.ts';
import {
  DisableKeyRotation,
  EnableKeyRotation,
  GetKeyRotationStatus,
  ListKeyRotations,
  RotateKeyOnDemand,
} from './rotation.ts';
import { Sign, Verify } from './sign.ts';
import { ListResourceTags, TagResource, UntagResource } from './tags.ts';

export const kmsOperations = {
  CancelKeyDeletion,
  ConnectCustomKeyStore,
  CreateAlias,
  CreateCustomKeyStore,
  CreateGrant,
  CreateKey,
  Decrypt,
  DeleteAlias,
  DeleteCustomKeyStore,
  DeleteImportedKeyMaterial,
  DeriveSharedSecret,
  DescribeCustomKeyStores,
  DescribeKey,
  DisableKey,
  DisableKeyRotation,
  DisconnectCustomKeyStore,
  EnableKey,
  EnableKeyRotation,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext,
  GenerateDataKeyWithoutPlaintext,
  GenerateMac,
  GenerateRandom,
  GetKeyLastUsage,
  GetKeyPolicy,
  GetKeyRotationStatus,
  GetParametersForImport,
  GetPublicKey,
  ImportKeyMaterial,
  ListAliases,
  ListGrants,
  ListKeyPolicies,
  ListKeyRotations,
  ListKeys,
  ListResourceTags,
  ListRetirableGrants,
  PutKeyPolicy,
  ReEncrypt,
  ReplicateKey,
  RetireGrant,
  RevokeGrant,
  RotateKeyOnDemand,
  ScheduleKeyDeletion,
  Sign,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateCustomKeyStore,
  UpdateKeyDescription,
  UpdatePrimaryRegion,
  Verify,
  VerifyMac,
} satisfies Record<OperationName<'kms'>, AnyOperation>;
