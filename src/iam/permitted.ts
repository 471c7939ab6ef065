/** A decision that gives a permission without a look at policies, for calls that are only tried. */

import type { Call } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import { callerArn } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';

/** The caller has it. */
export const permitted = ({ action, resource, decidesOnly }: Access, { caller }: Pick<Call, 'caller'>): Decision => ({
  allowed: true,
  caller: callerArn(caller),
  action,
  resource,
  because: 'it is only tried',
  decidesOnly,
  gates: [],
  context: {},
});
