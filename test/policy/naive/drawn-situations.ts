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
const asked: readonly Asked[] = [
  { action: 's3:GetObject', resource: 'arn:aws:s3:::b/alice/k', kind: 'bucket-policy' },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::b/a*/k', kind: 'bucket-policy' },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::b/alice/k:v/k', kind: 'bucket-policy' },
  { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::b', kind: 'bucket-policy' },
  { action: 's3:ListAllMyBuckets', resource: '*', wildcardArn: 'arn:aws:s3:::*' },
  { action: 'kms:Decrypt', resource: key, kind: 'key-policy' },
  { action: 'kms:RetireGrant', resource: key, kind: 'key-policy' },
  { action: 'kms:CreateKey', resource: '*', wildcardArn: `arn:aws:kms:us-east-1:${A}:*` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${A}:role/app/Reader`, kind: 'trust-policy' },
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
  { weight: 6, arbitrary: plan('everything', undefined, ...KINDS) },
  { weight: 6, arbitrary: plan('Condition', 'identity', 'resource', ...KINDS) },
  { weight: 3, arbitrary: plan('Principal', 'resource', 'resource', 'grants') },
  { weight: 2, arbitrary: plan('Resource', ...KINDS) },
  { weight: 1, arbitrary: plan('Action', ...KINDS) },
);

const documents = fc.array(maybe(drawnDocument, 2), { minLength: 0, maxLength: 2 });
const levels = fc.array(fc.array(maybe(drawnDocument, 1), { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 2,
});

const drawnBindings: fc.Arbitrary<Bindings> = fc
  .record({
    [alice.arn]: maybe(one(alice.userId, 'AIDAGONEGONEGONEGONE1', bob.userId), 3),
    [FORMERLY]: maybe(one(alice.userId, bob.userId), 3),
    [CANONICAL]: maybe(one(A, B), 3),
    [reader.roleArn]: maybe(one(reader.roleId, 'AROAGONEGONEGONEGONE1'), 3),
  })
  .map((bindings) =>
    Object.fromEntries(Object.entries(bindings).flatMap(([arn, id]) => (id === undefined ? [] : [[arn, id]]))),
  );

const grantees = Object.values(callers).flatMap((caller) => ('arn' in caller ? [caller] : []));
const gone = 'AIDAGONEGONEGONEGONE1';

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
    { weight: 20, arbitrary: one(...asked) },
    { weight: 1, arbitrary: one<Asked>({ action: 'sts:GetCallerIdentity', resource: '*' }) },
  ),
  owner: one(A, A, B),
  caller: drawnCaller,
  keys: drawnKeys,
  plan: drawnPlan,
  /** What the kinds of policies do that are not drawn: only where names decide it matters which of them are silent. */
  others: fc.record({
    identity: one(permissive, silent),
    boundary: one(permissive, silent, undefined, undefined),
    session: one(permissive, silent, undefined, undefined),
  }),
  identity: documents,
  boundary: maybe(drawnDocument),
  session: maybe(fc.array(maybe(drawnDocument, 3), { minLength: 1, maxLength: 2 })),
  resource: maybe(drawnDocument, 3),
  setting: maybe(drawnDocument, 1, 10),
  bindings: maybe(drawnBindings, 2),
  grants: fc.array(drawnGrant, { maxLength: 6 }),
  serviceControl: maybe(levels, 1, 2),
  resourceControl: maybe(levels, 1, 2),
  /** How a resource policy that does not decide names everyone. */
  everyone: one<'*' | 'account'>('*', 'account'),
});

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** A request with the policies that bear on it. */
export const drawnSituation: fc.Arbitrary<Situation> = drawn.map((parts) => {
  const { caller, owner, keys } = parts;
  const { action, resource, wildcardArn } = parts.asked;
  return {
    caller,
    action,
    resource,
    ...(wildcardArn !== undefined && { wildcardArn }),
    owner,
    keys,
    policies: policiesOf(parts, { ...parts.asked, caller }),
  };
});

/** Of the policies that were drawn those that such a caller and such a resource can have. */
function policiesOf(parts: Drawn, target: Target): PoliciesJson {
  const kinds = KINDS.filter((kind) => mayHave(kind, parts));
  const { about } = parts.plan;
  const alone = parts.plan.alone && (kinds.includes(parts.plan.alone) ? parts.plan.alone : kinds[0]);
  const isDrawn = (kind: Kind) => kinds.includes(kind) && (alone === undefined || alone === kind);
  const fill = (document: DrawnDocument | undefined, naming: Naming) =>
    document ? documentAbout(target, document, naming, about) : permissiveFor(naming);
  const fillLevels = (levels: Drawn['serviceControl'], naming: Naming) =>
    levels?.map((level) =>
      [...(naming === 'everyone' ? [undefined] : []), ...level].map((document) => fill(document, naming)),
    );
  const others =
    about === 'Principal' ? parts.others : { identity: permissive, session: permissive, boundary: undefined };

  const drawnPolicies: { readonly [K in Kind]?: PoliciesJson[K] } = {
    identity: parts.identity.map((document) => fill(document, 'nobody')),
    boundary: parts.boundary && fill(parts.boundary, 'nobody'),
    session: parts.session?.map((document) => fill(document, 'nobody')),
    resource: parts.asked.kind && resourceOf(parts, parts.asked.kind, (document) => fill(document, 'principals')),
    grants: parts.grants,
    serviceControl: fillLevels(parts.serviceControl, 'nobody'),
    resourceControl: fillLevels(parts.resourceControl, 'everyone'),
  };
  const otherPolicies: { readonly [K in Kind]?: PoliciesJson[K] } = {
    identity: [others.identity],
    boundary: others.boundary,
    session: others.session && [others.session],
    resource: parts.asked.kind && otherResource(parts, parts.asked.kind, alone),
  };
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const policies = (isDrawn(kind) ? drawnPolicies : otherPolicies)[kind];
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
  { resource, bindings, setting }: Drawn,
  kind: ResourcePolicyJson['kind'],
  fill: (document: DrawnDocument) => DocumentJson,
): ResourcePolicyJson => ({
  kind,
  ...(resource && { document: fill(resource) }),
  ...(bindings && { principals: bindings }),
  ...(setting && { setting: denialsOf(fill(setting)) }),
});

/** A resource's policy that lets in everyone, or everyone of the caller's account, unless grants are to do so. */
function otherResource(
  { caller, everyone }: Drawn,
  kind: ResourcePolicyJson['kind'],
  alone: Kind | undefined,
): ResourcePolicyJson {
  const Principal = everyone === 'account' && 'account' in caller ? { AWS: caller.account } : '*';
  return alone === 'grants'
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
