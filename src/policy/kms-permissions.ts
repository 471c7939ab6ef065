/**
 * KMS's permissions by the kind of resource that they are about: Service Authorization Reference, "Actions, resources,
 * and condition keys for AWS Key Management Service".
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Those that are about a key. `kms:RetireGrant`, which the grants of a key give, is not among them. */
export const keyPermissions: readonly string[] = words(`
  CancelKeyDeletion CreateAlias CreateGrant Decrypt DeleteAlias DeleteImportedKeyMaterial DeriveSharedSecret DescribeKey
  DisableKey DisableKeyRotation EnableKey EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyPair
  GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GetKeyLastUsage GetKeyPolicy
  GetKeyRotationStatus GetParametersForImport GetPublicKey ImportKeyMaterial ListGrants ListKeyPolicies
  ListKeyRotations ListResourceTags PutKeyPolicy ReEncryptFrom ReEncryptTo ReplicateKey RevokeGrant RotateKeyOnDemand
  ScheduleKeyDeletion Sign SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias UpdateKeyDescription
  UpdatePrimaryRegion Verify VerifyMac`);

/** Those that are about no resource in particular. */
export const keylessPermissions: readonly string[] = words(`
  ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores
  DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore`);

const ADMINISTRATION = `
  CreateGrant ListGrants RevokeGrant DescribeKey GetKeyPolicy PutKeyPolicy EnableKey DisableKey ScheduleKeyDeletion
  CancelKeyDeletion`;
const TAGGING = 'TagResource UntagResource UpdateKeyDescription';

/** The permissions by which keys of such a kind are used and managed, the most important first. */
export function customaryPermissions(usage: string, isSymmetric: boolean): readonly string[] {
  const uses: Readonly<Record<string, string>> = {
    ENCRYPT_DECRYPT: isSymmetric
      ? 'Decrypt Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo'
      : 'Decrypt Encrypt GetPublicKey ReEncryptFrom ReEncryptTo',
    SIGN_VERIFY: 'Sign Verify GetPublicKey',
    GENERATE_VERIFY_MAC: 'GenerateMac VerifyMac',
    KEY_AGREEMENT: 'DeriveSharedSecret GetPublicKey',
  };
  const rotation = usage === 'ENCRYPT_DECRYPT' && isSymmetric ? 'EnableKeyRotation DisableKeyRotation' : '';
  return words(`${uses[usage] ?? ''} ${ADMINISTRATION} ${rotation} ${TAGGING}`);
}
