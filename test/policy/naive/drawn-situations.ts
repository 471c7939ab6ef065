/** Random situations: a request and policies of all kinds, of which either one decides or all of them do. */

import fc from 'fast-check';
import type { Caller } from '../../../src/policy/caller.ts';
import { A, alice, B, bob, callers, reader } from '../callers.ts';
import { drawnKeys } from './drawn-conditions.ts';
import {
  CANONICAL,
  type DrawnDocument,
  documentAbout,
  drawnDocument,
  FORMERLY,
  type Focus,
  type Naming,
  type Target,
} from './drawn-documents.ts';
import type { Bindings, DocumentJson, GrantJson, PoliciesJson, ResourcePolicyJson, Situation } from './situation.ts';

const one = fc.constantFrom;
const maybe = <T>(arbitrary: fc.Arbitrary<T>, weight = 1, absent = 1) =>
  fc.oneof({ weight, arbitrary }, { weight: absent, arbitrary: fc.constant(undefined) });

interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly wildcardArn?: string;
  readonly kind?: ResourcePolicyJson['kind'];
}

const key = `arn:aws:kms:us-east-1:${A}:key/k1`;
const onResources: readonly Asked[] = [
  { action: 's3:GetObject', resource: 'arn:aws:s3:::b/alice/k', kind: 'bucket-policy' },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::b/a*/k', kind: 'bucket-policy' },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::b/alice/k:v/k', kind: 'bucket-policy' },
  { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::b', kind: 'bucket-policy' },
  { action: 'kms:Decrypt', resource: key, kind: 'key-policy' },
  { action: 'kms:Encrypt', resource: key, kind: 'key-policy' },
  { action: 'kms:RetireGrant', resource: key, kind: 'key-policy' },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${A}:role/app/Reader`, kind: 'trust-policy' },
];
/** Where no policy is attached to what is asked for. */
const onOthers: readonly Asked[] = [
  { action: 's3:ListAllMyBuckets', resource: '*', wildcardArn: 'arn:aws:s3:::*' },
  { action: 'kms:CreateKey', resource: '*', wildcardArn: `arn:aws:kms:us-east-1:${A}:*` },
  { action: 'iam:GetUser', resource: alice.arn },
];

const drawnCaller: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 1, arbitrary: one<Caller>(alice, reader) },
  { weight: 1, arbitrary: one<Caller>(...Object.values(callers)) },
);

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const permissive: DocumentJson = { Version: '2012-10-17', Statement: ALL };
const silent: DocumentJson = { Version: '2012-10-17', Statement: { ...ALL, Action: 'ec2:*' } };

const KINDS = ['identity', 'boundary', 'session', 'resource', 'grants', 'serviceControl', 'resourceControl'] as const;
type Kind = (typeof KINDS)[number];

/** What is drawn: policies of all kinds, of one kind, or a single statement in one of them that has a single element. */
interface Plan {
  readonly about: Focus;
  /** The kind of policy that decides, if only one does. */
  readonly alone: Kind | undefined;
}

const plan = (about: Plan['about'], ...alone: readonly Plan['alone'][]): fc.Arbitrary<Plan> =>
  one(...alone).map((kind) => ({ about, alone: kind }));

const drawnPlan = fc.oneof(
  { weight: 5, arbitrary: plan('everything', undefined, undefined, ...KINDS) },
  { weight: 7, arbitrary: plan('Condition', 'identity', 'resource', ...KINDS) },
  { weight: 4, arbitrary: plan('Principal', 'resource', 'resource', 'grants') },
  { weight: 3, arbitrary: plan('Resource', ...KINDS) },
  { weight: 1, arbitrary: plan('Action', ...KINDS) },
);

/** One document at least; another may allow everything. */
const documents = fc
  .tuple(drawnDocument, fc.array(maybe(drawnDocument, 2), { maxLength: 1 }))
  .map(([first, more]) => [first, ...more]);
const levels = fc.array(documents, { minLength: 1, maxLength: 2 });

const gone = 'AIDAGONEGONEGONEGONE1';

/** The ids to which names are bound: the caller's own may be a predecessor's, and a former name is the caller's. */
const drawnBindings = fc.record({
  own: one('absent', 'own id', 'gone'),
  formerly: one('absent', 'own id', 'gone'),
  canonical: maybe(one(A, B), 3),
});

const grantees = Object.values(callers).flatMap((caller) => ('arn' in caller ? [caller] : []));

/** A grant remembers the unique id of a user or a role. */
const drawnGrant: fc.Arbitrary<GrantJson> = fc.oneof(
  one(...grantees).map(({ arn }) => ({ grantId: 'g', granteePrincipal: arn })),
  fc
    .record({
      granteePrincipal: one(alice.arn, bob.arn, reader.roleArn),
      granteeId: one(alice.userId, reader.roleId, gone),
    })
    .map((grant) => ({ grantId: 'g', ...grant })),
);

const drawn = fc.record({
  asked: fc.oneof(
    { weight: 16, arbitrary: one(...onResources) },
    { weight: 4, arbitrary: one(...onOthers) },
    { weight: 1, arbitrary: one<Asked>({ action: 'sts:GetCallerIdentity', resource: '*' }) },
  ),
  owner: one(A, A, B),
  caller: drawnCaller,
  keys: drawnKeys,
  plan: drawnPlan,
  /** The kinds of policies that there are, when none is to decide alone. */
  has: fc.record({
    identity: one(true, true, false),
    boundary: one(true, false, false),
    session: one(true, false),
    resource: one(true, true, false),
    grants: one(true, false),
    serviceControl: one(true, false, false),
    resourceControl: one(true, false, false),
  }),
  /** What the kinds of policies do that are not drawn: only where names decide it matters which of them are silent. */
  others: fc.record({
    identity: one(permissive, silent),
    boundary: one(permissive, silent, undefined, undefined),
    session: one(permissive, silent, undefined, undefined),
  }),
  identity: documents,
  boundary: drawnDocument,
  session: documents,
  resource: drawnDocument,
  setting: maybe(drawnDocument, 1, 10),
  bindings: maybe(drawnBindings, 2),
  grants: fc.array(drawnGrant, { minLength: 1, maxLength: 6 }),
  serviceControl: levels,
  resourceControl: levels,
  /** How a resource policy that does not decide names everyone. */
  everyone: one<'*' | 'account'>('*', 'account'),
});

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** A request with the policies that bear on it. */
export const drawnSituation: fc.Arbitrary<Situation> = drawn.map((parts) => {
  const { caller, owner, keys, asked } = parts;
  const { action, resource, wildcardArn } = asked;
  return {
    ...{ caller, action, resource, owner, keys },
    ...(wildcardArn !== undefined && { wildcardArn }),
    policies: policiesOf(parts, { ...asked, caller }),
  };
});

/** Of the policies that were drawn those that such a caller and such a resource can have. */
function policiesOf(parts: Drawn, target: Target): PoliciesJson {
  const kinds = KINDS.filter((kind) => mayHave(kind, parts));
  const { about } = parts.plan;
  const alone = parts.plan.alone && (kinds.includes(parts.plan.alone) ? parts.plan.alone : kinds[0]);
  const fill = (document: DrawnDocument | undefined, naming: Naming) =>
    document ? documentAbout(target, document, naming, about) : permissiveFor(naming);
  // One statement decides only where it stands alone.
  const some = <T>(list: readonly T[]) => (about === 'everything' ? list : list.slice(0, 1));
  const fillAll = (list: Drawn['identity']) => some(list).map((document) => fill(document, 'nobody'));

  const drawnPolicies: { readonly [K in Kind]: PoliciesJson[K] } = {
    identity: fillAll(parts.identity),
    boundary: fill(parts.boundary, 'nobody'),
    session: fillAll(parts.session),
    resource: parts.asked.kind && resourceOf(parts, parts.asked.kind, (document) => fill(document, 'principals')),
    grants: parts.grants,
    serviceControl: some(parts.serviceControl).map(fillAll),
    // AWS attaches its RCPFullAWSAccess to every level.
    resourceControl: some(parts.resourceControl).map((level) =>
      [undefined, ...some(level)].map((document) => fill(document, 'everyone')),
    ),
  };
  const otherPolicies: { readonly [K in Kind]?: PoliciesJson[K] } = {
    resource: parts.asked.kind && otherResource(parts, parts.asked.kind, alone),
    ...(alone !== undefined && othersOf(parts, about)),
  };
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const isDrawn = alone === undefined ? parts.has[kind] : alone === kind;
      const policies = (isDrawn ? drawnPolicies : otherPolicies)[kind];
      return policies === undefined ? [] : [[kind, policies]];
    }),
  );
}

/** Whether a caller, or what is asked for, can have a kind of policies. */
function mayHave(kind: Kind, { caller, asked: { kind: resourceKind } }: Drawn): boolean {
  const isSession = caller.kind === 'role-session' || caller.kind === 'federated-user';
  switch (kind) {
    case 'identity':
    case 'boundary':
      return isSession || caller.kind === 'user';
    case 'session':
      return isSession;
    case 'resource':
      return resourceKind !== undefined;
    case 'grants':
      return resourceKind === 'key-policy';
    case 'serviceControl':
    case 'resourceControl':
      return true;
  }
}

const resourceOf = (
  { resource, bindings, setting, caller }: Drawn,
  kind: ResourcePolicyJson['kind'],
  fill: (document: DrawnDocument) => DocumentJson,
): ResourcePolicyJson => ({
  kind,
  document: fill(resource),
  ...(bindings && { principals: bindingsOf(bindings, caller) }),
  ...(setting && { setting: denialsOf(fill(setting)) }),
});

function bindingsOf({ own, formerly, canonical }: NonNullable<Drawn['bindings']>, caller: Caller): Bindings {
  const [arn, id] = entityOf(caller);
  const ids = { absent: undefined, 'own id': id, gone };
  const bound = [[arn, ids[own]] as const, [FORMERLY, ids[formerly]] as const, [CANONICAL, canonical] as const];
  return Object.fromEntries(bound.flatMap(([name, to]) => (to === undefined ? [] : [[name, to]])));
}

/** The ARN and the id of the user or the role that the caller is, or that it is by; of another one, if of none. */
function entityOf(caller: Caller): readonly [arn: string, id: string] {
  switch (caller.kind) {
    case 'user':
      return [caller.arn, caller.userId];
    case 'role-session':
      return [caller.roleArn, caller.roleId];
    case 'federated-user':
      return [caller.baseUserArn, caller.baseUserId];
    default:
      return [bob.arn, bob.userId];
  }
}

function othersOf({ others }: Drawn, about: Focus): Pick<PoliciesJson, 'identity' | 'boundary' | 'session'> {
  if (about !== 'Principal') return { identity: [permissive], session: [permissive] };
  return {
    identity: [others.identity],
    boundary: others.boundary,
    session: others.session && [others.session],
  };
}

/** A resource's policy that lets in everyone, or everyone of the caller's account, unless others are to do so. */
function otherResource(
  { caller, everyone }: Drawn,
  kind: ResourcePolicyJson['kind'],
  alone: Kind | undefined,
): ResourcePolicyJson {
  const Principal = everyone === 'account' && 'account' in caller ? { AWS: caller.account } : '*';
  return alone === undefined || alone === 'grants'
    ? { kind }
    : { kind, document: { Version: '2012-10-17', Statement: { ...ALL, Principal } } };
}

const permissiveFor = (naming: Naming): DocumentJson =>
  naming === 'nobody' ? permissive : { Version: '2012-10-17', Statement: { ...ALL, Principal: '*' } };

/** A setting only denies. */
const denialsOf = ({ Statement, ...rest }: DocumentJson): DocumentJson => ({
  ...rest,
  Statement: [Statement].flat().map((statement) => ({ ...statement, Effect: 'Deny' })),
});
