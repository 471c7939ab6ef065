/**
 * Which condition keys a question about principals leaves open: those that depend on where a request comes from, on its
 * credentials and on its time; for a bare permission also those that its operations set from their input. IAM User Guide,
 * "AWS global condition context keys"; AWS KMS Developer Guide, "Condition keys for AWS KMS"; Service Authorization
 * Reference, Amazon S3, condition keys.
 */

import { isKnownConditionKey } from './known-condition-keys.ts';
import { type OpenKey, type OpenKeys, TIME } from './open-context.ts';
import { knowsConditionKey } from './s3-permissions.ts';
import type { StatedContext } from './stated-context.ts';

/** What is open about a principal. */
export interface OpenPrincipal {
  /** Whether its credentials are always temporary. */
  readonly isSession: boolean;
  /** A service calls by itself: its requests have no address of a client's, and no credentials. */
  readonly isService?: boolean | undefined;
  /** Keys of the principal itself that are open, in lower case; one that ends with a slash or colon needs more. */
  readonly open: Readonly<Record<string, Pick<OpenKey, 'name' | 'mayLack' | 'fits' | 'shape' | 'another'>>>;
}

/** What is asked of it. */
export interface OpenPermission {
  /** The permission: `kms:Decrypt`. */
  readonly action: string;
  /** A service makes the request for the principal. */
  readonly viaService: boolean;
  /** Nothing is known of the operation's input: only the permission is asked about. */
  readonly isBare: boolean;
  /** Headers of the operation that are not settled, in lower case. */
  readonly headers?: readonly string[] | undefined;
  /** Keys that say something of the resource, which is known, in lower case. */
  readonly isKnown?: ((key: string) => boolean) | undefined;
  readonly stated?: StatedContext | undefined;
}

interface Row {
  readonly name: string;
  readonly mayLack: boolean;
  readonly isRare: boolean;
}

const row = (name: string, how: 'always' | 'mostly' | 'rarely'): readonly [string, Row] => [
  name.toLowerCase(),
  { name, mayLack: how !== 'always', isRare: how === 'rarely' },
];

/** Of every request, also of one that a service makes. */
const always = new Map([
  row('aws:CurrentTime', 'always'),
  row('aws:MultiFactorAuthPresent', 'rarely'),
  row('aws:MultiFactorAuthAge', 'rarely'),
]);

/** Of the principal's own requests. Connections are encrypted, unless it is stated otherwise. */
const own = new Map([
  row('aws:SourceIp', 'mostly'),
  row('aws:UserAgent', 'mostly'),
  row('aws:referer', 'rarely'),
  ...['aws:SourceVpc', 'aws:SourceVpcArn', 'aws:SourceVpce', 'aws:VpcSourceIp', 'aws:VpceAccount', 'aws:VpceOrgID'].map(
    (name) => row(name, 'rarely'),
  ),
  ...['aws:VpceOrgPaths', 'aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast'].map((name) =>
    row(name, 'rarely'),
  ),
]);

const ofS3 = new Map([
  row('s3:TlsVersion', 'always'),
  row('s3:authType', 'always'),
  row('s3:signatureAge', 'always'),
  row('s3:signatureversion', 'always'),
  row('s3:x-amz-content-sha256', 'always'),
]);

const ENCRYPTING =
  'Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext';
const WITH_ALIAS = `${ENCRYPTING} DeriveSharedSecret DescribeKey GenerateMac GetPublicKey Sign Verify VerifyMac`;

/** The keys that KMS sets from an operation's input, and the permissions that have them. */
const ofKmsInput: readonly (readonly [key: string, permissions: string])[] = [
  ['kms:EncryptionContext:', `${ENCRYPTING} CreateGrant`],
  ['kms:EncryptionContextKeys', `${ENCRYPTING} CreateGrant`],
  ['kms:EncryptionAlgorithm', ENCRYPTING],
  ['kms:RequestAlias', WITH_ALIAS],
  ['kms:ReEncryptOnSameKey', 'ReEncryptFrom ReEncryptTo'],
  ['kms:SigningAlgorithm', 'Sign Verify'],
  ['kms:MessageType', 'Sign Verify'],
  ['kms:MacAlgorithm', 'GenerateMac VerifyMac'],
  ['kms:KeyAgreementAlgorithm', 'DeriveSharedSecret'],
  ['kms:DataKeyPairSpec', 'GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext'],
  ['kms:RecipientAttestation:', 'Decrypt DeriveSharedSecret GenerateDataKey GenerateDataKeyPair GenerateRandom'],
  ['kms:GrantOperations', 'CreateGrant'],
  ['kms:GranteePrincipal', 'CreateGrant'],
  ['kms:GranteeServicePrincipal', 'CreateGrant'],
  ['kms:GrantConstraintType', 'CreateGrant'],
  ['kms:GrantConstraintSourceArn', 'CreateGrant'],
  ['kms:GrantIsForAWSResource', 'CreateGrant ListGrants RevokeGrant'],
  ['kms:RetiringPrincipal', 'CreateGrant'],
  ['kms:RetiringServicePrincipal', 'CreateGrant'],
  ['kms:ScheduleKeyDeletionPendingWindowInDays', 'ScheduleKeyDeletion'],
  ['kms:BypassPolicyLockoutSafetyCheck', 'CreateKey PutKeyPolicy ReplicateKey'],
  ['kms:ExpirationModel', 'ImportKeyMaterial'],
  ['kms:ValidTo', 'ImportKeyMaterial'],
  ['kms:WrappingAlgorithm', 'GetParametersForImport'],
  ['kms:WrappingKeySpec', 'GetParametersForImport'],
  ['kms:ReplicaRegion', 'ReplicateKey'],
  ['kms:PrimaryRegion', 'UpdatePrimaryRegion'],
  ['kms:RotationPeriodInDays', 'EnableKeyRotation'],
  ['aws:RequestTag/', 'CreateKey TagResource'],
  ['aws:TagKeys', 'CreateKey TagResource UntagResource'],
];

/** The keys that requests of principals for a permission leave open. */
export function openKeysFor(permission: OpenPermission): (principal: OpenPrincipal) => OpenKeys {
  const closed = new Set(statedKeys(permission.stated));
  const openHeaders = new Set(permission.headers);
  return (principal) => openKeysOf(principal, { permission, closed, openHeaders });
}

interface Settled {
  readonly permission: OpenPermission;
  readonly closed: ReadonlySet<string>;
  readonly openHeaders: ReadonlySet<string>;
}

function openKeysOf(principal: OpenPrincipal, { permission, closed, openHeaders }: Settled): OpenKeys {
  const { action, viaService, isBare, isKnown = () => false } = permission;
  const isS3 = action.startsWith('s3:');
  const found = new Map<string, OpenKey | undefined>();

  function rowOf(key: string): Row | undefined {
    if (principal.isService) return key === TIME ? always.get(key) : undefined;
    return always.get(key) ?? (viaService ? undefined : (own.get(key) ?? (isS3 ? ofS3.get(key) : undefined)));
  }

  function find(key: string, spelled: string): OpenKey | undefined {
    if (closed.has(key)) return undefined;
    const ofPrincipal = principal.open[key] ?? prefixed(principal.open, key);
    if (ofPrincipal) return { isRare: false, ...ofPrincipal, key, name: nameWith(ofPrincipal.name, spelled) };
    const known = rowOf(key);
    // Long-term credentials have no MFA, and know nothing of it; temporary ones always say whether they have.
    if (known && key === 'aws:multifactorauthpresent') return { key, ...known, mayLack: !principal.isSession };
    if (known) return { key, ...known };
    if (openHeaders.has(key)) return { key, name: spelled, mayLack: true, isRare: true };
    if (!isBare || viaService || isKnown(key)) return undefined;
    if (!inputKey(action, key)) return undefined;
    return { key, name: spelled, mayLack: true, isRare: true };
  }

  return (key, spelled) => {
    if (found.has(key)) return found.get(key);
    const open = find(key, spelled);
    found.set(key, open);
    return open;
  };
}

const prefixed = (open: OpenPrincipal['open'], key: string) => {
  const at = key.search(/[/:](?=[^/:]*$)/);
  const slash = key.indexOf('/');
  return open[key.slice(0, slash + 1)] ?? (at > 0 ? open[key.slice(0, at + 1)] : undefined);
};

/** A name that ends with a slash is spelled out as the policy spells it. */
const nameWith = (name: string, spelled: string): string =>
  name.endsWith('/') ? `${name}${spelled.slice(name.length)}` : name;

/** Whether an operation's input decides about a key of a bare permission. */
function inputKey(action: string, key: string): boolean {
  if (action.startsWith('kms:')) {
    if (key === 'kms:viaservice' || key === 'aws:viaawsservice') return true;
    const name = action.slice('kms:'.length).toLowerCase();
    return ofKmsInput.some(
      ([each, permissions]) =>
        (/[/:]$/.test(each) ? key.startsWith(each.toLowerCase()) : key === each.toLowerCase()) &&
        permissions.toLowerCase().split(' ').includes(name),
    );
  }
  if (action.startsWith('s3:')) {
    if (key === 'aws:viaawsservice') return true;
    return key.startsWith('s3:') && isKnownConditionKey(key) && knowsConditionKey(action.toLowerCase(), key);
  }
  const service = action.slice(0, action.indexOf(':') + 1);
  return /^aws:(?:requesttag\/|tagkeys$)/.test(key) || (key.startsWith(service) && isKnownConditionKey(key));
}

function* statedKeys(stated: StatedContext | undefined): Iterable<string> {
  for (const keys of [stated?.ofRequest, stated?.always]) {
    for (const name of Object.keys(keys ?? {})) yield name.toLowerCase();
  }
}
