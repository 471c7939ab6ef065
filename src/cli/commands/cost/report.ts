/** `ssebox cost report`. */

import type { AccountId } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import type { Grouping } from '../../../cost/groupings.ts';
import { type Month, monthAt, monthNamed } from '../../../cost/month.ts';
import { bookIn } from '../../../cost/own-prices.ts';
import { reportOf } from '../../../cost/report.ts';
import { storeNow } from '../../../store/clock.ts';
import type { Tx } from '../../../store/tables.ts';
import type { Result } from '../../command.ts';
import { momentOf } from '../../moment.ts';
import type { Session } from '../../session.ts';
import { billPage, billValue } from './bill-page.ts';

export interface ReportOptions {
  readonly by: Grouping | undefined;
  readonly month: string | undefined;
  readonly since: string | undefined;
}

export async function reported(options: ReportOptions, session: Session): Promise<Result> {
  const own = await accountOf(session);
  const machineMs = session.environment.now();
  const bill = await session.store.transact((tx) => {
    const nowMs = storeNow(tx, machineMs);
    const times = timesOf(options, nowMs);
    const accounts = options.by === 'account' ? accountsIn(tx, own) : [own];
    const rows = reportOf({ accounts, ...times, by: options.by, book: bookIn(tx) }, tx);
    return { ...times, by: options.by, accounts, rows };
  });
  return { kind: 'page', value: billValue(bill), page: (painter) => billPage(bill, painter) };
}

/** @throws UsageError for a caller without an account. */
export async function accountOf(session: Session): Promise<AccountId> {
  const account = await session.aws.account('sts');
  if (account === undefined) throw new UsageError('only an account has costs: leave out --no-sign-request');
  return account;
}

/** The caller's may have no row yet. */
const accountsIn = (tx: Tx, own: AccountId): AccountId[] =>
  [...new Set([own, ...Array.from(tx.accounts.range(), ({ key }) => key[0])])].sort();

/** @throws UsageError for a month or time that is not one, or has not come yet. */
export function timesOf({ month, since }: ReportOptions, nowMs: number): { startMs: number; endMs: number } {
  if (month !== undefined && since !== undefined) {
    throw new UsageError('--month and --since both say from when on: use one of them');
  }
  if (since !== undefined) return { startMs: sinceMs(since, nowMs), endMs: nowMs };
  const { startMs, endMs } = month === undefined ? monthAt(nowMs) : monthOf(month, nowMs);
  return { startMs, endMs: Math.min(endMs, nowMs) };
}

function monthOf(text: string, nowMs: number): Month {
  const month = monthNamed(text);
  if (!month) throw new UsageError(`--month takes a month such as 2026-05, not "${text}"`);
  if (month.startMs <= nowMs) return month;
  throw new UsageError(
    `${month.name} is still to come: the store's clock shows ${new Date(nowMs).toISOString().slice(0, 10)}`,
    'ssebox clock advance 30d',
  );
}

function sinceMs(text: string, nowMs: number): number {
  const time = momentOf('since', text, nowMs);
  if (time > nowMs) throw new UsageError(`--since is a time to come: "${text}" is later than now`);
  return time;
}
