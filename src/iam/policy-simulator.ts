/**
 * IAM's policy simulator: IAM User Guide, "IAM policy testing with the IAM policy simulator". It answers as AWS's does,
 * with its limits (`policy/policy-simulation.ts`); what really decides a call is shown by `explain`.
 */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type {
  EvaluationResult,
  PolicySourceType,
  ResourceSpecificResult,
  SimulateCustomPolicyRequest,
  SimulatePrincipalPolicyRequest,
  Statement,
} from '../api/model/iam.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import type { UserCaller } from '../policy/caller.ts';
import { distinctKeys } from '../policy/context-keys.ts';
import {
  type MatchedStatement,
  type SimulatedAnswer,
  type SimulatedDecision,
  type Simulation,
  type SourcePolicy,
  simulatedDecision,
} from '../policy/policy-simulation.ts';
import { AbsentEntity } from './absent-entity.ts';
import { asGroup, asRole, asUser, type Identity, identityAccess, identityArn, requestAccount } from './identity.ts';
import { pageOf } from './listing.ts';
import {
  boundarySource,
  identitySources,
  inputSources,
  resourceSource,
  serviceControlInput,
  serviceControlOf,
} from './simulated-policies.ts';
import {
  callerNamed,
  checkActions,
  checkResources,
  checkScenario,
  contextOf,
  imaginedUser,
  ownerNamed,
} from './simulation-input.ts';

export const SimulatePrincipalPolicy = operation('iam', 'SimulatePrincipalPolicy', {
  resolve: ({ PolicySourceArn }, call) => requireSource(PolicySourceArn, call),
  authorize: (identity) => sourceAccess('SimulatePrincipalPolicy', identity),
  run(identity, input, call) {
    const { PolicyExclusionList: excluded = [], PolicyInputList = [] } = input;
    return simulated(input, {
      caller: principalCaller(identity, input, call),
      identity: [
        ...identitySources(identity, excluded, call.tx),
        ...inputSources('PolicyInputList', PolicyInputList, 'IAM Policy'),
      ],
      boundary: boundaryInput(input) ?? boundarySource(identity, excluded, call.tx),
      serviceControl: serviceControlOf(identity, excluded, call.tx),
    });
  },
});

export const SimulateCustomPolicy = operation('iam', 'SimulateCustomPolicy', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account): Access[] => [{ action: 'iam:SimulateCustomPolicy', resource: '*', owner: account }],
  run(account, input, call) {
    const { CallerArn, ResourcePolicy, OrderedOrganizationPolicyInputList: levels } = input;
    if (CallerArn === undefined && ResourcePolicy !== undefined) throw needsCaller();
    return simulated(input, {
      caller: CallerArn === undefined ? imaginedUser(account, '', '') : callerNamed(CallerArn, call.tx),
      identity: inputSources('PolicyInputList', input.PolicyInputList, 'IAM Policy'),
      boundary: boundaryInput(input),
      serviceControl: levels && serviceControlInput(levels),
    });
  },
});

export const GetContextKeysForPrincipalPolicy = operation('iam', 'GetContextKeysForPrincipalPolicy', {
  resolve: ({ PolicySourceArn }, call) => requireSource(PolicySourceArn, call),
  authorize: (identity) => sourceAccess('GetContextKeysForPrincipalPolicy', identity),
  run: (identity, { PolicyInputList = [] }, { tx }) => ({
    ContextKeyNames: keysIn([
      ...identitySources(identity, [], tx),
      ...inputSources('PolicyInputList', PolicyInputList, 'IAM Policy'),
    ]),
  }),
});

export const GetContextKeysForCustomPolicy = operation('iam', 'GetContextKeysForCustomPolicy', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account): Access[] => [{ action: 'iam:GetContextKeysForCustomPolicy', resource: '*', owner: account }],
  run: (_account, { PolicyInputList }) => ({
    ContextKeyNames: keysIn(inputSources('PolicyInputList', PolicyInputList, 'IAM Policy')),
  }),
});

const keysIn = (policies: readonly SourcePolicy[]): string[] =>
  distinctKeys(
    policies.flatMap((policy) =>
      policy.keys().flatMap(({ ofResources, ofConditions }) => [...ofResources, ...ofConditions]),
    ),
  );

/**
 * The user, group or role of an ARN, whose path does not have to be right, since names are unique.
 * @throws InvalidInput, NoSuchEntity
 */
function requireSource(text: string, call: Call): Identity {
  const arn = parseArn(text);
  const [, kind, name = ''] = /^(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn?.resource ?? '') ?? [];
  if (arn?.service !== 'iam' || !isAccountId(arn.account) || !isIdentityKind(kind)) {
    throw new AwsError(
      'InvalidInput',
      `Invalid Entity Arn: ${text} does not clearly define entity type and name.`,
      {},
      'give the ARN of a user, group or role; for a session, that of its role',
    );
  }
  const account = requestAccount(call);
  if (arn.account !== account) {
    throw new AwsError(
      'InvalidInput',
      `Invalid Policy Source Arn: caller's account ${account} does not have access to policies in account ${arn.account}`,
    );
  }
  try {
    return { user: asUser, group: asGroup, role: asRole }[kind](name, call);
  } catch (error) {
    if (!(error instanceof AbsentEntity)) throw error;
    throw new AbsentEntity(error.message, { ...error.asked, resource: text, resourcePhrase: undefined });
  }
}

const isIdentityKind = (kind: string | undefined): kind is Identity['kind'] =>
  kind === 'user' || kind === 'group' || kind === 'role';

/** Unlike other operations on an entity, these name it by its ARN when they are denied. */
const sourceAccess = (name: string, identity: Identity): Access[] =>
  identityAccess(name, identity).map((access) => ({ ...access, resourcePhrase: undefined }));

/** The request's members that both simulations have. */
type Request = Omit<SimulateCustomPolicyRequest, 'PolicyInputList' | 'OrderedOrganizationPolicyInputList'>;

function boundaryInput({ PermissionsBoundaryPolicyInputList: texts = [] }: Request): SourcePolicy | undefined {
  const [boundary, ...others] = inputSources(
    'PermissionsBoundaryPolicyInputList',
    texts,
    'Permissions Boundary Policy',
  );
  if (others.length === 0) return boundary;
  throw new AwsError('InvalidInput', 'PermissionsBoundaryPolicyInputList can have only one policy.');
}

/** Who makes the simulated calls. Without a resource's policy, nobody looks at it. */
function principalCaller(
  identity: Identity,
  { CallerArn, ResourcePolicy }: SimulatePrincipalPolicyRequest,
  { tx }: Call,
): UserCaller {
  if (CallerArn !== undefined) return callerNamed(CallerArn, tx);
  const { kind, record } = identity;
  if (kind !== 'user' && ResourcePolicy !== undefined) throw needsCaller();
  return kind === 'user' ? callerNamed(identityArn(identity), tx) : imaginedUser(record.account, '', '');
}

const needsCaller = () =>
  new AwsError(
    'InvalidInput',
    'CallerArn is required with ResourcePolicy if the policies are not those of a user.',
    {},
    'name the user who makes the calls with --caller-arn; AWS simulates no resource policies for roles',
  );

type Parts = Pick<Simulation, 'caller' | 'identity' | 'boundary' | 'serviceControl'> & { readonly caller: UserCaller };

function simulated(input: Request, parts: Parts) {
  const { ActionNames, ResourceArns = [], ResourcePolicy, ResourceOwner } = input;
  const resources = ResourceArns.length > 0 ? [...new Set(ResourceArns)] : ['*'];
  checkActions(ActionNames);
  checkResources(resources);
  checkScenario(input.ResourceHandlingOption);
  const owner = ResourceOwner === undefined ? parts.caller.account : ownerNamed(ResourceOwner);
  const isAcrossAccounts = ResourcePolicy !== undefined || ResourceOwner !== undefined;
  const simulation: Simulation = {
    ...parts,
    context: contextOf(input.ContextEntries),
    resource: ResourcePolicy === undefined ? undefined : resourceSource(ResourcePolicy),
  };
  const decide = (action: string, resource: string) =>
    simulatedDecision(simulation, action, {
      resource,
      owner: isAcrossAccounts ? ownerOf(resource, owner) : parts.caller.account,
    });
  const { items, ...more } = pageOf(
    input,
    (after) => [...ActionNames.entries()].slice(after === undefined ? 0 : Number(after) + 1),
    ([index]) => String(index),
  );
  return {
    EvaluationResults: items.map(([, action]) =>
      resultOf(
        action,
        resources.map((resource) => ({ resource, ...decide(action, resource) })),
      ),
    ),
    ...more,
  };
}

function ownerOf(resource: string, otherwise: AccountId): AccountId {
  const { account = '' } = parseArn(resource) ?? {};
  return isAccountId(account) ? account : otherwise;
}

type ResourceDecision = SimulatedDecision & { readonly resource: string };

/** One result for an action, whatever the number of resources, each of which has its own within it. */
function resultOf(action: string, decisions: readonly ResourceDecision[]): EvaluationResult {
  const [first, ...others] = decisions;
  if (!first) throw new Error('a simulation has at least one resource');
  const isOne = others.length === 0;
  const isEvery = first.resource === '*';
  const { byOrganization, byBoundary } = first;
  const details = isOne ? first.byKind : undefined;
  // Where the organization does not allow it, AWS does not say what other policies would.
  const hasDetails = details !== undefined || (!isEvery && byOrganization !== false);
  return {
    EvalActionName: action,
    EvalResourceName: isOne ? first.resource : templateOf(decisions.map(({ resource }) => resource)),
    EvalDecision: strictest(decisions.map(({ answer }) => answer)),
    MatchedStatements: isOne ? first.matched.map(statementOf) : [],
    MissingContextValues: isEvery ? first.missing : [],
    ...(byOrganization !== undefined && {
      OrganizationsDecisionDetail: { AllowedByOrganizations: decisions.every((each) => each.byOrganization) },
    }),
    ...(byBoundary !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: decisions.every((each) => each.byBoundary) },
    }),
    ...(hasDetails && { EvalDecisionDetails: details ?? {} }),
    ...(!isEvery && { ResourceSpecificResults: decisions.map(specificResult) }),
  };
}

const specificResult = ({
  resource,
  answer,
  matched,
  missing,
  byBoundary,
  byKind,
}: ResourceDecision): ResourceSpecificResult => ({
  EvalResourceName: resource,
  EvalResourceDecision: answer,
  MatchedStatements: matched.map(statementOf),
  MissingContextValues: missing,
  ...(byKind && { EvalDecisionDetails: byKind }),
  ...(byBoundary !== undefined && { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: byBoundary } }),
});

const statementOf = ({ policy, StartPosition, EndPosition }: MatchedStatement): Statement => ({
  SourcePolicyId: policy.id,
  // AWS answers with names that its own model does not list.
  SourcePolicyType: policy.type as string as PolicySourceType,
  StartPosition,
  EndPosition,
});

const STRICTEST_FIRST = ['explicitDeny', 'implicitDeny', 'allowed'] as const satisfies readonly SimulatedAnswer[];

const strictest = (answers: readonly SimulatedAnswer[]): SimulatedAnswer =>
  STRICTEST_FIRST.find((answer) => answers.includes(answer)) ?? 'allowed';

/** The forms of ARNs as the simulator spells them, with each variable part in braces. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^arn:aws:s3:::[^/]+$/, 'arn:aws:s3:::{BucketName}'],
  [/^arn:aws:s3:::/, 'arn:aws:s3:::{BucketName}/{KeyName}'],
  [/^arn:aws:kms:.*:key\//, 'arn:aws:kms:{Region}:{Account}:key/{KeyId}'],
  [/^arn:aws:kms:.*:alias\//, 'arn:aws:kms:{Region}:{Account}:alias/{Alias}'],
  [/^arn:aws:iam:.*:user\//, 'arn:aws:iam::{Account}:user/{UserNameWithPath}'],
  [/^arn:aws:iam:.*:group\//, 'arn:aws:iam::{Account}:group/{GroupNameWithPath}'],
  [/^arn:aws:iam:.*:role\//, 'arn:aws:iam::{Account}:role/{RoleNameWithPath}'],
  [/^arn:aws:iam:.*:policy\//, 'arn:aws:iam::{Account}:policy/{PolicyNameWithPath}'],
];

/** What several resources have in common, in place of a name: the form of their ARNs; `*` where ssebox knows none. */
function templateOf(resources: readonly string[]): string {
  const forms = new Set(resources.map((resource) => FORMS.find(([pattern]) => pattern.test(resource))?.[1]));
  const [only, ...others] = forms;
  return only === undefined || others.length > 0 ? '*' : only.replaceAll('{', '${');
}
