/** Carries out, at the end of a command, what its calls have left to do, or shows the user how to. */

import type { Effect, OverRate } from '../call/answer.ts';
import type { Session } from './session.ts';

export async function carryOut(effects: readonly Effect[], session: Session): Promise<void> {
  const queued: string[] = [];
  const over: OverRate[] = [];
  for (const effect of effects) {
    switch (effect.kind) {
      case 'replication-queued':
        queued.push(effect.bucket);
        break;
      case 'policy-accepted': {
        if (session.terminal) {
          const { hintAtFindings } = await import('./policy-hints.ts');
          await hintAtFindings(effect, session);
          break;
        }
        // A script hears only of what cannot work as it is written, for which little code is needed.
        const { policyWarnings } = await import('../policy/policy-warnings.ts');
        for (const warning of policyWarnings(effect.document)) session.tell(`warning: ${warning}`);
        break;
      }
      case 'principal-deleted':
        if (session.terminal) {
          const { warnOfOrphanedKeys } = await import('./orphaned-keys.ts');
          await warnOfOrphanedKeys(effect.principal, session);
        }
        break;
      case 'over-rate':
        over.push(effect);
        break;
      default:
        effect satisfies never;
    }
  }
  if (over.length > 0 && session.terminal) {
    const { hintAtRates } = await import('./over-rate.ts');
    hintAtRates(over, session);
  }
  if (queued.length === 0) return;
  const { replicateOrHint } = await import('./replicate-written.ts');
  await replicateOrHint(queued, session);
}
