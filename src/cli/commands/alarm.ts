/** `ssebox alarm`: alarms on metrics, what happened to them, and their messages. */

import { isDeniedCode } from '../../api/service-facts.ts';
import { alarmChoices, oneOf } from '../choices.ts';
import { type CommandNode, command } from '../command.ts';
import { unlessRefused } from '../overlooked.ts';
import type { Session } from '../session.ts';
import { history } from './alarm/history.ts';
import { list } from './alarm/list.ts';
import { put } from './alarm/put.ts';
import { noSuchAlarm, show } from './alarm/show.ts';
import { watch } from './alarm/watch.ts';

const remove = command({
  name: 'delete',
  callsEndpoint: true,
  summary: 'Delete alarms; if one of them does not exist, none is deleted',
  args: {
    names: {
      about: 'the names of the alarms',
      many: true,
      choices: alarmChoices,
      check: oneOf('an alarm', alarmChoices),
    },
  },
  examples: [
    'ssebox alarm put --preset access-denied && ssebox alarm delete access-denied',
    'ssebox alarm put --preset access-denied && ssebox alarm put --preset trail-changed && ssebox alarm delete access-denied trail-changed',
  ],
  async run({ args: { names } }, session) {
    await requireAlarms(names, session);
    await session.aws.call('cloudwatch', 'DeleteAlarms', { AlarmNames: names });
    return { kind: 'none' };
  },
});

/**
 * CloudWatch deletes what exists and passes over the other names, which a person has mistyped.
 * @throws UsageError that names those
 */
async function requireAlarms(AlarmNames: readonly string[], session: Session): Promise<void> {
  const seen = await unlessRefused(({ code }) => isDeniedCode(code), session.aws, 'cloudwatch', 'DescribeAlarms', {
    AlarmNames,
    MaxRecords: MOST_NAMES,
  });
  if (!seen) return;
  const there = new Set(seen.MetricAlarms?.map(({ AlarmName }) => AlarmName));
  const [missing] = AlarmNames.filter((name) => !there.has(name));
  if (missing !== undefined) throw await noSuchAlarm(missing, session);
}

/** As many names as CloudWatch takes, and as many alarms as it lists at once. */
const MOST_NAMES = 100;

export const alarmCommands: readonly CommandNode[] = [put, list, show, history, remove, watch];
