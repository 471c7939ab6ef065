/** `ssebox explain event ID`, or `ssebox explain ID`: why a call in the audit log was refused. */

import { UsageError } from '../../../api/errors.ts';
import { KEPT_OF_A_CALL, recentRefusals } from '../../../call/refusals.ts';
import { type FoundCall, findCall } from '../../../call/refused-call.ts';
import { eventTime } from '../../../cloudtrail/event-time.ts';
import type { CallRecord } from '../../../store/records/call.ts';
import { type CommandSpec, command, type Result, type WithOptions } from '../../command.ts';
import { reasonWithNames } from '../../names-there.ts';
import type { Session } from '../../session.ts';
import { eventIdOf, isEndingOfId } from '../trail/event-id.ts';
import { withAliasKeys } from './alias-keys.ts';
import { askedAgain } from './asked-again.ts';
import { withWhoMay } from './cause.ts';
import { explanation, showOptions } from './page.ts';
import { callOfRefusal, type ExplainedPast, eventLine, explainedRefusal } from './past.ts';
import { statedIn, statedOptions } from './stated.ts';

const pastOptions = { ...statedOptions('s3'), ...showOptions };

export const event = command({
  name: 'event',
  summary: 'Explain why a call in the audit log was refused: explain event ID, or explain ID',
  description:
    'Takes the id of an event of any account and region. Shows every decision of the call as it was made then; policies may have changed since. A call that was refused because of another call that it made, such as one of S3 to KMS, is explained with both; the id of either works. With --context, what was denied is decided again, with the policies of that time.',
  args: { id: { about: 'the id of the event, or its end, as ssebox trail shows it', choices: refusedEvents } },
  options: pastOptions,
  hasPage: true,
  examples: [
    "ssebox explain event $(ssebox trail lookup --limit 1 --query 'Events[0].eventID' --output text)",
    "ssebox explain $(ssebox trail lookup --limit 1 --query 'Events[0].eventID' --output text) --all",
  ],
  run: (values, session) => run(values.args.id, values, session),
});

/** The command that a word after `explain` stands for if it has the form of an event id; otherwise undefined. */
export const eventNamed = (word: string): CommandSpec | undefined =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word) || isEndingOfId(word)
    ? command({
        ...event,
        name: word,
        args: {},
        options: pastOptions,
        hidden: true,
        run: (values, session) => run(word, values, session),
      })
    : undefined;

async function run(id: string, values: WithOptions<typeof pastOptions>, session: Session): Promise<Result> {
  const stated = await statedIn(values, 's3');
  const whole = await eventIdOf(id, session);
  const found = await session.store.transact((tx) => findCall(whole, tx));
  if (!found) throw new UsageError(`there is no event "${id}" in this store`, 'ssebox trail lookup --errors');
  const { explained: past, notes } = pastOf(await withReason(found, session));
  for (const line of notes) session.tell(line);
  const explained = await withWhoMay(askedAgain(past, stated), session);
  return explanation(values.options.fix ? await withAliasKeys(explained, session) : explained, values);
}

/** The same with the names that there are instead of one that is not. */
async function withReason(found: FoundCall, session: Session): Promise<FoundCall> {
  if (found.kind !== 'refused') return found;
  const reason = await reasonWithNames(found.refusal, found.call, session);
  return reason === undefined ? found : { ...found, refusal: { ...found.refusal, reason } };
}

interface Past {
  readonly explained: ExplainedPast;
  /** Lines beside it, for people. */
  readonly notes: readonly string[];
}

function pastOf(found: FoundCall): Past {
  if (found.kind === 'refused') {
    const { refusal, call } = found;
    const outer = `${refusal.service} ${refusal.operation}`;
    const isInner = call !== undefined && call.requestId !== (refusal.requestId ?? call.requestId);
    const inner = isInner ? [`${titleOf(call)} was called by ${outer}, which was refused because of it`] : [];
    const explained = explainedRefusal(refusal);
    return { explained, notes: [...inner, eventLine(explained)] };
  }
  const { call } = found;
  if (call.serviceEvent !== undefined) throw notACall(call);
  const title = titleOf(call);
  const { error, eventId: id, timeMs, caller, region, resources } = call;
  const event = { id, timeMs, caller: caller.arn ?? caller.type, region, about: resources[0]?.arn };
  if (found.kind === 'reporting') {
    const explained = { title, calls: found.refusals.map(callOfRefusal), refusal: undefined, event };
    const isCut = found.refusals.length >= KEPT_OF_A_CALL;
    const cut = isCut ? `; of the refusals that one call reports, the last ${KEPT_OF_A_CALL} are kept` : '';
    return { explained, notes: [`${eventLine(explained)}${cut}`] };
  }
  const alone = { call: title, decisions: [], skipped: [], refusal: error };
  const explained = { title, calls: [alone], refusal: error, event };
  const why = error ? 'its decisions are not kept any more' : 'it was not refused, so its decisions are not kept';
  return { explained, notes: [`${eventLine(explained)}; ${why}`] };
}

const titleOf = ({ service, operation }: CallRecord): string => `${service} ${operation}`;

const notACall = ({ service, operation, eventId, timeMs }: CallRecord): UsageError =>
  new UsageError(
    `the event "${eventId}" is not a call: ${service} ${operation} is what the service did by itself at ${eventTime(timeMs)}`,
  );

const MOST_OFFERED = 50;

async function refusedEvents(session: Session) {
  const refusals = await session.store.transact((tx) => recentRefusals(MOST_OFFERED, tx));
  return refusals.map(({ eventId, timeMs, service, operation, caller, code }) => ({
    value: eventId,
    about: `${eventTime(timeMs)}  ${service} ${operation}  ${caller}  ${code}`,
  }));
}
