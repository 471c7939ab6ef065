/** Every operation of KMS, by AWS's name. */

import type { AnyOperation, Call, OperationTable } from '../api/operation.ts';
import { CreateAlias, DeleteAlias, ListAliases, UpdateAlias } from './aliases.ts';
import { GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext } from './data-key-pairs.ts';
import { GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom } from './data-keys.ts';
import { Decrypt, Encrypt, ReEncrypt } from './encrypt.ts';
import { DeriveSharedSecret } from './key-agreement.ts';
import { CancelKeyDeletion, ScheduleKeyDeletion } from './key-deletion.ts';
import { GetKeyPolicy, ListKeyPolicies, PutKeyPolicy } from './key-policy.ts';
import { CreateKey, DescribeKey, DisableKey, EnableKey, ListKeys, UpdateKeyDescription } from './keys.ts';
import { GenerateMac, VerifyMac } from './mac.ts';
import { GetPublicKey } from './public-key.ts';
import {
  DisableKeyRotation,
  EnableKeyRotation,
  GetKeyRotationStatus,
  ListKeyRotations,
  RotateKeyOnDemand,
} from './rotation.ts';
import { settleKeys } from './settle.ts';
import { Sign, Verify } from './sign.ts';
import { ListResourceTags, TagResource, UntagResource } from './tags.ts';

const operations = {
  CancelKeyDeletion,
  CreateAlias,
  CreateKey,
  Decrypt,
  DeleteAlias,
  DeriveSharedSecret,
  DescribeKey,
  DisableKey,
  DisableKeyRotation,
  EnableKey,
  EnableKeyRotation,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext,
  GenerateDataKeyWithoutPlaintext,
  GenerateMac,
  GenerateRandom,
  GetKeyPolicy,
  GetKeyRotationStatus,
  GetPublicKey,
  ListAliases,
  ListKeyPolicies,
  ListKeyRotations,
  ListKeys,
  ListResourceTags,
  PutKeyPolicy,
  ReEncrypt,
  RotateKeyOnDemand,
  ScheduleKeyDeletion,
  Sign,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateKeyDescription,
  Verify,
  VerifyMac,
};

/** Time is settled before a name is resolved: a key whose waiting period is over is not found any more. */
function inTime(operation: AnyOperation): AnyOperation {
  return {
    ...operation,
    resolve(input: unknown, call: Call) {
      settleKeys(call);
      return operation.resolve(input, call);
    },
  };
}

export const kmsOperations: OperationTable = Object.fromEntries(
  Object.entries(operations).map(([name, operation]) => [name, inTime(operation)]),
);
