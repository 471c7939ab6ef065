/** `ssebox clock`: the store's clock, so that deletion windows, rotations and bills can be seen today. */

import { parseDuration } from '../../api/duration.ts';
import { UsageError } from '../../api/errors.ts';
import { resetClock, setClock, storeNow } from '../../store/clock.ts';
import { noteOwnEvent } from '../../store/own-events.ts';
import type { OwnEvent } from '../../store/records/own-event.ts';
import type { Tx } from '../../store/tables.ts';
import { parseTimestamp } from '../aws-input/timestamps.ts';
import { type CommandNode, command, type Result } from '../command.ts';
import type { Session } from '../session.ts';

const show = command({
  name: 'show',
  summary: "Show the store's clock and the machine's",
  examples: ['ssebox clock show', 'ssebox clock show --query Now --output text'],
  run: (_values, session) => shown(session),
});

const advance = command({
  name: 'advance',
  summary: 'Move the clock forward',
  description:
    'Deletions, rotations and expiries that fall due in between happen when the keys and objects are next used. Like every change of the clock, this leaves a line in trail tail, though not in the audit log.',
  args: { duration: { about: 'how far, such as 90s, 15m, 12h, 30d or 1y', check: parseDuration } },
  examples: ['ssebox clock advance 30d', 'ssebox clock advance 12h'],
  async run(values, session) {
    const ms = parseDuration(values.args.duration);
    return changed(session, 'clock advance', (tx, machineMs) => {
      const target = storeNow(tx, machineMs) + ms;
      requireTime(target);
      setClock(tx, machineMs, target);
    });
  },
});

const set = command({
  name: 'set',
  summary: 'Set the clock to a time, from which it keeps running',
  args: { time: { about: 'an ISO 8601 time, in UTC unless it has an offset, or seconds since 1970', check: timeOf } },
  examples: ['ssebox clock set 2030-01-01', 'ssebox clock set 2027-06-30T23:59:00Z'],
  async run(values, session) {
    const time = timeOf(values.args.time);
    return changed(session, 'clock set', (tx, machineMs) => setClock(tx, machineMs, time.getTime()));
  },
});

const reset = command({
  name: 'reset',
  summary: "Set the clock back to the machine's time",
  examples: ['ssebox clock reset', 'ssebox clock reset --output json'],
  run: (_values, session) => changed(session, 'clock reset', resetClock),
});

export const clockCommands: readonly CommandNode[] = [show, advance, set, reset];

/** Changes the clock, notes it and shows it. */
async function changed(
  session: Session,
  by: OwnEvent['command'],
  change: (tx: Tx, machineMs: number) => void,
): Promise<Result> {
  const machineMs = session.environment.now();
  await session.store.transact((tx) => noteOwnEvent(tx, by, machineMs, () => change(tx, machineMs)));
  return shown(session, machineMs);
}

async function shown(session: Session, machineMs = session.environment.now()): Promise<Result> {
  const storeMs = await session.store.transact((tx) => storeNow(tx, machineMs));
  return {
    kind: 'value',
    title: 'Clock',
    value: {
      Now: new Date(storeMs),
      MachineTime: new Date(machineMs),
      AheadSeconds: Math.round((storeMs - machineMs) / 1000),
    },
  };
}

/** Years have four digits, as in AWS's timestamps. */
/** @throws UsageError for a text that is not a time, or not one that the clock can have. */
function timeOf(text: string): Date {
  const time = parseTimestamp(text);
  if (!time) throw new UsageError(`"${text}" is not a time: write one such as 2030-01-01 or 2030-01-01T12:00:00Z`);
  requireTime(time.getTime());
  return time;
}

function requireTime(ms: number): void {
  if (ms >= 0 && ms < Date.UTC(10_000, 0)) return;
  throw new UsageError('the clock can only be set to a time from 1970 to the end of 9999');
}
