/** The calls of a command that is explained, counted by their outcome. */

import type { AwsError } from '../../../api/errors.ts';
import type { RehearsedCall } from '../../../call/scope.ts';
import { S3_CONTEXT } from '../../../policy/added-statement.ts';
import type { Decision } from '../../../policy/decision.ts';
import { questionOf } from '../../../policy/evaluate.ts';
import { containerOf, oneResource, type SeveralResources, withResource } from '../../../policy/several-resources.ts';
import { refusedCall } from './cause.ts';
import { type CallRefusal, type ExplainedCall, refusalOf } from './explained.ts';

/** Calls with the same outcome. */
interface Tallied {
  readonly first: ExplainedCall;
  times: number;
  resources: readonly SeveralResources[];
  objects: readonly (SeveralResources | undefined)[];
}

/** What S3 asks KMS about. */
const objectOf = (decision: Decision | undefined): string | undefined =>
  decision && questionOf(decision)?.request.context.values(S3_CONTEXT.toLowerCase())?.[0];

/** Counts calls with the same outcome, so that any number of them can be shown. */
export function newCallTally() {
  const byOutcome = new Map<string, Tallied>();
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
        known.objects = known.objects.map((each, i) => {
          const object = objectOf(decisions[i]);
          return each && object !== undefined ? withResource(each, object) : each;
        });
        return;
      }
      const resources = decisions.map(({ resource }) => oneResource(resource));
      const objects = decisions.map((decision) => {
        const object = objectOf(decision);
        return object === undefined ? undefined : oneResource(object);
      });
      const first = { call, decisions, skipped, refusal, afterwards: left };
      byOutcome.set(outcome, { first, times: 1, resources, objects });
    },
    calls: (): ExplainedCall[] => Array.from(byOutcome.values(), ({ first, ...all }) => ({ ...first, ...all })),
    /** The first refusal that the command does not overlook. */
    refusal: () => refused,
    /** The same as the error that it was. */
    error: () => error,
  };
}
