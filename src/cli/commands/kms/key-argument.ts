/** The KMS key that a command is about. */

import { keyChoices } from '../../choices.ts';
import type { CommandValues } from '../../command.ts';
import type { Session } from '../../session.ts';
import { argument } from '../given.ts';

export const key = { about: 'the KMS key: id, ARN or alias', choices: keyChoices };

/** For operations that take no alias: what is no key id or key ARN is looked up. */
export async function keyIdOf(values: CommandValues, session: Session): Promise<string> {
  const named = argument(values, 'key');
  if (!/^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias\//.test(named)) return named;
  const { KeyMetadata } = await session.aws.call('kms', 'DescribeKey', { KeyId: named });
  return KeyMetadata?.Arn ?? named;
}
