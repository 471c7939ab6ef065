/** Which events a trail wants: CloudTrail API Reference, PutEventSelectors and GetEventSelectors. */

import type { GetEventSelectorsResponse } from '../api/model/cloudtrail.types.ts';
import { operation } from '../call/operation.ts';
import type { TrailSelectors } from '../store/records/trail.ts';
import { deepLowerFirst } from './audit-form.ts';
import { findTrail, findTrailToChange, requireHome, requireTrail, trailAccess } from './find-trail.ts';
import { requireWithinQuotas, selectorsOf, usualSelectors } from './selector-rules.ts';
import { changeTrail } from './trail.ts';

/** Replaces all selectors of a trail, of either form. */
export const PutEventSelectors = operation('cloudtrail', 'PutEventSelectors', {
  resolve(input, call) {
    const named = findTrailToChange(input.TrailName, call);
    const selectors = selectorsOf(input);
    requireWithinQuotas(selectors, { account: named.account, region: call.region }, call.tx);
    return { named, selectors };
  },
  authorize: ({ named }) => [trailAccess('PutEventSelectors', named)],
  run({ named, selectors }, _input, call) {
    const { number, trail } = requireHome(named, call);
    changeTrail({ number, trail: { ...trail, selectors } }, call.tx);
    return answerOf(named.arn, selectors);
  },
  response: (output) => deepLowerFirst(output),
});

export const GetEventSelectors = operation('cloudtrail', 'GetEventSelectors', {
  resolve: ({ TrailName }, call) => findTrail(TrailName, call),
  authorize: (named) => [trailAccess('GetEventSelectors', named)],
  run: (named) => answerOf(named.arn, requireTrail(named).trail.selectors ?? usualSelectors),
});

const answerOf = (TrailARN: string, of: TrailSelectors): GetEventSelectorsResponse =>
  of.kind === 'basic' ? { TrailARN, EventSelectors: of.selectors } : { TrailARN, AdvancedEventSelectors: of.selectors };
