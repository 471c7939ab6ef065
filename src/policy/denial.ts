/** A denial in AWS's words: IAM User Guide, "Troubleshoot access denied error messages". */

import { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { Access } from './access.ts';
import { type Caller, callerAccount } from './caller.ts';
import type { Decision, DenialReason, GateKind } from './decision.ts';

/** The service's error for a decision that denies. */
export function denial(service: ServiceName, access: Access, decision: Decision, caller: Caller): AwsError {
  return new AwsError(serviceFacts[service].deniedCode, messageOf(service, access, decision, caller));
}

function messageOf(service: ServiceName, access: Access, decision: Decision, caller: Caller): string {
  switch (service) {
    case 's3':
    case 's3control':
      return s3Message(access, decision, caller);
    case 'kms':
      return kmsMessage(access, decision, caller);
    default:
      return `${opening(access, decision)}${plainResource(access)}${tail(access, decision)}`;
  }
}

const opening = ({ action }: Access, { caller }: Decision) => `User: ${caller} is not authorized to perform: ${action}`;

/** Empty phrase: the service does not name the resource. */
const plainResource = ({ resource, resourcePhrase = `on resource: ${resource}` }: Access) =>
  resourcePhrase === '' ? '' : ` ${resourcePhrase}`;

/**
 * S3 gives reasons only to callers in the bucket owner's account or organization, and puts the ARN in quotes: Amazon S3
 * User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3".
 */
function s3Message(access: Access, decision: Decision, caller: Caller): string {
  if (callerAccount(caller) !== access.owner && !isInOrganization(decision)) return 'Access Denied';
  const { resource, resourcePhrase } = access;
  const where = resourcePhrase ?? (resource === '*' ? undefined : `on resource: "${resource}"`);
  return [opening(access, decision), where, reason({ ...decision, denial: withoutArn(decision.denial) })]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

/** Whether the caller's account and the owner's are in the same organization. */
function isInOrganization({ context }: Decision): boolean {
  const { 'aws:PrincipalOrgID': principal, 'aws:ResourceOrgID': owner } = context;
  return principal !== undefined && principal === owner;
}

const withoutArn = (denied: DenialReason | undefined): DenialReason | undefined =>
  denied && { gate: denied.gate, explicit: denied.explicit };

/**
 * KMS does not reveal whether another account's key exists, nor the key that a service uses or that a ciphertext names:
 * AWS KMS Developer Guide, "Troubleshooting AWS KMS permissions".
 */
function kmsMessage(access: Access, decision: Decision, caller: Caller): string {
  const isForeign = callerAccount(caller) !== access.owner;
  const isHidden = isForeign || access.resourcePhrase !== undefined;
  if (!isHidden || decision.denial?.gate !== 'resource-policy') {
    return `${opening(access, decision)}${plainResource(access)} ${reason(decision)}`;
  }
  return (
    `${opening(access, decision)} ${access.resourcePhrase ?? 'on this resource'} because the resource does not exist in ` +
    'this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'
  );
}

/** STS gives no reason why a role cannot be assumed: STS API Reference, AssumeRole. */
function tail({ resourcePolicy }: Access, decision: Decision): string {
  return resourcePolicy?.kind === 'trust-policy' ? '' : ` ${reason(decision)}`;
}

const policyTypes: Readonly<Record<GateKind, string>> = {
  'resource-control-policy': 'resource control policy',
  'service-control-policy': 'service control policy',
  'resource-policy': 'resource-based policy',
  'identity-policy': 'identity-based policy',
  'permissions-boundary': 'permissions boundary',
  'session-policy': 'session policy',
  // A grant never denies.
  grant: 'identity-based policy',
};

function reason({ action, denial: denied }: Decision): string {
  const type = policyTypes[denied?.gate ?? 'identity-policy'];
  if (!denied?.explicit) return `because no ${type} allows the ${action} action`;
  const article = type.startsWith('identity') ? 'an' : 'a';
  const which = denied.policyArn === undefined ? '' : `: ${denied.policyArn}`;
  return `with an explicit deny in ${article} ${type}${which}`;
}
