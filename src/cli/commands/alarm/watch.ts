/** `ssebox alarm watch`: messages of alarms as they come, each for a command that the user names. */

import { parseDuration } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import { type AlarmMessage, messagesAfter, newestMessage } from '../../../cloudwatch/alarm-messages.ts';
import { isEvaluationDue } from '../../../cloudwatch/evaluation-due.ts';
import { isJson } from '../../../cloudwatch/java-json.ts';
import { storeNow } from '../../../store/clock.ts';
import { getFact } from '../../../store/facts.ts';
import type { Tx } from '../../../store/tables.ts';
import { command } from '../../command.ts';
import { spelledJson } from '../../output/spelled-out.ts';
import type { Session } from '../../session.ts';

export const watch = command({
  name: 'watch',
  summary: 'Show the messages of alarms as their states change, and run a command on each',
  description:
    'Each change of a state is a line of JSON: what the topic or the Lambda function of the action would receive, or the message for a topic where no action is set. Alarms whose actions are disabled leave none. With --exec, each message is also the standard input of a command, one after the other; a command that fails is reported, and the watch continues. Nothing that stands in the store is ever run: only what --exec says is.',
  options: {
    exec: {
      about: 'run this shell command for each message, with the message on its standard input',
      type: 'string',
      value: 'COMMAND',
    },
    since: {
      about: 'begin with the messages that are no older than this: 15m, 12h, 7d',
      type: 'string',
      value: 'DURATION',
    },
    all: { about: 'begin with all messages of the last 30 days', type: 'boolean' },
    once: { about: 'show the messages that there are, and end; without --since these are all', type: 'boolean' },
  },
  examples: [
    'ssebox alarm put --preset access-denied && ssebox clock advance 2m && ssebox alarm watch --once',
    "ssebox alarm put --preset access-denied && ssebox clock advance 2m && ssebox alarm watch --once --since 12h --exec 'cat >> messages.json'",
  ],
  async run({ options: { exec, since, all, once } }, session) {
    if (exec?.trim() === '') throw new UsageError('--exec takes a shell command, not an empty text');
    if (since !== undefined && all)
      throw new UsageError('--since and --all both say which messages to begin with: use one of them');
    const sinceMs = since === undefined ? undefined : parseDuration(since);
    // Whoever may not read the history may not read the messages, and alarms are evaluated before a call.
    await session.aws.call('cloudwatch', 'DescribeAlarmHistory', { MaxRecords: 1 });
    if (session.rehearses) return { kind: 'none' };
    const begin = all || (once && sinceMs === undefined) ? Number.POSITIVE_INFINITY : sinceMs;
    return { kind: 'lines', lines: watched({ begin, once, exec }, session) };
  },
});

interface Watching {
  /** How old the first messages may be, in milliseconds; undefined: only those that come from now on. */
  readonly begin: number | undefined;
  readonly once: boolean;
  readonly exec: string | undefined;
}

const POLL_MS = 500;

/**
 * The messages of the caller's account and region, until the user interrupts. Alarms that are due are evaluated, as a
 * call would do. The line is written before the command gets the message.
 */
async function* watched({ begin, once, exec }: Watching, session: Session): AsyncGenerator<string> {
  const { store, environment, region, signal } = session;
  const account = await session.aws.account('cloudwatch');
  const now = (tx: Tx) => storeNow(tx, environment.now());
  let { seen, fromMs } = await store.transact((tx) => ({
    seen: begin === undefined ? newestMessage(tx) : 0,
    fromMs: begin === undefined ? Number.NEGATIVE_INFINITY : now(tx) - begin,
  }));
  for (;;) {
    await evaluateDue(session);
    const found = await store.transact((tx) => {
      // A backup that was restored has older numbers.
      seen = Math.min(seen, newestMessage(tx));
      return [...messagesAfter(seen, tx)];
    });
    seen = found.at(-1)?.number ?? seen;
    const shown = new Set<string>();
    for (const message of found) {
      if (message.account !== account || message.region !== region || message.timeMs < fromMs) continue;
      // Several topics of an alarm receive the same.
      const what = JSON.stringify([message.alarm, message.timeMs, message.body]);
      if (shown.has(what)) continue;
      shown.add(what);
      const line = lineOf(message);
      yield line;
      if (exec === undefined) continue;
      const { runOnMessage } = await import('./run-on-message.ts');
      await runOnMessage(exec, { line, alarm: message.alarm }, session);
    }
    if (once) return;
    await environment.pause(POLL_MS, signal);
  }
}

/** Evaluates alarms if it is time to: nobody else may be doing it. */
async function evaluateDue({ store, environment, signal }: Session): Promise<void> {
  const isDue = await store.transact((tx) => {
    const fact = getFact(tx, 'alarms');
    return fact !== undefined && isEvaluationDue(fact, storeNow(tx, environment.now()));
  });
  if (!isDue) return;
  const [{ evaluateAlarms }, place] = await Promise.all([
    import('../../../cloudwatch/alarm-pass.ts'),
    store.workplace(),
  ]);
  await evaluateAlarms({ store: place.store, environment }, signal);
}

/** The message on one line. A store of somebody else's may have any text in its place, which is a string then. */
function lineOf({ body }: AlarmMessage): string {
  return spelledJson(isJson(body) ? body.replaceAll(/[\r\n]+/g, ' ') : JSON.stringify(body));
}
