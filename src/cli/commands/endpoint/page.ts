/** The result of a check, as a value for scripts and as tables for people. */

import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import { columns } from '../columns.ts';
import type { CleanedUp } from './clean-up.ts';
import type { Outcome } from './outcome.ts';
import { saidOf, type Tried } from './try-rows.ts';

export interface Checked extends CleanedUp {
  /** The URL, or `aws`. */
  readonly endpoint: string;
  readonly region: string;
  readonly tried: readonly Tried[];
}

export function checkedValue({ endpoint, region, tried, scheduled, left }: Checked) {
  return {
    Endpoint: endpoint,
    Region: region,
    Works: counted(tried, 'works'),
    Refused: counted(tried, 'refused'),
    Wrong: counted(tried, 'wrong'),
    NotTried: counted(tried, 'not tried'),
    Checks: tried.map(({ group, name, outcome }) => ({ Group: group, Check: name, ...outcomeValue(outcome) })),
    KmsKeysPendingDeletion: scheduled.map(({ arn, deletionDate }) => ({ KeyArn: arn, DeletionDate: deletionDate })),
    NotRemoved: left.map(({ name, reason }) => ({ Name: name, Reason: reason })),
  };
}

const counted = (tried: readonly Tried[], kind: Outcome['kind']): number =>
  tried.filter(({ outcome }) => outcome.kind === kind).length;

function outcomeValue(outcome: Outcome) {
  switch (outcome.kind) {
    case 'works':
      return { Result: 'works', Detail: outcome.detail };
    case 'refused': {
      const { operation, code, status, message } = outcome;
      return { Result: 'refused', Operation: operation, Code: code, HttpStatusCode: status, Message: message };
    }
    case 'wrong':
      return { Result: 'wrong', Answered: outcome.answered, Expected: outcome.expected };
    case 'not tried':
      return { Result: 'not tried', Reason: outcome.why };
    default:
      return outcome satisfies never;
  }
}

export function checkedPage({ endpoint, region, tried, scheduled, left }: Checked, painter: Painter): Shown[] {
  const { strong, faint, bad } = painter;
  const groups = [...new Set(tried.map(({ group }) => group))];
  const width = Math.max(...tried.map(({ name }) => name.length));
  const counts = (['works', 'refused', 'wrong', 'not tried'] as const).map((kind) => `${counted(tried, kind)} ${kind}`);
  return [
    painted`${strong(endpoint)} in ${region}: ${counts.join(', ')}`,
    ...groups.flatMap((group) => [
      '',
      ...columns(
        [group.toUpperCase().padEnd(width), 'RESULT   ', ''],
        tried.filter((row) => row.group === group).map(({ name, outcome }) => [name, outcome.kind, saidOf(outcome)]),
        '',
        painter,
        [[2, 'wrapped', 24]],
      ),
    ]),
    '',
    ...scheduled
      .flatMap(({ arn, deletionDate }) => onPage(`${arn} is scheduled for deletion on ${dayOf(deletionDate)}`, painter))
      .map(faint),
    ...left.flatMap(({ name, reason }) => onPage(`not removed: ${name}: ${reason}`, painter)).map(bad),
    ...(left.length === 0 ? [faint('everything else that the check made has been removed')] : []),
  ];
}

const dayOf = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? 'a day that is not told';
