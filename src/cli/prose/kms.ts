/** What help and manual say of the operations of AWS KMS. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

// What an example needs and only a call can tell: the id of a key that is there, or of a new one.
const appKey = '$(ssebox kms describe-key --key-id alias/app --query KeyMetadata.KeyId --output text)';
const newKey = '$(ssebox kms create-key --query KeyMetadata.KeyId --output text)';
const signingKey =
  '$(ssebox kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY --query KeyMetadata.KeyId --output text)';
const rsaSigningKey =
  '$(ssebox kms create-key --key-spec RSA_2048 --key-usage SIGN_VERIFY --query KeyMetadata.KeyId --output text)';
const agreementKey =
  '$(ssebox kms create-key --key-spec ECC_NIST_P256 --key-usage KEY_AGREEMENT --query KeyMetadata.KeyId --output text)';
const macKey =
  '$(ssebox kms create-key --key-spec HMAC_256 --key-usage GENERATE_VERIFY_MAC --query KeyMetadata.KeyId --output text)';
const externalKey = '$(ssebox kms create-key --origin EXTERNAL --query KeyMetadata.KeyId --output text)';
const multiRegionKey = '$(ssebox kms create-key --multi-region --query KeyMetadata.KeyId --output text)';

const scheduledKey = `$(ssebox kms schedule-key-deletion --key-id ${newKey} --query KeyId --output text)`;
const bob = 'arn:aws:iam::111122223333:user/bob';
const grantForBob = `ssebox kms create-grant --key-id $KEY --grantee-principal ${bob} --operations Decrypt`;

// Makes $KEY without material, and $2, the import token that goes with material.bin.
const wrapMaterial =
  `KEY=${externalKey}\n` +
  'set -- $(ssebox kms get-parameters-for-import --key-id $KEY --wrapping-algorithm RSAES_OAEP_SHA_256 ' +
  "--wrapping-key-spec RSA_2048 --query '[PublicKey, ImportToken]' --output text)\n" +
  'echo $1 | base64 -d > wrapping.der\n' +
  'openssl rand 32 | openssl pkeyutl -encrypt -pubin -keyform DER -inkey wrapping.der ' +
  '-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 > material.bin\n';
const importMaterial =
  'ssebox kms import-key-material --key-id $KEY --import-token $2 --encrypted-key-material fileb://material.bin';

export const kmsProse = {
  CancelKeyDeletion: {
    summary: 'Cancel the scheduled deletion of a KMS key, which leaves it disabled',
    examples: [
      `ssebox kms cancel-key-deletion --key-id ${scheduledKey}`,
      `KEY=${scheduledKey}\nssebox kms cancel-key-deletion --key-id $KEY && ssebox kms enable-key --key-id $KEY`,
    ],
  },
  ConnectCustomKeyStore: { summary: 'Connect a custom key store to its key manager', unavailable: true },
  CreateAlias: {
    summary: 'Give a KMS key a name in its account and region',
    examples: [
      `ssebox kms create-alias --alias-name alias/payroll --target-key-id ${newKey}`,
      `ssebox kms create-alias --alias-name alias/app-v1 --target-key-id ${appKey}`,
    ],
  },
  CreateCustomKeyStore: {
    summary: 'Create a key store backed by CloudHSM or an external key manager',
    unavailable: true,
  },
  CreateGrant: {
    summary: 'Let one principal use a KMS key for the operations that you list',
    description: `A grant allows and never denies; a Deny in any policy still wins. An encryption-context constraint
narrows it to calls that carry that context.`,
    examples: [
      `ssebox kms create-grant --key-id ${appKey} --grantee-principal ${bob} --operations Decrypt DescribeKey`,
      `ssebox kms create-grant --key-id ${appKey} --grantee-principal ${bob} --operations Encrypt Decrypt --constraints "EncryptionContextSubset={department=finance}" --name finance`,
    ],
  },
  CreateKey: {
    summary: 'Create a KMS key: symmetric, or of the spec and usage that you choose',
    description: `Without options the key is symmetric, for encryption, and usable in one region. Its default key
policy lets the account decide with IAM policies who may use it. A spec other than SYMMETRIC_DEFAULT needs
--key-usage.`,
    examples: [
      'ssebox kms create-key --description "Payroll files"',
      'ssebox kms create-key --key-spec RSA_2048 --key-usage SIGN_VERIFY --tags TagKey=team,TagValue=finance',
      'ssebox kms create-key --multi-region --region eu-west-1 --query KeyMetadata.Arn --output text',
    ],
  },
  Decrypt: {
    summary: 'Decrypt what a KMS key encrypted, with the same encryption context',
    description: `A symmetric ciphertext records which key made it; --key-id then only checks that it was this
key. For an asymmetric ciphertext you must give the key and the algorithm.`,
    examples: [
      'ssebox kms encrypt --key-id alias/app --plaintext fileb://report.csv --raw > report.enc && ssebox kms decrypt --ciphertext-blob fileb://report.enc --raw',
      'ssebox kms encrypt --key-id alias/app --plaintext fileb://report.csv --encryption-context year=2026 --raw > report.enc && ssebox kms decrypt --ciphertext-blob fileb://report.enc --encryption-context year=2026 --query Plaintext --output text',
    ],
  },
  DeleteAlias: {
    summary: 'Delete an alias; the KMS key that it points to stays',
    examples: [
      'ssebox kms delete-alias --alias-name alias/app',
      'ssebox kms delete-alias --alias-name alias/backup --region eu-west-1',
    ],
  },
  DeleteCustomKeyStore: { summary: 'Delete a custom key store that has no KMS keys', unavailable: true },
  DeleteImportedKeyMaterial: {
    summary: 'Delete the material of an imported key, which makes the key unusable until it is imported again',
    examples: [
      `${wrapMaterial}${importMaterial} --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE\nssebox kms delete-imported-key-material --key-id $KEY`,
      `ssebox kms delete-imported-key-material --key-id ${externalKey} --output yaml`,
    ],
  },
  DeriveSharedSecret: {
    summary: 'Derive a shared secret from a key-agreement KMS key and the other side’s public key',
    examples: [
      `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | openssl pkey -pubout -outform DER > peer.der && ssebox kms derive-shared-secret --key-id ${agreementKey} --key-agreement-algorithm ECDH --public-key fileb://peer.der`,
      `ssebox kms get-public-key --key-id ${agreementKey} --raw > peer.der && ssebox kms derive-shared-secret --key-id ${agreementKey} --key-agreement-algorithm ECDH --public-key fileb://peer.der --raw > secret.bin`,
    ],
  },
  DescribeCustomKeyStores: { summary: 'List custom key stores and their state', unavailable: true },
  DescribeKey: {
    summary: 'Show the details of a KMS key: ARN, spec, usage, state, origin, dates',
    description: 'Key policy, aliases, tags, grants and rotation have commands of their own.',
    examples: [
      'ssebox kms describe-key --key-id alias/app',
      'ssebox kms describe-key --key-id alias/backup --region eu-west-1 --query KeyMetadata.KeyState --output text',
    ],
  },
  DisableKey: {
    summary: 'Make a KMS key unusable for cryptography until it is enabled again',
    description: 'Objects encrypted under the key cannot be read while it is disabled.',
    examples: [
      `ssebox kms disable-key --key-id ${appKey}`,
      `KEY=${newKey}\nssebox kms disable-key --key-id $KEY && ssebox kms describe-key --key-id $KEY --query KeyMetadata.KeyState --output text`,
    ],
  },
  DisableKeyRotation: {
    summary: 'Stop the automatic rotation of a KMS key',
    examples: [
      `ssebox kms disable-key-rotation --key-id ${appKey}`,
      `KEY=${newKey}\nssebox kms enable-key-rotation --key-id $KEY && ssebox kms disable-key-rotation --key-id $KEY`,
    ],
  },
  DisconnectCustomKeyStore: { summary: 'Disconnect a custom key store from its key manager', unavailable: true },
  EnableKey: {
    summary: 'Make a disabled KMS key usable again',
    examples: [
      `ssebox kms enable-key --key-id ${appKey}`,
      `KEY=${appKey}\nssebox kms disable-key --key-id $KEY && ssebox kms enable-key --key-id $KEY`,
    ],
  },
  EnableKeyRotation: {
    summary: 'Rotate the material of a symmetric KMS key automatically, every year or every 90 to 2,560 days',
    description: `Rotation changes the material that new data is encrypted under. Older material is kept for existing data.
Rotations fall due on the store's clock: ssebox clock advance 1y.`,
    examples: [
      `ssebox kms enable-key-rotation --key-id ${appKey}`,
      `ssebox kms enable-key-rotation --key-id ${appKey} --rotation-period-in-days 180`,
    ],
  },
  Encrypt: {
    summary: 'Encrypt up to 4,096 bytes under a KMS key',
    description: `The encryption context is neither secret nor stored: it is authenticated, and Decrypt needs the same one.
For more than 4,096 bytes use generate-data-key.`,
    examples: [
      'ssebox kms encrypt --key-id alias/app --plaintext fileb://report.csv',
      'ssebox kms encrypt --key-id alias/app --plaintext fileb://report.csv --encryption-context department=finance,year=2026 --raw > report.enc',
      'echo secret | ssebox kms encrypt --key-id alias/app --plaintext - --query CiphertextBlob --output text',
    ],
  },
  GenerateDataKey: {
    summary: 'Generate a data key: in plaintext, to use and discard, and encrypted under a KMS key, to keep',
    examples: [
      'ssebox kms generate-data-key --key-id alias/app --key-spec AES_256',
      'ssebox kms generate-data-key --key-id alias/app --number-of-bytes 64 --encryption-context purpose=backup --query CiphertextBlob --output text',
    ],
  },
  GenerateDataKeyPair: {
    summary: 'Generate an asymmetric data key pair, with its private key also encrypted under a KMS key',
    examples: [
      'ssebox kms generate-data-key-pair --key-id alias/app --key-pair-spec ECC_NIST_P256',
      'ssebox kms generate-data-key-pair --key-id alias/app --key-pair-spec RSA_2048 --raw --query PublicKey > public.der',
    ],
  },
  GenerateDataKeyPairWithoutPlaintext: {
    summary: 'Generate an asymmetric data key pair whose private key is returned only encrypted',
    examples: [
      'ssebox kms generate-data-key-pair-without-plaintext --key-id alias/app --key-pair-spec ECC_NIST_P384',
      'ssebox kms generate-data-key-pair-without-plaintext --key-id alias/app --key-pair-spec ECC_SECG_P256K1 --query PublicKey --output text',
    ],
  },
  GenerateDataKeyWithoutPlaintext: {
    summary: 'Generate a data key that is returned only encrypted under a KMS key, for later use',
    examples: [
      'ssebox kms generate-data-key-without-plaintext --key-id alias/app --key-spec AES_256',
      'ssebox kms generate-data-key-without-plaintext --key-id alias/app --key-spec AES_128 --raw > data-key.enc && ssebox kms decrypt --ciphertext-blob fileb://data-key.enc',
    ],
  },
  GenerateMac: {
    summary: 'Compute the HMAC of a message of up to 4,096 bytes under an HMAC KMS key',
    examples: [
      `ssebox kms generate-mac --key-id ${macKey} --message fileb://report.csv --mac-algorithm HMAC_SHA_256`,
      `ssebox kms generate-mac --key-id ${macKey} --message fileb://report.csv --mac-algorithm HMAC_SHA_256 --raw > report.mac`,
    ],
  },
  GenerateRandom: {
    summary: 'Generate 1 to 1,024 random bytes',
    examples: [
      'ssebox kms generate-random --number-of-bytes 32',
      'ssebox kms generate-random --number-of-bytes 16 --raw > salt.bin',
    ],
  },
  GetKeyLastUsage: {
    summary: 'Show the last cryptographic operation that used a KMS key',
    examples: [
      `ssebox kms get-key-last-usage --key-id ${appKey}`,
      `ssebox kms get-key-last-usage --key-id ${appKey} --query KeyLastUsage.Operation --output text`,
    ],
  },
  GetKeyPolicy: {
    summary: 'Show the key policy of a KMS key',
    examples: [
      `ssebox kms get-key-policy --key-id ${appKey}`,
      `ssebox kms get-key-policy --key-id ${appKey} --policy-name default --query Policy --output text`,
    ],
  },
  GetKeyRotationStatus: {
    summary: 'Show whether a KMS key rotates automatically, how often, and when next',
    examples: [
      `ssebox kms get-key-rotation-status --key-id ${appKey}`,
      `KEY=${newKey}\nssebox kms enable-key-rotation --key-id $KEY && ssebox kms get-key-rotation-status --key-id $KEY --query NextRotationDate`,
    ],
  },
  GetParametersForImport: {
    summary: 'Get the public key and the token for importing key material, valid for 24 hours',
    examples: [
      `ssebox kms get-parameters-for-import --key-id ${externalKey} --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048`,
      `ssebox kms get-parameters-for-import --key-id ${externalKey} --wrapping-algorithm RSAES_OAEP_SHA_1 --wrapping-key-spec RSA_4096 --raw --query PublicKey > wrapping.der`,
    ],
  },
  GetPublicKey: {
    summary: 'Get the public key of an asymmetric KMS key, DER-encoded',
    examples: [
      `ssebox kms get-public-key --key-id ${signingKey}`,
      `ssebox kms get-public-key --key-id ${signingKey} --raw | openssl pkey -pubin -inform DER`,
    ],
  },
  ImportKeyMaterial: {
    summary: 'Import your own material into a KMS key that was created without any',
    description: `The material must be wrapped under the public key that get-parameters-for-import returned with the
token. Once material expires, the key is unusable until the same material is imported again.`,
    examples: [
      `${wrapMaterial}${importMaterial} --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE`,
      `${wrapMaterial}${importMaterial} --valid-to $(($(date +%s) + 86400))`,
    ],
  },
  ListAliases: {
    summary: 'List the aliases of the region, or those of one KMS key',
    examples: ["ssebox kms list-aliases --query 'Aliases[].AliasName'", `ssebox kms list-aliases --key-id ${appKey}`],
  },
  ListGrants: {
    summary: 'List the grants on a KMS key',
    examples: [
      `ssebox kms list-grants --key-id ${appKey}`,
      `KEY=${appKey}\n${grantForBob} && ssebox kms list-grants --key-id $KEY --grantee-principal ${bob} --query 'Grants[].Operations'`,
    ],
  },
  ListKeyPolicies: {
    summary: 'List the names of a KMS key’s policies; there is only one, default',
    examples: [
      `ssebox kms list-key-policies --key-id ${appKey}`,
      `ssebox kms list-key-policies --key-id ${appKey} --query PolicyNames --output text`,
    ],
  },
  ListKeyRotations: {
    summary: 'List the rotations of a KMS key and the material of each',
    examples: [
      `ssebox kms list-key-rotations --key-id ${appKey}`,
      `KEY=${appKey}\nssebox kms rotate-key-on-demand --key-id $KEY && ssebox kms list-key-rotations --key-id $KEY --include-key-material ALL_KEY_MATERIAL`,
    ],
  },
  ListKeys: {
    summary: 'List the KMS keys of the account in the region',
    examples: ['ssebox kms list-keys', "ssebox kms list-keys --region eu-west-1 --query 'Keys[].KeyArn' --output text"],
  },
  ListResourceTags: {
    summary: 'List the tags of a KMS key',
    examples: [
      `ssebox kms list-resource-tags --key-id ${appKey}`,
      `ssebox kms list-resource-tags --key-id ${appKey} --query 'Tags[].TagKey' --output text`,
    ],
  },
  ListRetirableGrants: {
    summary: 'List the grants that a principal may retire, on any key',
    examples: [
      'ssebox kms list-retirable-grants --retiring-principal arn:aws:iam::111122223333:user/admin',
      `KEY=${appKey}\n${grantForBob} --retiring-principal ${bob} && ssebox kms list-retirable-grants --retiring-principal ${bob}`,
    ],
  },
  PutKeyPolicy: {
    summary: 'Replace the key policy of a KMS key',
    description: `A policy that would lock out its own author is refused, unless
--bypass-policy-lockout-safety-check confirms it.`,
    examples: [
      `KEY=${appKey}\nssebox kms get-key-policy --key-id $KEY --query Policy --output text > key-policy.json && ssebox kms put-key-policy --key-id $KEY --policy file://key-policy.json`,
      `ssebox kms put-key-policy --key-id ${appKey} --policy '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}'`,
    ],
  },
  ReEncrypt: {
    summary: 'Decrypt a ciphertext and encrypt it under another KMS key or context, without exposing the plaintext',
    examples: [
      `ssebox kms encrypt --key-id alias/app --plaintext fileb://report.csv --raw > report.enc && ssebox kms re-encrypt --ciphertext-blob fileb://report.enc --destination-key-id ${newKey}`,
      'ssebox kms encrypt --key-id alias/app --plaintext fileb://report.csv --raw > report.enc && ssebox kms re-encrypt --ciphertext-blob fileb://report.enc --destination-key-id alias/app --destination-encryption-context year=2026 --raw > report-2026.enc',
    ],
  },
  ReplicateKey: {
    summary: 'Copy a multi-Region primary key into another region',
    description: 'Both keys have the same id and material, so either can decrypt what the other encrypted.',
    examples: [
      `ssebox kms replicate-key --key-id ${multiRegionKey} --replica-region eu-west-1`,
      `ssebox kms replicate-key --key-id ${multiRegionKey} --replica-region ap-southeast-2 --description "Payroll, Sydney" --query ReplicaKeyMetadata.Arn`,
    ],
  },
  RetireGrant: {
    summary: 'Give up a grant, as its retiring principal or its grantee',
    examples: [
      `KEY=${appKey}\nssebox kms retire-grant --grant-token $(${grantForBob} --retiring-principal arn:aws:iam::111122223333:user/admin --query GrantToken --output text)`,
      `KEY=$(ssebox kms describe-key --key-id alias/app --query KeyMetadata.Arn --output text)\nssebox kms retire-grant --key-id $KEY --grant-id $(${grantForBob} --retiring-principal ${bob} --query GrantId --output text)`,
    ],
  },
  RevokeGrant: {
    summary: 'Revoke a grant, as an administrator of the KMS key',
    examples: [
      `KEY=${appKey}\nssebox kms revoke-grant --key-id $KEY --grant-id $(${grantForBob} --query GrantId --output text)`,
      `KEY=${appKey}\n${grantForBob} && ssebox kms revoke-grant --key-id $KEY --grant-id $(ssebox kms list-grants --key-id $KEY --query 'Grants[0].GrantId' --output text)`,
    ],
  },
  RotateKeyOnDemand: {
    summary: 'Rotate the material of a symmetric KMS key now',
    examples: [
      `ssebox kms rotate-key-on-demand --key-id ${appKey}`,
      `KEY=${appKey}\nssebox kms rotate-key-on-demand --key-id $KEY && ssebox kms list-key-rotations --key-id $KEY --query 'Rotations[].RotationType'`,
    ],
  },
  ScheduleKeyDeletion: {
    summary: 'Delete a KMS key permanently after a waiting period of 7 to 30 days',
    description: `Until then nobody can use the key, and cancel-key-deletion brings it back. The period follows the
store's clock: ssebox clock advance 30d.`,
    examples: [
      `ssebox kms schedule-key-deletion --key-id ${newKey}`,
      `ssebox kms schedule-key-deletion --key-id ${appKey} --pending-window-in-days 7`,
    ],
  },
  Sign: {
    summary: 'Sign a message of up to 4,096 bytes, or the digest of a longer one, with an asymmetric KMS key',
    examples: [
      `ssebox kms sign --key-id ${signingKey} --message fileb://report.csv --signing-algorithm ECDSA_SHA_256`,
      `openssl dgst -sha256 -binary report.csv > report.sha256 && ssebox kms sign --key-id ${rsaSigningKey} --message fileb://report.sha256 --message-type DIGEST --signing-algorithm RSASSA_PSS_SHA_256 --raw > report.sig`,
    ],
  },
  TagResource: {
    summary: 'Set tags on a KMS key',
    examples: [
      `ssebox kms tag-resource --key-id ${appKey} --tags TagKey=team,TagValue=finance`,
      `ssebox kms tag-resource --key-id ${appKey} --tags TagKey=team,TagValue=finance TagKey=stage,TagValue=test`,
    ],
  },
  UntagResource: {
    summary: 'Remove tags from a KMS key',
    examples: [
      `ssebox kms untag-resource --key-id ${appKey} --tag-keys team`,
      `KEY=${appKey}\nssebox kms tag-resource --key-id $KEY --tags TagKey=stage,TagValue=test && ssebox kms untag-resource --key-id $KEY --tag-keys stage team`,
    ],
  },
  UpdateAlias: {
    summary: 'Point an alias to another KMS key of the same type and usage',
    description: 'Data encrypted under the alias can still be decrypted: a ciphertext names its key, not the alias.',
    examples: [
      `ssebox kms update-alias --alias-name alias/app --target-key-id ${newKey}`,
      'ssebox kms update-alias --alias-name alias/backup --region eu-west-1 --target-key-id $(ssebox kms create-key --region eu-west-1 --query KeyMetadata.KeyId --output text)',
    ],
  },
  UpdateCustomKeyStore: { summary: 'Change the settings of a custom key store', unavailable: true },
  UpdateKeyDescription: {
    summary: 'Change the description of a KMS key',
    examples: [
      `ssebox kms update-key-description --key-id ${appKey} --description "Quarterly reports"`,
      `ssebox kms update-key-description --key-id ${appKey} --description ""`,
    ],
  },
  UpdatePrimaryRegion: {
    summary: 'Make a replica of a multi-Region key the primary, and the primary a replica',
    examples: [
      `KEY=${multiRegionKey}\nssebox kms replicate-key --key-id $KEY --replica-region eu-west-1 && ssebox kms update-primary-region --key-id $KEY --primary-region eu-west-1`,
      `KEY=${multiRegionKey}\nssebox kms replicate-key --key-id $KEY --replica-region us-west-2 && ssebox kms update-primary-region --key-id $KEY --primary-region us-west-2 && ssebox kms describe-key --key-id $KEY --query KeyMetadata.MultiRegionConfiguration`,
    ],
  },
  Verify: {
    summary: 'Check a signature with the KMS key that made it',
    examples: [
      `KEY=${signingKey}\nssebox kms sign --key-id $KEY --message fileb://report.csv --signing-algorithm ECDSA_SHA_256 --raw > report.sig && ssebox kms verify --key-id $KEY --message fileb://report.csv --signature fileb://report.sig --signing-algorithm ECDSA_SHA_256`,
      `KEY=${rsaSigningKey}\nssebox kms sign --key-id $KEY --message fileb://report.csv --signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 --raw > report.sig && ssebox kms verify --key-id $KEY --message fileb://report.csv --signature fileb://report.sig --signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 --query SignatureValid`,
    ],
  },
  VerifyMac: {
    summary: 'Check an HMAC with the KMS key that made it',
    examples: [
      `KEY=${macKey}\nssebox kms generate-mac --key-id $KEY --message fileb://report.csv --mac-algorithm HMAC_SHA_256 --raw > report.mac && ssebox kms verify-mac --key-id $KEY --message fileb://report.csv --mac fileb://report.mac --mac-algorithm HMAC_SHA_256`,
      `KEY=${macKey}\nssebox kms verify-mac --key-id $KEY --message fileb://report.csv --mac-algorithm HMAC_SHA_256 --mac $(ssebox kms generate-mac --key-id $KEY --message fileb://report.csv --mac-algorithm HMAC_SHA_256 --query Mac --output text)`,
    ],
  },
} as const satisfies Record<OperationName<'kms'>, OperationProse>;
