/** What a recorded call needed of its caller's policies: each permission with the condition keys that narrow it down. */

import { serviceFactsOf } from '../api/service-facts.ts';
import { requiredPermissions } from '../call/required-permissions.ts';
import type { NeededPermission } from '../policy/least-privilege.ts';
import type { CallRecord } from '../store/records/call.ts';

/** In order; undefined if its record does not say, since it is from before records did. */
export function neededPermissions(call: CallRecord): readonly NeededPermission[] | undefined {
  return requiredPermissions(call)?.map(({ action, resource }) => ({
    action,
    resource,
    context: Object.fromEntries(contextOf(action, call)),
  }));
}

type Pairs = readonly (readonly [key: string, value: string])[];

function contextOf(action: string, call: CallRecord): Pairs {
  if (action.startsWith('kms:')) return [...viaServiceOf(call), ...encryptionContextOf(action, call)];
  // The service to which the role is passed is the one that was called: IAM User Guide, "iam:PassedToService".
  if (action === 'iam:PassRole')
    return [['iam:PassedToService', `${serviceFactsOf(call.service)?.host}.amazonaws.com`]];
  return listing.has(action) && isListing.test(call.operation) ? prefixOf(call) : [];
}

const viaServiceOf = ({ viaService }: CallRecord): Pairs =>
  viaService === undefined ? [] : [['kms:ViaService', viaService]];

/** AWS KMS Developer Guide, "kms:EncryptionContext:context-key". */
function encryptionContextOf(action: string, { parameters }: CallRecord): Pairs {
  const pairs = textsOf(parameters?.[contextNames[action] ?? 'encryptionContext']);
  // Condition keys are case-insensitive: of two pairs whose keys differ only in case, neither can be asked for.
  const isAlone = ([key]: readonly [string, string]) =>
    pairs.filter(([other]) => other.toLowerCase() === key.toLowerCase()).length === 1;
  return pairs.filter(isAlone).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
}

const contextNames: Readonly<Record<string, string>> = {
  'kms:ReEncryptFrom': 'sourceEncryptionContext',
  'kms:ReEncryptTo': 'destinationEncryptionContext',
};

const textsOf = (value: unknown): Pairs =>
  Object.entries(value instanceof Object ? value : {}).flatMap(
    ([key, text]): Pairs => (typeof text === 'string' ? [[key, text]] : []),
  );

const listing = new Set(['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads']);

/** Other operations need the permission to list without listing anything: HeadBucket, or a read of a missing object. */
const isListing = /^List/;

const prefixOf = ({ parameters }: CallRecord): Pairs =>
  typeof parameters?.prefix === 'string' ? [['s3:prefix', parameters.prefix]] : [];
