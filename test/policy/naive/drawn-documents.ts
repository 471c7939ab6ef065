/** Random policy documents about a request, which name its action, resource and caller in all the ways there are. */

import fc from 'fast-check';
import type { Caller } from '../../../src/policy/caller.ts';
import { A, alice, B, bob, reader, xena } from '../callers.ts';
import { drawnCondition, variable } from './drawn-conditions.ts';
import type { DocumentJson, StatementJson } from './situation.ts';

/** What documents are about. */
export interface Target {
  readonly action: string;
  readonly resource: string;
  readonly wildcardArn?: string;
  readonly caller: Caller;
}

const one = fc.constantFrom;

/** The action's name as patterns spell it, or miss it. */
const actionForms: readonly ((action: string) => string)[] = [
  (action) => action,
  () => '*',
  (action) => `${action.split(':')[0]}:*`,
  (action) => action.toUpperCase(),
  () => '*:*',
  (action) => `${action.slice(0, -4)}*`,
  (action) => action.replace(/.$/, '?'),
  (action) => action.replace(/..$/, '?'),
  (action) => `${action} `,
  (action) => `${action.split(':')[0]}:`,
  () => 'ec2:*',
  () => 's3:*Object',
  () => 'kms:?*crypt',
];

/** Likewise the resource's ARN. */
const resourceForms: readonly ((arn: string) => string)[] = [
  () => '*',
  (arn) => arn,
  (arn) => `${arn.slice(0, -2)}*`,
  (arn) => arn.replace(/.$/, '?'),
  (arn) => arn.replace('alice', variable('aws:username')),
  (arn) => arn.replace('alice', variable('AWS:principaltag/Team')),
  (arn) => arn.replace('alice', variable("aws:PrincipalTag/Team, 'alice'")),
  (arn) => arn.replace('alice', variable("aws:PrincipalTag/None, 'alice'")),
  (arn) => arn.replace(/[^:/]*$/, variable('aws:PrincipalTag/None')),
  (arn) => arn.replace(/[^:/]*$/, `${variable('aws:TagKeys')}*`),
  (arn) => arn.replace('*', variable('*')),
  (arn) => arn.replace('alice', 'Alice'),
  (arn) => arn.replace(/\/[^/]+\//, '/*/'),
  (arn) => arn.split(':').slice(0, 3).join(':'),
  (arn) => `${arn.split(':').slice(0, 3).join(':')}:*`,
  (arn) => arn.replace(/(\d{12}).*/, '$1'),
  () => 'arn:aws',
  () => 'arn:aws:*',
  (arn) => arn.replace(/:\d{12}:/, ':*:'),
  (arn) => arn.replace(/:\d{12}:/, ':333333333333:'),
  () => 'arn:aws:s3:::*',
  () => 'arn:aws:s3:::other/*',
];

/** An ARN before its user was renamed. */
export const FORMERLY = `arn:aws:iam::${A}:user/formerly`;

const othersNames = [
  ...['*', A, B, `arn:aws:iam::${A}:root`, `arn:aws:iam::${B}:root`],
  ...[`arn:aws-cn:iam::${A}:root`, 'arn:aws:iam::*:root'],
  ...[alice.arn, bob.arn, xena.arn, reader.arn, reader.roleArn, `${reader.arn}x`, FORMERLY],
  ...[`arn:aws:sts::${A}:federated-user/alice`, alice.userId, reader.roleId, 'AIDAGONEGONEGONEGONE1'],
];

/** The canonical user id of an account. */
export const CANONICAL = 'a'.repeat(64);

/** Every name that the caller has. */
function ownNames(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case 'service':
    case 'anonymous':
      return ['*'];
    case 'root':
      return [caller.account, caller.arn];
    case 'user':
      return [caller.arn, FORMERLY, caller.userId, caller.account];
    case 'role-session':
      return [caller.arn, caller.roleArn, caller.roleId, FORMERLY, `arn:aws:iam::${caller.account}:root`];
    case 'federated-user':
      return [caller.arn, caller.baseUserArn, caller.baseUserId, FORMERLY, caller.account];
  }
}

/** A number that chooses from a list whose length is not known yet. */
const choice = fc.nat(0xffff);
const chosen = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

const names = fc.array(fc.oneof(choice, choice, one(...othersNames)), { minLength: 1, maxLength: 3 });
const drawnPrincipal = fc.oneof(
  { weight: 1, arbitrary: one('*' as const) },
  { weight: 10, arbitrary: fc.record({ AWS: names }) },
  { weight: 1, arbitrary: fc.record({ Service: one('s3.amazonaws.com', 'kms.amazonaws.com') }) },
  { weight: 1, arbitrary: fc.record({ AWS: names, Service: one('s3.amazonaws.com') }) },
  { weight: 1, arbitrary: fc.record({ Federated: one('accounts.google.com') }) },
  { weight: 1, arbitrary: fc.record({ CanonicalUser: one(CANONICAL, CANONICAL.replaceAll('a', 'b')) }) },
);

const patterns = fc.array(choice, { minLength: 1, maxLength: 2 });

/** Low numbers choose the first forms, which match. */
const matching = fc.array(fc.nat(3), { minLength: 1, maxLength: 1 });

const drawnStatement = fc.record({
  isAllow: fc.boolean(),
  actions: fc.oneof({ weight: 2, arbitrary: matching }, { weight: 1, arbitrary: patterns }),
  isNotAction: one(false, false, false, false, true),
  resources: fc.oneof({ weight: 1, arbitrary: matching }, { weight: 2, arbitrary: patterns }),
  isNotResource: one(false, false, false, true),
  principal: drawnPrincipal,
  principalElement: one('Principal', 'Principal', 'Principal', 'NotPrincipal'),
  condition: drawnCondition,
  isConditional: fc.boolean(),
});

type DrawnStatement = typeof drawnStatement extends fc.Arbitrary<infer T> ? T : never;

/** A document before it is known what it is about. */
export const drawnDocument = fc.record({
  version: one('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', undefined),
  statements: fc.array(drawnStatement, { minLength: 1, maxLength: 3 }),
});

export type DrawnDocument = typeof drawnDocument extends fc.Arbitrary<infer T> ? T : never;

/** Who a document's statements name: nobody in policies of identities, everyone in resource control policies. */
export type Naming = 'nobody' | 'everyone' | 'principals';

/** What a document draws: all elements of all its statements, or one element of one statement, which then decides. */
export type Focus = 'everything' | 'Principal' | 'Action' | 'Resource' | 'Condition';

export function documentAbout(
  target: Target,
  { version, statements }: DrawnDocument,
  naming: Naming,
  focus: Focus,
): DocumentJson {
  const filled = statements.map((statement) => statementAbout(target, statement, naming, focus));
  const [first] = filled;
  return {
    ...(version !== undefined && { Version: version }),
    Statement: first === undefined || focus === 'everything' ? filled : decisive(first, focus, naming),
  };
}

/** A statement whose other elements match whatever is asked: a Deny next to an Allow of everything. */
function decisive(statement: StatementJson, focus: Focus, naming: Naming): StatementJson | readonly StatementJson[] {
  const kept = Object.entries(statement).filter(([element]) => element === focus || element === `Not${focus}`);
  const everyone = naming !== 'nobody' && { Principal: '*' as const };
  const all = { Effect: 'Allow', ...everyone, Action: '*', Resource: '*' } as const;
  const one: StatementJson = {
    Effect: statement.Effect,
    ...(focus !== 'Principal' && everyone),
    ...(focus !== 'Action' && { Action: '*' }),
    ...(focus !== 'Resource' && { Resource: '*' }),
    ...Object.fromEntries(kept),
  };
  return one.Effect === 'Allow' ? one : [all, one];
}

function statementAbout(target: Target, drawn: DrawnStatement, naming: Naming, focus: Focus): StatementJson {
  const arn = target.resource === '*' ? (target.wildcardArn ?? '*') : target.resource;
  return {
    Effect: drawn.isAllow ? 'Allow' : 'Deny',
    ...(naming === 'everyone' && { Principal: '*' }),
    ...(naming === 'principals' && { [drawn.principalElement]: principalAbout(target.caller, drawn.principal) }),
    [drawn.isNotAction ? 'NotAction' : 'Action']: drawn.actions.map((at) => chosen(actionForms, at)(target.action)),
    [drawn.isNotResource ? 'NotResource' : 'Resource']: drawn.resources.map((at) => chosen(resourceForms, at)(arn)),
    ...((drawn.isConditional || focus === 'Condition') && { Condition: drawn.condition }),
  };
}

function principalAbout(caller: Caller, drawn: DrawnStatement['principal']): NonNullable<StatementJson['Principal']> {
  if (drawn === '*' || !('AWS' in drawn)) return drawn;
  const own = ownNames(caller);
  return { ...drawn, AWS: drawn.AWS.map((name) => (typeof name === 'string' ? name : chosen(own, name))) };
}
