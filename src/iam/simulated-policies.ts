/**
 * The policies that a simulation is about: those of a user, group or role, and those that are passed to it. IAM API
 * Reference, SimulatePrincipalPolicy.
 */

import { AwsError } from '../api/errors.ts';
import type { OrderedOrganizationPolicyType, PolicyIdentifier } from '../api/model/iam.types.ts';
import { isServiceLinkedPath } from '../policy/caller.ts';
import {
  documentObject,
  effectFlaw,
  elementFlaw,
  missing,
  statementFlaw,
  statementFlaws,
  statementObjects,
  statementsFlaw,
  versionFlaw,
} from '../policy/document-shape.ts';
import type { ControlLevel, NamedPolicy } from '../policy/gates.ts';
import { checkIdentityPolicy } from '../policy/identity-policy-check.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import { type Flaw, reasonOf, textFlaw } from '../policy/policy-fault.ts';
import { type SourcePolicy, sourcePolicy } from '../policy/policy-simulation.ts';
import type { Tx } from '../store/tables.ts';
import { managedPolicyText } from './caller-policies.ts';
import { findGroup } from './entities.ts';
import type { Identity } from './identity.ts';
import { controlLevels, standingOf } from './organization.ts';

/** The policies of an identity, and of a user's groups, without those that the simulation leaves out. */
export function identitySources(identity: Identity, excluded: readonly PolicyIdentifier[], tx: Tx): SourcePolicy[] {
  const { record } = identity;
  const groups = identity.kind === 'user' ? identity.record.groups : [];
  return [
    ...ownSources(identity, excluded, tx),
    ...groups.flatMap((name): SourcePolicy[] => {
      const group = findGroup(tx, record.account, name);
      return group ? ownSources({ kind: 'group', record: group }, excluded, tx) : [];
    }),
  ];
}

function ownSources(
  { kind, record: { name, inlinePolicies, attachedPolicies } }: Identity,
  excluded: readonly PolicyIdentifier[],
  tx: Tx,
): SourcePolicy[] {
  const inline = Object.entries(inlinePolicies).filter(
    ([PolicyName]) =>
      !excluded.some(
        ({ PolicyType, InlinePolicyIdentifier: one }) =>
          PolicyType === 'inline' ||
          (one?.PolicyName === PolicyName &&
            one.AttachmentType === kind &&
            one.AttachmentName.toLowerCase() === name.toLowerCase()),
      ),
  );
  const managed = attachedPolicies.filter(
    (arn) => !excluded.some(({ PolicyType, PolicyArn }) => PolicyArn === arn || PolicyType === managedType(arn)),
  );
  return [
    ...inline.map(([policy, text]) => sourcePolicy(`${kind}_${name}_${policy}`, 'IAM Policy', text)),
    ...managed.flatMap((arn) => managedSource(arn, 'IAM Policy', tx) ?? []),
  ];
}

const managedType = (arn: string) => (arn.startsWith('arn:aws:iam::aws:') ? 'aws-managed' : 'user-managed');

/** The boundary of a user or role, unless the simulation leaves it out. */
export function boundarySource(
  { record }: Identity,
  excluded: readonly PolicyIdentifier[],
  tx: Tx,
): SourcePolicy | undefined {
  const arn = 'boundary' in record ? record.boundary : undefined;
  const isExcluded = excluded.some(
    ({ PolicyType, PolicyArn }) => PolicyType === 'permission-boundary' || PolicyArn === arn,
  );
  if (arn === undefined || isExcluded) return undefined;
  // A policy that the store does not have allows nothing.
  return (
    managedSource(arn, 'Permissions Boundary Policy', tx) ??
    sourcePolicy(nameOf(arn), 'Permissions Boundary Policy', '{}')
  );
}

function managedSource(arn: string, type: SourcePolicy['type'], tx: Tx): SourcePolicy | undefined {
  const text = managedPolicyText(arn, tx);
  return text === undefined ? undefined : sourcePolicy(nameOf(arn), type, text);
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Policies that are passed in a list, by their places in it: `PolicyInputList.1`. @throws InvalidInput */
export const inputSources = (list: string, texts: readonly string[], type: SourcePolicy['type']): SourcePolicy[] =>
  texts.map((text, i) => {
    const id = `${list}.${i + 1}`;
    checkInput(id, text);
    return sourcePolicy(id, type, text);
  });

/** Refuses a text that is not an identity-based policy. @throws InvalidInput, in the words for a policy that is saved */
function checkInput(id: string, text: string): void {
  try {
    checkIdentityPolicy(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('InvalidInput', error.message, error.detail, error.reason && `${id}: ${error.reason}`);
  }
}

/**
 * The service control policies above an identity, without those that the simulation leaves out; undefined if they have
 * no part in it: its account is in no organization, or all of them are left out.
 */
export function serviceControlOf(
  { kind, record }: Identity,
  excluded: readonly PolicyIdentifier[],
  tx: Tx,
): readonly ControlLevel[] | undefined {
  const standing = standingOf(record.account, tx);
  if (!standing || excluded.some(({ PolicyType }) => PolicyType === 'scp')) return undefined;
  const isUnlimited = kind === 'role' && isServiceLinkedPath(record.path);
  const levels = isUnlimited ? undefined : controlLevels(standing, 'SERVICE_CONTROL_POLICY', tx);
  return (levels ?? []).map(({ target, policies }) => ({
    target,
    policies: policies.filter(
      ({ arn }) => !excluded.some(({ PolicyArn }) => PolicyArn !== undefined && PolicyArn === arn),
    ),
  }));
}

/** Service control policies that are passed, level by level from the root of an organization. @throws InvalidInput */
export const serviceControlInput = (levels: readonly OrderedOrganizationPolicyType[]): ControlLevel[] =>
  levels.map(({ ServiceControlPolicyInputList = [] }, level) => ({
    target: { kind: levelKind(level, levels.length), id: '', name: '' },
    policies: ServiceControlPolicyInputList.map((text, i): NamedPolicy => {
      const name = `OrderedOrganizationPolicyInputList.${level + 1}.${i + 1}`;
      checkInput(name, text);
      return { name, document: loadPolicy(text) };
    }),
  }));

const levelKind = (level: number, count: number) => (level === 0 ? 'root' : level === count - 1 ? 'account' : 'unit');

/** The policy that is attached to each resource. @throws InvalidInput */
export function resourceSource(text: string): SourcePolicy {
  const flaw = resourcePolicyFlaw(text);
  if (flaw)
    throw new AwsError('InvalidInput', 'Syntax errors in policy.', {}, `ResourcePolicy: ${reasonOf(flaw, text)}`);
  return sourcePolicy('ResourcePolicy', 'Resource Policy', text);
}

function resourcePolicyFlaw(text: string): Flaw | undefined {
  const document = documentObject(text);
  if (!document) return textFlaw(text);
  return (
    elementFlaw(document) ??
    statementsFlaw(document) ??
    versionFlaw(document) ??
    statementFlaws(
      statementObjects(document) ?? [],
      (statement) =>
        statementFlaw(statement) ??
        effectFlaw(statement) ??
        (statement.Principal === undefined && statement.NotPrincipal === undefined
          ? missing('Principal', 'NotPrincipal')
          : undefined),
    )
  );
}
