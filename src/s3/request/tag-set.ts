/** Tags of buckets and objects: Amazon S3 User Guide, "Categorizing your objects using tags". */

import { AwsError } from '../../api/errors.ts';
import type { Tag } from '../../store/records/s3.ts';
import { invalidArgument } from './invalid-argument.ts';

/** @throws AwsError InvalidTag, or BadRequest for more than ten tags. */
export function requireObjectTags(tags: readonly Tag[]): void {
  if (tags.length > 10) throw new AwsError('BadRequest', 'Object tags cannot be greater than 10');
  requireTags(tags, 'Your TagKey cannot be prefixed with aws:');
}

/** @throws AwsError InvalidTag, or BadRequest for more than fifty tags. */
export function requireBucketTags(tags: readonly Tag[]): void {
  requireTags(tags, 'System tags cannot be added/updated by requester');
  requireFewBucketTags(tags);
}

/** @throws AwsError InvalidTag, with CreateBucket's message, or BadRequest for more than fifty tags. */
export function requireNewBucketTags(tags: readonly Tag[]): void {
  requireTags(
    tags,
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
  );
  requireFewBucketTags(tags);
}

/** Tags of buckets are counted after each has been checked. */
function requireFewBucketTags({ length }: readonly Tag[]): void {
  if (length > 50) throw new AwsError('BadRequest', 'Bucket tag count cannot be greater than 50');
}

function requireTags(tags: readonly Tag[], systemTagText: string): void {
  const seen = new Set<string>();
  for (const { Key, Value } of tags) {
    if (Key.toLowerCase().startsWith('aws:')) throw invalidTag(systemTagText, { TagKey: Key });
    if (!isTagText(Key, 1, 128)) throw invalidTag('The TagKey you have provided is invalid', { TagKey: Key });
    if (!isTagText(Value, 0, 256))
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: Key, TagValue: Value });
    if (seen.has(Key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: Key });
    seen.add(Key);
  }
}

const invalidTag = (message: string, detail: Readonly<Record<string, string>>) =>
  new AwsError('InvalidTag', message, detail);

/** The length is in Unicode characters. */
function isTagText(text: string, min: number, max: number): boolean {
  const length = [...text].length;
  return length >= min && length <= max && hasTagCharacters(text);
}

/** Whether a text has only letters, digits, spaces and `+ - = . _ : / @`. */
const hasTagCharacters = (text: string): boolean => /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u.test(text);

/**
 * The tags in the header `x-amz-tagging`, a URL query.
 * @throws AwsError InvalidArgument if it is not one, repeats a tag, or has characters that no tag has, such as the
 * commas of `a=1,b=2`; otherwise like object tags.
 */
export function parseTagHeader(header: string): Tag[] {
  const tags: Tag[] = [];
  for (const pair of header.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [key, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    tags.push({ Key: decodeQuery(key, header), Value: decodeQuery(value, header) });
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw badTagHeader(header);
  if (!tags.every(({ Key, Value }) => hasTagCharacters(Key + Value))) throw badTagHeader(header);
  requireObjectTags(tags);
  return tags;
}

function decodeQuery(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badTagHeader(header);
  }
}

const badTagHeader = (header: string) =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    'x-amz-tagging',
    header,
  );
