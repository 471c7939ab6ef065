/** AssumeRole: STS API Reference, AssumeRole; IAM User Guide, "Pass session tags in AWS STS". */

import { isAccountId, parseArn } from '../api/arn.ts';
import { AwsError, HiddenAbsence } from '../api/errors.ts';
import type { AssumeRoleRequest } from '../api/model/sts.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { callerArn, type Tags } from '../policy/caller.ts';
import type { RoleRecord } from '../store/records/iam.ts';
import { findRole, roleArn } from './entities.ts';
import { tagContext, tagList } from './entity-tags.ts';
import { requestAccount } from './identity.ts';
import { checkSessionTags, invalidParameter, packedSize, passedArns, passedPolicies } from './session-policies.ts';
import { issueCredentials, requireIssuer, requireNoDevice, sessionOf, shownCredentials } from './sessions.ts';

const DEFAULT_SECONDS = 3600;
const MAX_CHAINED_SECONDS = 3600;

/** The attributes that a session passes on to sessions created from it. */
interface Inherited {
  readonly tags: Tags;
  readonly sourceIdentity: string | undefined;
}

interface Target {
  readonly role: RoleRecord;
  readonly inherited: Inherited;
  /** Session tags, including inherited ones. */
  readonly tags: Tags;
  readonly transitive: readonly string[];
  readonly sourceIdentity: string | undefined;
}

export const AssumeRole = operation('sts', 'AssumeRole', {
  resolve(input, call): Target {
    requestAccount(call);
    requireIssuer('AssumeRole', call);
    requireNoDevice(input, call);
    if (call.caller.kind === 'root')
      throw new AwsError(
        'AccessDenied',
        'Roles may not be assumed by root accounts.',
        {},
        'assume the role as a user, or from another role',
      );
    const role = requireRole(input.RoleArn, call);
    const inherited = inheritedFrom(call);
    return { role, inherited, ...sessionTags(input, inherited), sourceIdentity: sourceIdentity(input, inherited) };
  },

  authorize(target, input) {
    const { role, tags, sourceIdentity } = target;
    const access = (action: string): Access => ({
      action,
      resource: roleArn(role),
      owner: role.account,
      resourcePolicy: { kind: 'trust-policy', document: role.trustPolicy },
      context: requestContext(target, input),
    });
    return [
      access('sts:AssumeRole'),
      ...(Object.keys(tags).length > 0 ? [access('sts:TagSession')] : []),
      ...(sourceIdentity !== undefined ? [access('sts:SetSourceIdentity')] : []),
    ];
  },

  run({ role, tags, transitive, sourceIdentity }, input, call) {
    const { RoleSessionName, DurationSeconds = DEFAULT_SECONDS } = input;
    requireDuration(DurationSeconds, role, call);
    const sessionPolicies = passedPolicies(input, role.account, call);
    const PackedPolicySize = packedSize(sessionPolicies ?? [], tags);
    const credentials = issueCredentials(
      role.account,
      {
        kind: 'role',
        roleId: role.id,
        roleName: role.name,
        sessionName: RoleSessionName,
        tags,
        transitiveTags: transitive,
        sourceIdentity,
        sessionPolicies,
        sessionPolicyArns: passedArns(input),
      },
      DurationSeconds,
      call,
    );
    return {
      Credentials: credentials,
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${RoleSessionName}`,
        Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${RoleSessionName}`,
      },
      ...(PackedPolicySize > 0 && { PackedPolicySize }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  },

  response: ({ Credentials, AssumedRoleUser, SourceIdentity }) => ({
    credentials: shownCredentials(Credentials),
    assumedRoleUser: AssumedRoleUser && { assumedRoleId: AssumedRoleUser.AssumedRoleId, arn: AssumedRoleUser.Arn },
    ...(SourceIdentity !== undefined && { sourceIdentity: SourceIdentity }),
  }),
});

/** A role that does not exist is refused like one that may not be assumed. */
function requireRole(text: string, call: Call): RoleRecord {
  const arn = parseArn(text);
  const isRole = arn?.service === 'iam' && isAccountId(arn.account) && arn.resource.startsWith('role/');
  if (!isRole) throw new AwsError('ValidationError', `${text} is invalid`);
  const role = findRole(call.tx, arn.account, arn.resource.slice(arn.resource.lastIndexOf('/') + 1));
  if (role && roleArn(role) === text) return role;
  throw new HiddenAbsence(
    'AccessDenied',
    `User: ${callerArn(call.caller)} is not authorized to perform: sts:AssumeRole on resource: ${text}`,
  );
}

/** Transitive tags and the source identity stay with every session in a chain of roles. */
function inheritedFrom(call: Call): Inherited {
  const of = sessionOf(call)?.of;
  const caller = call.caller.kind === 'role-session' ? call.caller : undefined;
  if (of?.kind !== 'role') return { tags: {}, sourceIdentity: caller?.sourceIdentity };
  const transitive = new Set(of.transitiveTags);
  const tags = Object.fromEntries(Object.entries(of.tags).filter(([key]) => transitive.has(key)));
  return { tags, sourceIdentity: of.sourceIdentity };
}

function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: AssumeRoleRequest,
  inherited: Inherited,
): Pick<Target, 'tags' | 'transitive'> {
  checkSessionTags(Tags);
  const keys = Tags.map(({ Key }) => Key.toLowerCase());
  const isPassed = (key: string) => keys.includes(key.toLowerCase());
  const inheritedKeys = Object.keys(inherited.tags);
  if (inheritedKeys.some(isPassed)) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  if (!TransitiveTagKeys.every(isPassed)) {
    throw invalidParameter('The specified transitive tag key must be included in the requested tags.');
  }
  const wanted = new Set(TransitiveTagKeys.map((key) => key.toLowerCase()));
  return {
    tags: { ...inherited.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) },
    transitive: [...inheritedKeys, ...Tags.flatMap(({ Key }) => (wanted.has(Key.toLowerCase()) ? [Key] : []))],
  };
}

function sourceIdentity({ SourceIdentity }: AssumeRoleRequest, inherited: Inherited): string | undefined {
  if (SourceIdentity === undefined || inherited.sourceIdentity === undefined) {
    return SourceIdentity ?? inherited.sourceIdentity;
  }
  if (SourceIdentity === inherited.sourceIdentity) return SourceIdentity;
  throw new AwsError('ValidationError', 'The source identity is already set for this assume role session');
}

/** Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service". */
function requestContext(
  { role, tags, transitive, sourceIdentity }: Target,
  input: AssumeRoleRequest,
): ConditionContext {
  const context: Record<string, ConditionContext[string]> = {
    ...tagContext(tagList(tags)),
    'sts:RoleSessionName': input.RoleSessionName,
    'sts:ExternalId': input.ExternalId,
    'sts:SourceIdentity': sourceIdentity,
    'sts:DurationSeconds': input.DurationSeconds,
  };
  if (transitive.length > 0) context['sts:TransitiveTagKeys'] = transitive;
  for (const [key, value] of Object.entries(role.tags)) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`iam:ResourceTag/${key}`] = value;
  }
  return context;
}

function requireDuration(seconds: number, role: RoleRecord, { caller }: Call): void {
  if (seconds > role.maxSessionSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      {},
      `the role allows up to ${role.maxSessionSeconds} seconds, not ${seconds}`,
    );
  }
  if (caller.kind === 'role-session' && seconds > MAX_CHAINED_SECONDS) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
}
