/** The answer for one principal and one column. */

import type { ControlTarget, Decision, GateKind } from '../../../policy/decision.ts';
import type { Binding } from '../../../policy/open-answer.ts';
import { saidOf } from '../../../policy/open-values.ts';
import { type Asked, decisionsOf, givenBy, type WhoCan, whoCan } from '../../../policy/who-can.ts';
import type { Calling, Column } from './columns.ts';
import type { Principal } from './principals.ts';

/** What denies, as far as it is known. */
export interface Denied {
  readonly action: string;
  readonly resource: string;
  readonly gate: GateKind;
  readonly explicit: boolean;
  readonly policy?: string | undefined;
  readonly policyArn?: string | undefined;
  readonly sid?: string | undefined;
  /** The position of the statement that denies, from 0. */
  readonly index?: number | undefined;
  /** The levels of an organization that deny, or of which none allows. */
  readonly levels?: readonly ControlTarget[] | undefined;
}

export interface Cell {
  readonly answer: 'yes' | 'no' | 'if';
  /** For `if`: what has to be so, all of it. */
  readonly bindings: readonly Binding[];
  /** For `if`: what is assumed besides, as a clause. */
  readonly assumes?: string | undefined;
  /** For `if`, where there is too much to say: the condition keys that it depends on. */
  readonly dependsOn?: readonly string[] | undefined;
  /** What allows or denies it, as a sentence. */
  readonly because: string;
  readonly denied?: Denied | undefined;
  /** The decisions behind it, in full. */
  readonly decisions: () => readonly Decision[];
}

const DELETED = 'it was deleted, and nobody can be it again: one of the same name has another unique id';

/** Answers. */
export function cellOf(principal: Principal, column: Column): Cell {
  const cell = cellAssuming(principal, column);
  if (cell.assumes === undefined || cell.dependsOn) return cell;
  // A grant may let in whoever it names, whatever is assumed of their own account.
  const alone = cellAssuming({ ...principal, assumed: undefined }, column);
  return alone.answer !== 'no' && conditionText(alone) === conditionText({ ...cell, assumes: undefined })
    ? alone
    : cell;
}

function cellAssuming(principal: Principal, column: Column): Cell {
  const { caller } = principal;
  if (!caller) return refused(DELETED);
  const asking = column.ask({ ...principal, caller });
  if ('refused' in asking) return refused(asking.refused);
  const answered = answer(asking.asked);
  if (answered.who.open.answer !== 'no' || !asking.varied) return allowedCell(answered, principal);
  const otherwise = answer(asking.varied());
  return allowedCell(otherwise.who.open.answer === 'no' ? answered : otherwise, principal);
}

const refused = (because: string): Cell => ({ answer: 'no', bindings: [], because, decisions: () => [] });

interface Answered {
  readonly asked: Asked;
  readonly who: WhoCan;
}

const answer = (asked: Asked): Answered => ({ asked, who: whoCan(asked) });

function allowedCell({ asked, who: { open, decided } }: Answered, { assumed }: Pick<Calling, 'assumed'>): Cell {
  const because = decided?.because ?? 'it needs no permission';
  const decisions = () => decisionsOf(asked, givenBy(open));
  switch (open.answer) {
    case 'no': {
      const denied = decided && deniedBy(decided);
      return { answer: 'no', bindings: [], because, decisions, ...(denied && { denied }) };
    }
    case 'yes':
      return assumed
        ? { answer: 'if', bindings: [], assumes: assumed.says, because, decisions }
        : { answer: 'yes', bindings: [], because, decisions };
    case 'if':
      return { answer: 'if', bindings: open.bindings, assumes: assumed?.says, because, decisions };
    case 'depends':
      return {
        answer: 'if',
        bindings: [],
        assumes: assumed?.says,
        dependsOn: open.on.map(({ name }) => name),
        because,
        decisions,
      };
  }
}

function deniedBy({ needed: { request }, verdict }: NonNullable<WhoCan['decided']>): Denied | undefined {
  if (verdict.allowed) return undefined;
  const { denial, hit } = verdict;
  const { action, resource } = request;
  return {
    action,
    resource,
    gate: denial.gate,
    explicit: denial.explicit,
    policy: hit?.policy.name,
    policyArn: hit?.policy.arn,
    sid: hit?.statement.sid,
    index: hit?.statement.index,
    levels: denial.levels,
  };
}

/** What has to be so, as a clause: `aws:SourceIp in 203.0.113.0/24 and aws:MultiFactorAuthPresent = true`. */
export function conditionText({ bindings, assumes, dependsOn }: Cell): string {
  if (dependsOn) return `depends on ${dependsOn.join(', ')}`;
  const said = [
    ...bindings.map(({ key, values, except }) => saidOf(key.name, values, except)),
    ...(assumes ? [assumes] : []),
  ];
  return said.map((text) => (said.length > 1 && text.includes(', ') ? `(${text})` : text)).join(' and ');
}
