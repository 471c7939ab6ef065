/**
 * Decides a request a second time, by the flow chart of IAM User Guide, "Policy evaluation logic", word for word: a
 * specification that runs. It shares no code with `src/policy` and is written to be read beside the documentation, not
 * to be fast.
 */

import { grantNaming, type Kind, strongest } from './principals.ts';
import type { DocumentJson, Situation } from './situation.ts';
import { type Place, type Voice, voicesOf } from './statements.ts';

export type Answer = 'allow' | 'explicit deny' | 'implicit deny';

/** Decides a request: "How AWS enforcement code logic evaluates requests to allow or deny access". */
export function decide(situation: Situation): Answer {
  // AWS STS API Reference, GetCallerIdentity: "No permissions are required", and no policy can deny it.
  if (situation.action === 'sts:GetCallerIdentity' && situation.caller.kind !== 'anonymous') return 'allow';
  const resourceControl = resourceControlLevels(situation);
  const serviceControl = serviceControlLevels(situation);
  const all = [
    ...resourceControl,
    ...serviceControl,
    resourceVoices(situation),
    identityVoices(situation),
    boundaryVoices(situation),
    sessionVoices(situation),
  ];
  // "Deny evaluation": a Deny that applies, in whichever policy, is final.
  if (all.some(denies)) return 'explicit deny';
  // "Organizations RCPs" and "Organizations SCPs": each level has to allow.
  if (!resourceControl.every(allows) || !serviceControl.every(allows)) return 'implicit deny';
  const isAllowed = accountOf(situation) === situation.owner ? sameAccount(situation) : crossAccount(situation);
  return isAllowed ? 'allow' : 'implicit deny';
}

/** "Policy evaluation for requests within a single account". */
function sameAccount(situation: Situation): boolean {
  const named = [strongestAllow(resourceVoices(situation)), strongestGrant(situation)];
  const isWithinLimits = boundaryAllows(situation) && sessionAllows(situation);
  // "Resource-based policies": where the user, the session or everyone is named, no other policy has to allow.
  if (named.includes('direct')) return true;
  // Where the session's role is named, or the federated user's user: not beyond boundary and session policies.
  if ((named.includes('role') || named.includes('base-user')) && isWithinLimits) return true;
  // Keys and roles: until their policy names at least the account, identity-based policies do not count.
  if (needsResourcePolicy(situation) && !named.includes('account')) return false;
  return identityAllows(situation) && isWithinLimits;
}

/** "Cross-account policy evaluation logic": both accounts have to allow, each for its part. */
function crossAccount(situation: Situation): boolean {
  const { kind } = situation.caller;
  const policy = strongestAllow(resourceVoices(situation));
  const grant = strongestGrant(situation);
  // Without an account there is only the one side, and only S3 takes requests that nobody signed.
  if (kind === 'service') return policy === 'direct';
  if (kind === 'anonymous') return policy === 'direct' && situation.policies.resource?.kind === 'bucket-policy';
  const isWithinLimits = boundaryAllows(situation) && sessionAllows(situation);
  // AWS KMS Developer Guide, "Grants in AWS KMS": the grantee itself needs nothing from its own account.
  if (grant === 'direct') return true;
  if ((grant === 'role' || grant === 'base-user') && isWithinLimits) return true;
  return (policy !== undefined || grant !== undefined) && identityAllows(situation) && isWithinLimits;
}

/** AWS KMS Developer Guide, "Key policies in AWS KMS", and IAM User Guide, "Role trust policies". */
const needsResourcePolicy = ({ policies: { resource } }: Situation) =>
  resource?.kind === 'key-policy' || resource?.kind === 'trust-policy';

/** The root user has no identity-based policies, and needs none in its own account. */
const identityAllows = (situation: Situation) => situation.caller.kind === 'root' || allows(identityVoices(situation));

/** "Permissions boundaries for IAM entities": it limits who has one. */
const boundaryAllows = (situation: Situation) =>
  situation.policies.boundary === undefined || allows(boundaryVoices(situation));

/**
 * "Session policies" limit a session that was made with one. Without one a federated user has no permissions: "Permissions
 * for GetFederationToken".
 */
const sessionAllows = (situation: Situation) =>
  situation.policies.session === undefined
    ? situation.caller.kind !== 'federated-user'
    : allows(sessionVoices(situation));

/** AWS Organizations User Guide, "Service control policies (SCPs)": for the users and roles of an account. */
function serviceControlLevels(situation: Situation): readonly (readonly Voice[])[] {
  if (accountOf(situation) === undefined) return [];
  return (situation.policies.serviceControl ?? []).map((level) => voices(level, 'service-control', situation));
}

/** AWS Organizations User Guide, "Resource control policies (RCPs)": of these services, and not for kms:RetireGrant. */
function resourceControlLevels(situation: Situation): readonly (readonly Voice[])[] {
  const { action, policies } = situation;
  if (!/^(s3|kms|sts):/.test(action) || action === 'kms:RetireGrant') return [];
  return (policies.resourceControl ?? []).map((level) => voices(level, 'resource-control', situation));
}

function resourceVoices(situation: Situation): readonly Voice[] {
  const { document, setting, principals } = situation.policies.resource ?? {};
  return [mayAlwaysMend(situation) ? undefined : document, setting].flatMap((one) =>
    one ? voicesOf(one, 'resource', situation, principals) : [],
  );
}

/** Amazon S3 User Guide, "Bucket policies": no bucket policy keeps the owner's root user from mending it. */
const mayAlwaysMend = ({ caller, owner, action }: Situation) =>
  caller.kind === 'root' && caller.account === owner && /^s3:(Get|Put|Delete)BucketPolicy$/.test(action);

const identityVoices = (situation: Situation) => voices(situation.policies.identity ?? [], 'identity', situation);

const boundaryVoices = (situation: Situation) => {
  const { boundary } = situation.policies;
  return boundary ? voicesOf(boundary, 'boundary', situation) : [];
};

const sessionVoices = (situation: Situation) => voices(situation.policies.session ?? [], 'session', situation);

const voices = (documents: readonly DocumentJson[], place: Place, situation: Situation) =>
  documents.flatMap((document) => voicesOf(document, place, situation));

const denies = (said: readonly Voice[]) => said.some(({ effect }) => effect === 'Deny');
const allows = (said: readonly Voice[]) => said.some(({ effect }) => effect === 'Allow');

const strongestAllow = (said: readonly Voice[]): Kind | undefined =>
  strongest(said.map(({ effect, kind }) => (effect === 'Allow' ? kind : undefined)));

const strongestGrant = ({ caller, policies }: Situation): Kind | undefined =>
  strongest((policies.grants ?? []).map((grant) => grantNaming(grant, caller)));

/** The caller's account; undefined for a service and for an anonymous caller. */
const accountOf = ({ caller }: Situation): string | undefined =>
  caller.kind === 'service' || caller.kind === 'anonymous' ? undefined : caller.account;
