/** `--tags KEY VALUE` of the AWS CLI's s3 commands, and tags in the form of a header. */

import { UsageError } from '../../../api/errors.ts';
import type { Tag } from '../../../api/model/s3.types.ts';
import type { OptionSpec } from '../../command.ts';

export const tagOptions = {
  tags: { about: 'a key and a value; repeatable', type: 'list', value: 'WORD' },
} as const satisfies Record<string, OptionSpec>;

/** Keys and values in turns as tags. @throws UsageError when a key has no value. */
export function tagPairs(words: readonly string[]): readonly Tag[] {
  if (words.length % 2 === 1) throw new UsageError('argument --tags: expected 2 arguments');
  return words.flatMap((Key, i) => (i % 2 === 0 ? [{ Key, Value: words[i + 1] ?? '' }] : []));
}

/** `team=blue&cost%20center=7` */
export const taggingOf = (tags: readonly Tag[]): string =>
  tags.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join('&');
