/** The keys behind the aliases that policies name by ARN, where AWS compares the ARN of a key. */

import { parseArn } from '../../../api/arn.ts';
import { isRegion } from '../../../api/regions.ts';
import { questionOf } from '../../../policy/evaluate.ts';
import { gatesOf } from '../../../policy/gates.ts';
import { aliasArnsIn } from '../../../policy/replaced-alias.ts';
import type { Session } from '../../session.ts';
import { denialsOf, type Explained } from './explained.ts';
import { tryCall } from './one-call.ts';

/** Adds them, as far as they are in the store, to an explanation whose denials have such policies. */
export async function withAliasKeys(explained: Explained, session: Session): Promise<Explained> {
  const found = new Map<string, string>();
  for (const alias of aliasesIn(explained)) {
    const region = parseArn(alias)?.region ?? '';
    if (!isRegion(region)) continue;
    // The decision is about the key, whether the caller may see it or not.
    const { decisions } = await tryCall('kms', 'DescribeKey', { KeyId: alias }, session, { region });
    const [decision] = decisions;
    if (decision) found.set(alias, decision.resource);
  }
  return found.size === 0 ? explained : { ...explained, keysOfAliases: found };
}

function aliasesIn(explained: Explained): ReadonlySet<string> {
  const aliases = new Set<string>();
  for (const decision of denialsOf(explained)) {
    const question = questionOf(decision);
    if (!question) continue;
    for (const { document } of gatesOf(question.request, question.policies).flatMap(({ levels }) => levels.flat())) {
      for (const alias of aliasArnsIn(JSON.stringify(document.json()))) aliases.add(alias);
    }
  }
  return aliases;
}
