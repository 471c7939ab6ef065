/** An explanation with what is only known from further calls, as it is shown. */

import type { AwsError } from '../../../api/errors.ts';
import type { Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { withAliasKeys } from './alias-keys.ts';
import { withCause } from './cause.ts';
import type { Explained } from './explained.ts';
import { explanation, type Showing } from './page.ts';
import { withUnread } from './unread.ts';

/**
 * Shows an explanation of what was tried.
 * @param error the refusal as it ended, if it was refused
 */
export async function completed(
  explained: Explained,
  error: AwsError | undefined,
  showing: Showing,
  session: Session,
): Promise<Result> {
  const caused = await withUnread(await withCause(explained, error, session), session);
  return explanation(showing.options.fix ? await withAliasKeys(caused, session) : caused, showing);
}
