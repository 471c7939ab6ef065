/** `ssebox alarm list`: the alarms and their states. */

import type { MetricAlarm, StateValue } from '../../../api/model/cloudwatch.types.ts';
import { command, type Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { pages } from '../../pages.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';
import { conditionText, metricText } from './alarm-words.ts';

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const satisfies readonly StateValue[];

export const list = command({
  name: 'list',
  callsEndpoint: true,
  hasPage: true,
  summary: 'List the alarms of this region, with their states',
  description: 'Alarms are evaluated first, as far as time has passed on the clock of the store.',
  options: { state: { about: 'list only the alarms in this state', type: 'string', choices: states } },
  examples: ['ssebox alarm list', "ssebox alarm list --state ALARM --query 'MetricAlarms[].AlarmName' --output text"],
  async run({ options: { state } }, session) {
    const MetricAlarms = await alarmsIn(state, session);
    return { kind: 'page', value: { MetricAlarms }, page: (painter) => tableOf(MetricAlarms, state, painter) };
  },
});

async function alarmsIn(StateValue: StateValue | undefined, { aws }: Session): Promise<readonly MetricAlarm[]> {
  const found: MetricAlarm[] = [];
  const input = { AlarmTypes: ['MetricAlarm'], ...(StateValue && { StateValue }) } as const;
  for await (const page of pages(aws, 'cloudwatch', 'DescribeAlarms', input)) found.push(...(page.MetricAlarms ?? []));
  return found;
}

function tableOf(alarms: readonly MetricAlarm[], state: StateValue | undefined, painter: Painter): Shown[] {
  const rows = alarms.map((alarm) => [
    alarm.AlarmName ?? '',
    alarm.StateValue ?? '',
    timeText(alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp),
    metricText(alarm),
    conditionText(alarm),
    alarm.ActionsEnabled === false ? 'off' : '',
  ]);
  const empty = state === undefined ? 'no alarms: ssebox alarm put --preset access-denied' : `no alarm is in ${state}`;
  const headers = ['NAME', 'STATE', 'SINCE', 'METRIC', 'CONDITION', 'ACTIONS'];
  const shown = rows.some((row) => row.at(-1) !== '') ? headers.length : headers.length - 1;
  return columns(
    headers.slice(0, shown),
    rows.map((row) => row.slice(0, shown)),
    empty,
    painter,
    [
      [0, 'shortened', 24],
      [4, 'dropped'],
      [3, 'shortened', 16],
      [0, 'shortened', 12],
    ],
  );
}
