/** The calls of a command that is explained, counted by their outcome. */

import type { AwsError } from '../../../api/errors.ts';
import type { RehearsedCall } from '../../../call/scope.ts';
import { containerOf, oneResource, type SeveralResources, withResource } from '../../../policy/several-resources.ts';
import { refusedCall } from './cause.ts';
import { type CallRefusal, type ExplainedCall, refusalOf } from './explained.ts';

/** Counts calls with the same outcome, so that any number of them can be shown. */
export function newCallTally() {
  const byOutcome = new Map<string, { readonly first: ExplainedCall; times: number; resources: SeveralResources[] }>();
  let refused: (CallRefusal & { readonly operation: string }) | undefined;
  let error: AwsError | undefined;
  return {
    add(tried: RehearsedCall): void {
      const { service, operation, decisions, skipped, afterwards, isOverlooked } = tried;
      const refusal = refusalOf(tried.refusal);
      const call = `${service} ${operation}`;
      if (refusal && !isOverlooked && !refused) {
        refused = { ...refusal, operation: call };
        error = refusedCall(tried);
      }
      const left = isOverlooked ? undefined : refusalOf(afterwards);
      const outcome = JSON.stringify([
        call,
        refusal?.code,
        left?.code,
        decisions.map(({ allowed, action, resource, because }) => [
          allowed,
          action,
          containerOf(action, resource),
          because,
        ]),
        skipped.map(({ action, resource }) => [action, resource]),
      ]);
      const known = byOutcome.get(outcome);
      if (known) {
        known.times += 1;
        known.resources = known.resources.map((each, i) => withResource(each, decisions[i]?.resource ?? each.common));
        return;
      }
      const resources = decisions.map(({ resource }) => oneResource(resource));
      byOutcome.set(outcome, { first: { call, decisions, skipped, refusal, afterwards: left }, times: 1, resources });
    },
    calls: (): ExplainedCall[] =>
      Array.from(byOutcome.values(), ({ first, times, resources }) => ({ ...first, times, resources })),
    /** The first refusal that the command does not overlook. */
    refusal: () => refused,
    /** The same as the error that it was. */
    error: () => error,
  };
}
