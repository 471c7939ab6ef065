/** What goes with the bytes of an object to the other side: its properties and its tags. */

import { AwsError } from '../../../api/errors.ts';
import type { HeadObjectOutput, Tag } from '../../../api/model/s3.types.ts';
import { isUnavailable } from '../../endpoint/place.ts';
import { MOST_TAGGING_BYTES, propsIn, tagsOf } from './copy-props.ts';
import type { ObjectInput } from './object-options.ts';
import type { Relay, Relays } from './relays.ts';
import { taggingOf } from './tag-options.ts';

/** The input of a write with what the options give, and what the object keeps of its source: as CopyObject does it. */
export function givenAndKept(given: ObjectInput, source: HeadObjectOutput, { props, directive }: Relays): ObjectInput {
  if (directive === 'COPY') return { ...given, ...propsIn(source) };
  if (directive === 'REPLACE' || props === 'none') return given;
  return { ...propsIn(source), ...given };
}

/** Writes an object with the tags of its source. @param write takes them as its input has them */
export async function withTags<T>(one: Relay, write: (tagging: ObjectInput) => Promise<T>): Promise<T> {
  const tags = await tagsFor(one);
  if (tags.length === 0) return write({});
  const tagging = taggingOf(tags);
  const { relays, target } = one;
  if (tagging.length > MOST_TAGGING_BYTES) {
    const written = await write({});
    const input = { Bucket: target.bucket, Key: target.key, Tagging: { TagSet: tags } };
    await unlessTagless('target', one, () => relays.sides.target.call('s3', 'PutObjectTagging', input));
    return written;
  }
  const written = await unlessTagless('target', one, () => write({ Tagging: tagging }));
  return written ?? write({});
}

async function tagsFor(one: Relay): Promise<readonly Tag[]> {
  const { reading, relays } = one;
  const { props, inputs, sides, tagless } = relays;
  if (props === 'none' || props === 'metadata-directive' || inputs.put.Tagging !== undefined || tagless.size > 0)
    return [];
  return (await unlessTagless('source', one, () => tagsOf(reading.uri, { aws: sides.source }))) ?? [];
}

/** @returns undefined where this side has no tags */
async function unlessTagless<T>(
  side: 'source' | 'target',
  { relays: { tagless }, notice }: Relay,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError) || !isUnavailable(error)) throw error;
    if (!tagless.has(side)) notice(`the ${side} has no tags for objects (${error.code}): they are copied without them`);
    tagless.add(side);
    return undefined;
  }
}
