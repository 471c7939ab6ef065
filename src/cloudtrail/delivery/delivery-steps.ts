/** The steps of delivering one file of a trail: what it writes beside the object changes in the object's transactions. */

import type { BegunCall, Call } from '../../call/operation.ts';
import type { TrailRecord } from '../../store/records/trail.ts';
import type { Tx } from '../../store/tables.ts';
import { deliveryCaller } from './delivered-object.ts';
import type { Outcome } from './outcome.ts';

/** What is left to do once a delivery has begun: nothing, or the rest of an object, of which the file knows more. */
export type DeliveryPlan<File> = { readonly kind: 'done'; readonly outcome: Outcome } | BegunFile<File>;

/** A file whose object is being written. */
export type BegunFile<File> = { readonly kind: 'file'; readonly put: BegunCall<unknown> } & File;

interface DeliveryInput {
  /** The trail's number. */
  readonly trail: number;
}

interface Delivery<I extends DeliveryInput, File> {
  begin(trail: TrailRecord | undefined, input: I, call: Call): DeliveryPlan<File>;
  finish(begun: BegunFile<File>, input: I, call: Call): Outcome;
  /** What its record says about it. */
  parameters(input: I): Readonly<Record<string, unknown>>;
}

/** The steps of a task, which CloudTrail performs for the trail. */
export const deliverySteps = <I extends DeliveryInput, File>({ begin, finish, parameters }: Delivery<I, File>) => ({
  reportsDenials: true,
  caller:
    ({ trail }: I) =>
    (tx: Tx) =>
      deliveryCaller(tx.trails.get([trail])),
  resolve: ({ trail }: I, { tx }: Call) => tx.trails.get([trail]),
  begin: (trail: TrailRecord | undefined, input: I, call: Call): DeliveryPlan<File> => begin(trail, input, call),
  moveAtOnce: (plan: DeliveryPlan<File>) => (plan.kind === 'done' || plan.put.isDone ? {} : undefined),
  async move(plan: DeliveryPlan<File>, _input: I, signal: AbortSignal) {
    if (plan.kind === 'file') await plan.put.move(signal);
    return {};
  },
  finish: (plan: DeliveryPlan<File>, _moved: object, input: I, call: Call): Outcome =>
    plan.kind === 'done' ? plan.outcome : finish(plan, input, call),
  abandon(plan: DeliveryPlan<File>, call: Call) {
    if (plan.kind === 'file') call.giveUp(plan.put);
  },
  parameters,
});
