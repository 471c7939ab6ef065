/** The properties that a copy keeps from its source: AWS CLI Command Reference, s3 cp, --copy-props. */

import type { HeadObjectOutput, Tag } from '../../../api/model/s3.types.ts';
import type { Session } from '../../session.ts';
import type { ObjectInput } from './object-options.ts';
import type { S3Uri } from './uri.ts';

export const copyProps = ['none', 'metadata-directive', 'default'] as const;
/** Undefined when `--metadata-directive` decides, which S3 carries out. */
export type CopyProps = (typeof copyProps)[number] | undefined;

const names = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
  'Metadata',
] as const;

/** Whether the options set any of these. */
export const givesProps = (input: ObjectInput): boolean => names.some((name) => name in input);

export const propsIn = (head: HeadObjectOutput): ObjectInput =>
  Object.fromEntries(names.flatMap((name) => (head[name] === undefined ? [] : [[name, head[name]]])));

/** Tags too long for a header are set after the copy. */
export const MOST_TAGGING_BYTES = 2048;

export async function tagsOf({ bucket, key }: S3Uri, { aws }: Pick<Session, 'aws'>): Promise<readonly Tag[]> {
  const { TagSet = [] } = await aws.call('s3', 'GetObjectTagging', { Bucket: bucket, Key: key });
  return TagSet;
}

/** The customer-provided key of the source, if it has one, as HeadObject takes it. */
export function sourceKeyIn(input: ObjectInput): ObjectInput {
  const entries = Object.entries(input).filter(([member]) => member.startsWith('CopySourceSSECustomer'));
  return Object.fromEntries(entries.map(([member, value]) => [member.replace(/^CopySource/, ''), value]));
}
