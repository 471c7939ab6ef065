/** `ssebox alarm history`: what happened to alarms, those that were deleted too. */

import { parseDuration } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import type { AlarmHistoryItem, HistoryItemType } from '../../../api/model/cloudwatch.types.ts';
import { alarmChoices } from '../../choices.ts';
import { command, type Painter } from '../../command.ts';
import { nowThere } from '../../endpoint/now-there.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { pages } from '../../pages.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';

const kinds = ['ConfigurationUpdate', 'StateUpdate', 'Action'] as const satisfies readonly HistoryItemType[];

/** The most that a page has. */
const PAGE = 100;

export const history = command({
  name: 'history',
  callsEndpoint: true,
  hasPage: true,
  summary: 'List what happened to alarms, newest first, in the last 30 days',
  description: 'Alarms that were deleted have a history too.',
  args: { name: { about: 'only of this alarm', optional: true, choices: alarmChoices } },
  options: {
    type: { about: 'list only items of this type', type: 'string', choices: kinds },
    since: { about: 'list only items no older than this: 15m, 12h, 7d', type: 'string', value: 'DURATION' },
    limit: { about: 'the most items to list (default 20)', type: 'integer', value: 'N' },
  },
  examples: [
    'ssebox alarm history',
    'ssebox alarm put --preset access-denied && ssebox alarm history access-denied --since 12h --output json',
  ],
  async run({ args: { name }, options: { type, since, limit = 20 } }, session) {
    if (limit < 1) throw new UsageError(`--limit takes a number from 1, not "${limit}"`);
    const StartDate = since === undefined ? undefined : await timeBefore(parseDuration(since), session);
    const AlarmHistoryItems: AlarmHistoryItem[] = [];
    const input = {
      MaxRecords: Math.min(limit, PAGE),
      ...(name !== undefined && { AlarmName: name }),
      ...(type && { HistoryItemType: type }),
      ...(StartDate && { StartDate }),
    };
    for await (const page of pages(session.aws, 'cloudwatch', 'DescribeAlarmHistory', input)) {
      AlarmHistoryItems.push(...(page.AlarmHistoryItems ?? []));
      if (AlarmHistoryItems.length >= limit) break;
    }
    const shown = AlarmHistoryItems.slice(0, limit);
    return {
      kind: 'page',
      value: { AlarmHistoryItems: shown },
      page: (painter) => tableOf(shown, painter),
    };
  },
});

const timeBefore = async (ms: number, session: Session): Promise<Date> =>
  new Date((await nowThere('cloudwatch', session)) - ms);

function tableOf(items: readonly AlarmHistoryItem[], painter: Painter): Shown[] {
  const rows = items.map((item) => [
    timeText(item.Timestamp),
    item.AlarmName ?? '',
    item.HistorySummary ?? '',
    newReason(item) ?? '',
  ]);
  return columns(['TIME', 'ALARM', 'WHAT', 'REASON'], rows, 'nothing happened to alarms', painter, [
    [3, 'wrapped', 30],
    [2, 'wrapped', 24],
    [1, 'shortened', 12],
  ]);
}

/** Why an alarm changed its state, as the item's data says. */
function newReason({ HistoryItemType: type, HistoryData = '' }: AlarmHistoryItem): string | undefined {
  if (type !== 'StateUpdate') return undefined;
  const data: unknown = JSON.parse(HistoryData);
  if (typeof data !== 'object' || data === null || !('newState' in data)) return undefined;
  const { newState } = data;
  if (typeof newState !== 'object' || newState === null || !('stateReason' in newState)) return undefined;
  return typeof newState.stateReason === 'string' ? newState.stateReason : undefined;
}
