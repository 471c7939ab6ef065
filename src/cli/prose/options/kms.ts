/** What the options of AWS KMS mean. AWS KMS API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

const byAnyName = 'the KMS key, by key id, key ARN, alias name (alias/app) or alias ARN';
const encryptingKey = 'the symmetric KMS key that encrypts the data key, by key id, key ARN, alias name or alias ARN';
const signingKey = 'the asymmetric KMS key for SIGN_VERIFY, by key id, key ARN, alias name or alias ARN';
const macKey = 'the HMAC key, by key id, key ARN, alias name or alias ARN';

const keyPolicy = (about: string) => ({ about, max: 32_768, unit: 'bytes' }) as const;

export const kmsOptions = {
  everywhere: {
    AliasName: 'the name of the alias, which begins with alias/ but not with alias/aws/',
    BypassPolicyLockoutSafetyCheck:
      'accept a key policy that leaves the caller unable to change it again (default: refuse it)',
    CiphertextBlob: 'the ciphertext that KMS returned, as a file (fileb://report.enc) or in base64',
    CloudHsmClusterId: 'the id of the AWS CloudHSM cluster that the key store uses, which must be active',
    Constraints: 'let the grant count only for calls with this encryption context, or for this source ARN',
    CustomKeyStoreId: 'the custom key store, by the id that create-custom-key-store returns',
    CustomKeyStoreName: 'the name of the key store, which tells it from others of the account and region',
    CustomKeyStoreType:
      'whether the keys are in a CloudHSM cluster or in an external key manager (default AWS_CLOUDHSM)',
    CustomerMasterKeySpec: 'the former name of --key-spec, which cannot be used together with it',
    Description: 'a text that describes the key; nothing secret, since it is shown and logged as it is',
    DestinationEncryptionAlgorithm:
      'the algorithm to encrypt with again, one of the new key (default SYMMETRIC_DEFAULT)',
    DestinationEncryptionContext: 'the encryption context of the new ciphertext, which later decryption has to repeat',
    DestinationKeyId: 'the KMS key to encrypt with again, by key id, key ARN, alias name or alias ARN',
    DryRun: 'check whether the call would be allowed, then end it with DryRunOperationException and change nothing',
    DryRunModifiers: 'skip this check in a dry run, so that no real ciphertext is needed; only with --dry-run',
    EncryptedKeyMaterial: 'the key material, wrapped with the public key that get-parameters-for-import returned',
    EncryptionAlgorithm: 'the algorithm, one that the key has (default SYMMETRIC_DEFAULT, for symmetric keys only)',
    EncryptionContext: 'names and values bound to the ciphertext, not secret; decryption has to repeat them exactly',
    ExpirationModel:
      'whether the material expires at --valid-to, or never (default KEY_MATERIAL_EXPIRES, which needs --valid-to)',
    GrantToken: 'the token that create-grant returned for the grant, instead of --key-id and --grant-id',
    GrantTokens: 'tokens of new grants, which make them count at once, before KMS knows them everywhere',
    GranteePrincipal: 'the principal that may use the key, by the ARN of a user, role, session or account',
    GranteeServicePrincipal: 'the AWS service that may use the key, such as logs.amazonaws.com, instead of a principal',
    ImportToken: 'the token that get-parameters-for-import returned with the wrapping key; valid for 24 hours',
    ImportType: 'whether the material is new to the key or was imported before (default: new only if the key has none)',
    IncludeKeyMaterial:
      'whether to list completed rotations only, or every generation of the material (default ROTATIONS_ONLY)',
    KeyAgreementAlgorithm: 'the way to derive the secret from the two keys',
    KeyId: 'the KMS key, by its key id or key ARN; not by an alias',
    KeyMaterialDescription: 'a text that tells this key material from others of the same key',
    KeyPairSpec: 'the kind of key pair to generate; SM2 is refused outside the China Regions',
    KeySpec: 'the size of the data key; use either this or --number-of-bytes',
    KeyStorePassword: 'the password of the user kmsuser in the CloudHSM cluster; KMS keeps it and logs in with it',
    KeyUsage: 'what the key is for (default ENCRYPT_DECRYPT); required with a --key-spec other than SYMMETRIC_DEFAULT',
    Mac: 'the message authentication code to compare with, as generate-mac returned it',
    MacAlgorithm: 'the MAC algorithm, which must be the one of the key: HMAC_SHA_256 for HMAC_256',
    MessageType:
      'whether --message is the message itself, its digest, or a value of ML-DSA computed outside KMS (default RAW)',
    MultiRegion: 'make it the primary of a multi-Region key, which can have replicas in other regions (default: no)',
    Name: 'a name for the grant; creating the same grant twice under one name makes it once',
    NewCustomKeyStoreName: 'the new name of the key store, which tells it from others of the account and region',
    NumberOfBytes: 'the length of the random bytes to return, in bytes; required',
    Operations: 'the operations that the grant allows, each of which must suit the key',
    Origin:
      'where the key material comes from (default AWS_KMS); EXTERNAL is for import, key stores are not part of ssebox',
    PendingWindowInDays: {
      about: 'the days to wait before the key is deleted for good, with all that it encrypted (default 30)',
      min: 7,
      max: 30,
    },
    Plaintext: 'the data to encrypt, as a file (fileb://secret.txt) or in base64; asymmetric keys take less',
    PolicyName: 'the name of the key policy, which is always default and may be left out',
    PrimaryRegion: 'the region of the replica that becomes the primary key; the present one becomes a replica',
    PublicKey: 'the public key of the other side, in DER as get-public-key returns it, on the same curve',
    Recipient: 'an attestation document of a Nitro enclave, which ssebox cannot verify and refuses',
    ReplicaRegion: 'the region to create the replica in, other than those that already have one',
    RetiringPrincipal: 'the principal that may retire the grant, by the ARN of a user, role, session or account',
    RetiringServicePrincipal: 'the AWS service that may retire the grant, instead of --retiring-principal',
    RotationPeriodInDays: 'the days from one automatic rotation to the next (default 365)',
    Signature: 'the signature to check, as sign returned it: a file (fileb://) or base64',
    SigningAlgorithm: 'the signing algorithm, one that the key has; verify needs the one that sign used',
    SourceEncryptionAlgorithm: 'the algorithm of the present ciphertext (default SYMMETRIC_DEFAULT)',
    SourceEncryptionContext: 'the encryption context that the present ciphertext was made with, exactly',
    SourceKeyId: 'the KMS key of the present ciphertext; required if that key is asymmetric, else only checked',
    TagKeys: 'the keys of the tags to remove; those that the KMS key does not have are ignored',
    Tags: 'tags for the KMS key, at most 50 on one key; policies can refer to them, so nothing secret',
    TargetKeyId: 'the KMS key that the alias stands for, by key id or key ARN, in the same account and region',
    TrustAnchorCertificate:
      'the certificate that the CloudHSM cluster was initialized with, in PEM (file://customerCA.crt)',
    ValidTo: 'when the imported material expires and is deleted, at most 365 days from now',
    WrappingAlgorithm:
      'how the material will be wrapped; RSA_AES_KEY_WRAP is for RSA keys, and RSAES_PKCS1_V1_5 is refused',
    WrappingKeySpec: 'the kind of public key to wrap the material with; SM2 is refused outside the China Regions',
    XksKeyId: 'the id of a key in an external key manager, which ssebox does not have and refuses',
    XksProxyAuthenticationCredential: 'the access key id and the secret that KMS signs its requests to the proxy with',
    XksProxyConnectivity: 'whether KMS reaches the proxy of the key manager over the internet or through a VPC',
    XksProxyUriEndpoint: 'the address of the proxy without a path, such as https://xks.example.com',
    XksProxyUriPath: 'the path of the API at the proxy, which ends in /kms/xks/v1',
    XksProxyVpcEndpointServiceName: 'the VPC endpoint service that leads to the proxy, by its name',
    XksProxyVpcEndpointServiceOwner:
      'the account that owns the VPC endpoint service (default: the account of the caller)',
  },
  within: {
    CancelKeyDeletion: { KeyId: 'the KMS key whose deletion is scheduled, by its key id or key ARN' },
    CreateGrant: { KeyId: 'the KMS key that the grant lets others use, by key id or key ARN' },
    CreateKey: {
      CustomKeyStoreId: 'the custom key store for the key material, which ssebox does not have and refuses',
      KeySpec: 'the kind of key (default SYMMETRIC_DEFAULT); every other kind needs --key-usage as well',
      Policy: keyPolicy('the key policy, as JSON or from a file (default: the account decides, with IAM policies)'),
    },
    Decrypt: {
      EncryptionAlgorithm: 'the algorithm that encrypted it (default SYMMETRIC_DEFAULT, for symmetric keys only)',
      EncryptionContext: 'the same names and values, in any order, that the data was encrypted with',
      KeyId: 'the KMS key that must have made the ciphertext, by any of its names; required if it is asymmetric',
    },
    DeleteAlias: { AliasName: 'the alias to delete; its KMS key stays, and so do other aliases of that key' },
    DeleteImportedKeyMaterial: {
      KeyMaterialId: 'the id of the material to delete (default: the current material of the key)',
    },
    DeriveSharedSecret: {
      KeyId: 'your private KMS key for KEY_AGREEMENT, by key id, key ARN, alias name or alias ARN',
    },
    DescribeCustomKeyStores: {
      CustomKeyStoreId: 'describe only the key store with this id (default: all)',
      CustomKeyStoreName: 'describe only the key store with this name (default: all)',
    },
    DescribeKey: { KeyId: byAnyName },
    EnableKeyRotation: { KeyId: 'the symmetric KMS key with material from KMS, by its key id or key ARN' },
    Encrypt: { KeyId: 'the KMS key for ENCRYPT_DECRYPT, by key id, key ARN, alias name (alias/app) or alias ARN' },
    GenerateDataKey: { KeyId: encryptingKey, NumberOfBytes: 'the length of the data key; use this or --key-spec' },
    GenerateDataKeyPair: { KeyId: 'the symmetric KMS key that encrypts the private key, by id, ARN or alias' },
    GenerateDataKeyPairWithoutPlaintext: {
      KeyId: 'the symmetric KMS key that encrypts the private key, by id, ARN or alias',
    },
    GenerateDataKeyWithoutPlaintext: {
      KeyId: encryptingKey,
      NumberOfBytes: 'the length of the data key; use this or --key-spec',
    },
    GenerateMac: { KeyId: macKey, Message: 'the message to authenticate, as a file (fileb://) or in base64' },
    GenerateRandom: {
      CustomKeyStoreId: 'the custom key store to get the bytes from, which ssebox does not have and refuses',
    },
    GetParametersForImport: { KeyId: 'the KMS key of origin EXTERNAL to import material into, by key id or key ARN' },
    GetPublicKey: { KeyId: 'the asymmetric KMS key, by key id, key ARN, alias name or alias ARN' },
    ImportKeyMaterial: {
      KeyId: 'the KMS key of origin EXTERNAL that the parameters were made for, by key id or key ARN',
      KeyMaterialId: 'the id that the material must have, to import the same again; not with NEW_KEY_MATERIAL',
    },
    ListAliases: { KeyId: 'list only the aliases of this KMS key, by its key id or key ARN (default: all)' },
    ListGrants: {
      GrantId: 'list only the grant with this id',
      GranteePrincipal: 'list only grants to this principal, by its ARN',
      GranteeServicePrincipal: 'list only grants to this AWS service, such as logs.amazonaws.com',
    },
    ListRetirableGrants: {
      RetiringPrincipal: 'the principal whose retirable grants to list, by its ARN; this or a service',
      RetiringServicePrincipal: 'the AWS service whose retirable grants to list, instead of --retiring-principal',
    },
    PutKeyPolicy: {
      Policy: keyPolicy('the new key policy as a whole, as JSON or from a file (file://policy.json)'),
    },
    ReEncrypt: { CiphertextBlob: 'the ciphertext to encrypt again, as a file (fileb://report.enc) or in base64' },
    ReplicateKey: {
      Description: 'a text that describes the replica, apart from that of its primary (default: none)',
      KeyId: 'the primary of a multi-Region key, by its key id (mrk-…) or key ARN',
      Policy: keyPolicy('the key policy of the replica, as JSON or from a file (default: the one of new keys)'),
      Tags: 'tags for the replica, which does not take over those of its primary',
    },
    RetireGrant: {
      GrantId: 'the id of the grant to retire, together with --key-id',
      KeyId: 'the KMS key of the grant, by its key ARN, together with --grant-id',
    },
    RevokeGrant: { GrantId: 'the id of the grant to revoke, as create-grant and list-grants print it' },
    ScheduleKeyDeletion: { KeyId: 'the KMS key to delete after the waiting period, by its key id or key ARN' },
    Sign: {
      KeyId: signingKey,
      Message: 'the message to sign, or its digest with --message-type DIGEST: a file (fileb://) or base64',
    },
    UpdateAlias: { TargetKeyId: 'the KMS key that the alias stands for from now on, of the same kind and usage' },
    UpdateKeyDescription: { Description: 'the new description; an empty text removes the present one' },
    UpdatePrimaryRegion: { KeyId: 'the present primary of the multi-Region key, by its key id or key ARN' },
    Verify: {
      KeyId: signingKey,
      Message: 'the signed message, or its digest with --message-type DIGEST: a file (fileb://) or base64',
    },
    VerifyMac: { KeyId: macKey, Message: 'the message that the MAC was made of, as a file (fileb://) or in base64' },
  },
} as const satisfies MeaningsOf<'kms'>;
