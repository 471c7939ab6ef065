/**
 * Which condition keys the requests for an action have: Service Authorization Reference, AWS KMS and Amazon S3, and AWS
 * KMS Developer Guide, "Condition keys for AWS KMS". Names of keys are in lower case.
 */

import { actionPrefixes } from './known-actions.ts';
import { knowsConditionKey } from './s3-permissions.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The actions of KMS whose requests are not about a key. */
const KEYLESS = new Set(
  words(`
    CreateKey ListKeys ListAliases ListRetirableGrants GenerateRandom CreateCustomKeyStore ConnectCustomKeyStore
    DescribeCustomKeyStores DisconnectCustomKeyStore UpdateCustomKeyStore DeleteCustomKeyStore`),
);

/** Those of them that have no keys of KMS at all, not even the caller's account. */
const BARE = new Set(words('ListKeys ListAliases ListRetirableGrants GenerateRandom'));

const CRYPTOGRAPHIC = words(`
  Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair
  GenerateDataKeyPairWithoutPlaintext`);
const PAIRS = words('GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext');
const SIGNING = words('Sign Verify');
const MACS = words('GenerateMac VerifyMac');
const IN_CONTEXT = [...CRYPTOGRAPHIC, ...words('CreateGrant RetireGrant')];

/** Keys of requests with some actions of KMS only; every request about a key has the others. */
const kmsKeys: Readonly<Record<string, readonly string[]>> = {
  'kms:bypasspolicylockoutsafetycheck': words('CreateKey PutKeyPolicy'),
  'kms:datakeypairspec': PAIRS,
  'kms:encryptionalgorithm': CRYPTOGRAPHIC,
  'kms:encryptioncontext:': IN_CONTEXT,
  'kms:encryptioncontextkeys': IN_CONTEXT,
  'kms:expirationmodel': words('ImportKeyMaterial'),
  'kms:grantconstraintsourcearn': words('CreateGrant'),
  'kms:grantconstrainttype': words('CreateGrant RetireGrant'),
  'kms:grantisforawsresource': words('CreateGrant ListGrants RevokeGrant'),
  'kms:grantoperations': words('CreateGrant'),
  'kms:granteeprincipal': words('CreateGrant'),
  'kms:granteeserviceprincipal': words('CreateGrant'),
  'kms:keyagreementalgorithm': words('DeriveSharedSecret'),
  'kms:macalgorithm': MACS,
  'kms:messagetype': SIGNING,
  'kms:primaryregion': words('UpdatePrimaryRegion'),
  'kms:reencryptonsamekey': words('ReEncryptFrom ReEncryptTo'),
  'kms:recipientattestation:': words('Decrypt GenerateDataKey GenerateDataKeyPair GenerateRandom DeriveSharedSecret'),
  'kms:replicaregion': words('ReplicateKey'),
  'kms:requestalias': [...CRYPTOGRAPHIC, ...SIGNING, ...MACS, ...words('DeriveSharedSecret DescribeKey GetPublicKey')],
  'kms:retiringprincipal': words('CreateGrant'),
  'kms:retiringserviceprincipal': words('CreateGrant'),
  'kms:rotationperiodindays': words('EnableKeyRotation'),
  'kms:schedulekeydeletionpendingwindowindays': words('ScheduleKeyDeletion'),
  'kms:signingalgorithm': SIGNING,
  'kms:trailingdayswithoutkeyusage': words('ScheduleKeyDeletion DisableKey'),
  'kms:validto': words('ImportKeyMaterial'),
  'kms:wrappingalgorithm': words('GetParametersForImport'),
  'kms:wrappingkeyspec': words('GetParametersForImport'),
};

/** Keys that the request for a new key has, too. */
const OF_NEW_KEYS = new Set(
  words(`
    kms:calleraccount kms:viaservice kms:keyspec kms:keyusage kms:keyorigin kms:multiregion kms:multiregionkeytype
    kms:customermasterkeyspec kms:customermasterkeyusage`),
);

const TAGGED_REQUESTS = words('CreateKey ReplicateKey TagResource');

/** Whether requests for an action of KMS can have a key; the name without its prefix. */
function kmsSets(name: string, key: string): boolean {
  if (key.startsWith('aws:')) {
    if (key.startsWith('aws:requesttag/')) return TAGGED_REQUESTS.includes(name);
    if (key === 'aws:tagkeys') return TAGGED_REQUESTS.includes(name) || name === 'UntagResource';
    return !key.startsWith('aws:resourcetag/') || !KEYLESS.has(name);
  }
  const colon = key.indexOf(':', 'kms:'.length);
  const some = kmsKeys[colon < 0 ? key : key.slice(0, colon + 1)];
  if (some) return some.includes(name);
  if (!KEYLESS.has(name)) return true;
  if (BARE.has(name)) return false;
  return name === 'CreateKey' ? OF_NEW_KEYS.has(key) : key === 'kms:calleraccount';
}

/** Keys of IAM that only some of its actions have. */
const iamKeys: Readonly<Record<string, readonly string[]>> = {
  'iam:awsservicename': words('CreateServiceLinkedRole DeleteServiceLinkedRole'),
  'iam:associatedresourcearn': words('PassRole'),
  'iam:passedtoservice': words('PassRole'),
  'iam:policyarn': words(
    'AttachGroupPolicy AttachRolePolicy AttachUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy',
  ),
};

/**
 * Whether requests for an action can have a condition key; yes where that is not known.
 * @param action as AWS spells it, of a service that is known here: `kms:Decrypt`
 */
export function mayHaveKey(action: string, key: string): boolean {
  const [service = '', name = ''] = action.split(':');
  const [prefix = ''] = key.split(':', 1);
  if (service === 'kms' && (prefix === 'aws' || prefix === 'kms')) return kmsSets(name, key);
  if (prefix === 'aws' || !actionPrefixes.includes(prefix)) return true;
  if (prefix !== service) return service === 'sts' && key.startsWith('iam:resourcetag/');
  if (service === 's3') return knowsConditionKey(action.toLowerCase(), key);
  return service !== 'iam' || (iamKeys[key]?.includes(name) ?? true);
}

/** The kinds of resource that an action can be about; undefined where that is not known. */
export function resourceKindsOf(action: string): ReadonlySet<'key' | 'alias' | 'none'> | undefined {
  const [service = '', name = ''] = action.split(':');
  if (service !== 'kms') return undefined;
  if (/^(?:Create|Update|Delete)Alias$/.test(name)) return new Set(['key', 'alias']);
  return new Set([KEYLESS.has(name) ? 'none' : 'key']);
}
