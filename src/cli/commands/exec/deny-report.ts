/** What was refused in a run, with the first line of its explanation. */

import { keptRefusals } from '../../../call/refusals.ts';
import { explainLines } from '../../../policy/explain.ts';
import { decisionOf, type Refusal } from '../../../store/records/refusal.ts';
import type { Session } from '../../session.ts';

/** A request that was refused. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly code: string;
}

/** The refusals of a run, of which the last are kept: the store has no more of them either. */
export interface RefusedRequests {
  add(request: RefusedRequest): void;
  readonly kept: readonly RefusedRequest[];
  readonly total: number;
}

const MOST = 1000;

export function refusedRequests(): RefusedRequests {
  const kept: RefusedRequest[] = [];
  let total = 0;
  return {
    kept,
    get total() {
      return total;
    },
    add(request) {
      total++;
      if (kept.push(request) > MOST) kept.shift();
    },
  };
}

/** Shows what was refused, what was refused alike once. */
export async function reportRefusals({ kept, total }: RefusedRequests, session: Session): Promise<void> {
  if (total === 0) {
    session.tell('no call was refused');
    return;
  }
  const ids = new Set(kept.map(({ requestId }) => requestId));
  const rows = await session.store.transact((tx) =>
    keptRefusals(tx).filter(({ requestId }) => requestId !== undefined && ids.has(requestId)),
  );
  const rowOf = new Map(rows.map((row) => [row.requestId, row]));
  const alike = new Map<string, { readonly lines: readonly string[]; times: number }>();
  for (const request of kept) {
    const lines = reasonLines(request, rowOf.get(request.requestId));
    const text = [nameOf(request), ...lines].join('\n');
    const known = alike.get(text);
    if (known) known.times++;
    else alike.set(text, { lines: [nameOf(request), ...lines], times: 1 });
  }
  const older = total - kept.length;
  session.tell(`${total === 1 ? '1 call was refused' : `${total} calls were refused`}:`);
  for (const { lines, times } of alike.values()) {
    const [name, ...reasons] = lines;
    session.tell(`  ${name}${times === 1 ? '' : `, ${times} times`}`);
    for (const reason of reasons) session.tell(`    ${reason}`);
  }
  if (older > 0) session.tell(`  and before these ${older} more, which are not kept`);
}

const nameOf = ({ service, operation, code }: RefusedRequest): string =>
  `${[service, operation].filter((word) => word !== undefined).join(' ') || 'a request'}: ${code}`;

/** The first line of the explanation of a denial, and what it is because of; the message of another refusal. */
function reasonLines({ code }: RefusedRequest, row: Refusal | undefined): readonly string[] {
  if (!row) return [];
  const denied = row.decisions.findLast(({ allowed }) => !allowed);
  const lines = denied && explainLines(decisionOf(denied)).slice(0, 2);
  if (lines) return lines.map(({ text }) => text);
  return [row.message || code, ...(row.reason === undefined ? [] : [row.reason])];
}
