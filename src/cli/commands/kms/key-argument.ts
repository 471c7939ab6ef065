/** The KMS key that a command is about. */

import { keyChoices, oneOf } from '../../choices.ts';
import type { Session } from '../../session.ts';

export const key = {
  about: 'the KMS key: id, ARN or alias',
  choices: keyChoices,
  check: oneOf('a KMS key of this region', keyChoices),
};

/** For operations that do not take an alias: anything but a key id or key ARN is looked up. */
export async function keyIdOf(
  { args: { key: named } }: { readonly args: { readonly key: string } },
  session: Session,
): Promise<string> {
  if (!/^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias\//.test(named)) return named;
  const { KeyMetadata } = await session.aws.call('kms', 'DescribeKey', { KeyId: named });
  return KeyMetadata?.Arn ?? named;
}
