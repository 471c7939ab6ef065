/**
 * The values that condition keys can have, where they have a form of their own: Service Authorization Reference, AWS KMS
 * and Amazon S3, and IAM User Guide, "AWS global condition context keys".
 */

import { nearest } from '../api/nearest.ts';
import { isRegion, regions } from '../api/regions.ts';
import { type Glob, globMatches, parseGlob } from './glob.ts';

interface ValueForm {
  /** What the values are, as a clause after the key: `a service in a region, such as "…"`. */
  readonly takes: string;
  /** All values, if they are few. */
  readonly values?: readonly string[];
  /** Whether a text without wildcards is one. */
  readonly is?: (text: string) => boolean;
  /** Whether one can begin with a text, which is what stands before the first wildcard; absent: any may. */
  readonly mayBegin?: (text: string) => boolean;
  /** Whether a text is none, whatever its wildcards stand for. */
  readonly isNever?: (text: string) => boolean;
}

const list = (text: string): ValueForm => {
  const values = text.trim().split(/\s+/);
  return { takes: `one of ${values.join(', ')}`, values };
};
const account: ValueForm = {
  takes: 'the 12 digits of an account',
  is: (text) => /^\d{12}$/.test(text),
  mayBegin: (text) => /^\d{0,12}$/.test(text),
};
const alias: ValueForm = {
  takes: 'the name of an alias, such as "alias/app"',
  is: (text) => /^alias\/./s.test(text),
  mayBegin: (text) => text.startsWith('alias/') || 'alias/'.startsWith(text),
};
const ofSession = (text: string) => /^arn:[^:]*:sts:[^:]*:[^:]*:assumed-role\//.test(text);
const region: ValueForm = {
  takes: 'a region, such as "eu-west-1"',
  is: (text) => isRegion(text) || (/^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(text) && !isMistyped(text)),
};

/** There may be more regions than are known here, but none whose area is nearly another's. */
function isMistyped(text: string): boolean {
  const areaOf = (name: string) => name.replace(/-\d$/, '');
  const areas = new Set(regions.map(areaOf));
  return !areas.has(areaOf(text)) && nearest(areaOf(text), areas).length > 0;
}

/** By the key in lower case. */
const forms: Readonly<Record<string, ValueForm>> = {
  'aws:principalaccount': { takes: account.takes, is: (text) => text === 'anonymous' || /^\d{12}$/.test(text) },
  'aws:principalarn': {
    takes: 'the ARN of a user, a role or an account, of a session that of its role: "arn:aws:iam::ACCOUNT:role/NAME"',
    is: (text) => /^arn:[^:]*:(?:iam|sts):/.test(text) && !ofSession(text),
    isNever: ofSession,
  },
  'aws:principaltype': list('Account User FederatedUser AssumedRole Anonymous'),
  'aws:requestedregion': region,
  'aws:resourceaccount': account,
  'aws:sourceaccount': account,
  'kms:calleraccount': account,
  'kms:grantoperations': list(`
    Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo Sign Verify GetPublicKey
    CreateGrant RetireGrant DescribeKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateMac VerifyMac
    DeriveSharedSecret`),
  'kms:grantconstrainttype': list('EncryptionContextEquals EncryptionContextSubset'),
  'kms:keyorigin': list('AWS_KMS EXTERNAL AWS_CLOUDHSM EXTERNAL_KEY_STORE'),
  'kms:keyusage': list('ENCRYPT_DECRYPT SIGN_VERIFY GENERATE_VERIFY_MAC KEY_AGREEMENT'),
  'kms:multiregionkeytype': list('PRIMARY REPLICA'),
  'kms:primaryregion': region,
  'kms:replicaregion': region,
  'kms:requestalias': alias,
  'kms:resourcealiases': alias,
  'kms:viaservice': {
    takes: 'a service in a region, such as "s3.eu-west-1.amazonaws.com"',
    is: (text) => viaServiceRegion(text) !== undefined,
  },
  's3:authtype': list('REST-HEADER REST-QUERY-STRING POST'),
  's3:locationconstraint': { ...region, is: (text) => text === 'EU' || text === '' || region.is?.(text) === true },
  's3:resourceaccount': account,
  's3:signatureversion': list('AWS4-HMAC-SHA256 AWS4-ECDSA-P256-SHA256 AWS'),
  's3:x-amz-acl': list(`
    private public-read public-read-write aws-exec-read authenticated-read bucket-owner-read bucket-owner-full-control
    log-delivery-write`),
  's3:x-amz-metadata-directive': list('COPY REPLACE'),
  's3:x-amz-server-side-encryption': list('AES256 aws:kms aws:kms:dsse aws:fsx aws:backup'),
  's3:x-amz-server-side-encryption-aws-kms-key-id': {
    takes: 'the ARN of a key, such as "arn:aws:kms:eu-west-1:111122223333:key/KEY-ID"',
    is: (text) => /^arn:[^:]*:kms:[^:]*:[^:]*:key\/./s.test(text),
  },
  's3:x-amz-server-side-encryption-customer-algorithm': list('AES256'),
};

/** The region in a value of kms:ViaService; undefined for a text that is not such a value. */
export const viaServiceRegion = (value: string): string | undefined =>
  /^[a-z0-9-]+\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws\.com$/.exec(value)?.[1];

/** No listed value is as long as this. */
const LONGEST = 256;

/**
 * What a key takes, if it never has a value; undefined if it may have it, or that is not known.
 * @param key in lower case
 * @param value as in the policy, without variables
 * @param compares whether wildcards and letter case count
 */
export function otherForm(
  key: string,
  value: string,
  compares: { readonly wildcards: boolean; readonly anyCase: boolean },
): string | undefined {
  const form = Object.hasOwn(forms, key) ? forms[key] : undefined;
  if (!form || value.length > LONGEST) return undefined;
  if (form.values) {
    const fold = (text: string) => (compares.anyCase ? text.toLowerCase() : text);
    const glob: Glob = compares.wildcards ? parseGlob(value) : { kind: 'literal', text: fold(value) };
    return form.values.some((each) => globMatches(glob, fold(each))) ? undefined : form.takes;
  }
  if (form.isNever?.(value)) return form.takes;
  const wild = value.search(/[*?]/);
  if (wild >= 0 && form.mayBegin?.(value.slice(0, wild)) === false) return form.takes;
  if (wild >= 0 && compares.wildcards) return undefined;
  return form.is?.(compares.anyCase ? value.toLowerCase() : value) === false ? form.takes : undefined;
}
