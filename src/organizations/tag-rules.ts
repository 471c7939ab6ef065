/** Which tags the parts of an organization may have: AWS Organizations User Guide, "Tagging resources". */

import type { Tag } from '../api/model/organizations.types.ts';
import type { ConditionContext } from '../policy/access.ts';
import type { Tags } from '../policy/caller.ts';
import { isKeptName } from '../store/table.ts';
import { constraintViolation, invalidInput } from './refusal.ts';

const MOST_TAGS = 50;

/**
 * Merges tags into the existing ones.
 * @throws InvalidInputException for a key that is given twice or reserved, ConstraintViolationException for too many
 */
export function withTags(tags: Tags, added: readonly Tag[]): Tags {
  checkKeys(added.map(({ Key }) => Key));
  const merged = { ...tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) };
  const count = Object.keys(merged).length;
  if (count <= MOST_TAGS) return merged;
  throw constraintViolation(
    'MAX_TAG_LIMIT_EXCEEDED',
    'You have exceeded the number of tags allowed on this resource.',
    `a resource can have ${MOST_TAGS} tags, and it would have ${count}`,
  );
}

function checkKeys(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) {
      throw invalidInput(
        'DUPLICATE_TAG_KEY',
        'Tag keys must be unique among the tags attached to the same entity.',
        `the key "${key}" is given twice`,
      );
    }
    seen.add(key);
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidInput(
        'INVALID_SYSTEM_TAGS_PARAMETER',
        "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because they're reserved for Amazon Web Services use.",
        `the key "${key}" begins with aws:`,
      );
    }
    // The store would return it under another name.
    if (!isKeptName(key)) {
      throw invalidInput(
        'INVALID_PATTERN',
        "You provided a value that doesn't match the required pattern.",
        `no tag may have the key ${key}`,
      );
    }
  }
}

export const tagsList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The condition keys of a request that sets tags. */
export const tagContext = (tags: readonly Tag[]): ConditionContext => ({
  ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ Key }) => Key) }),
});
