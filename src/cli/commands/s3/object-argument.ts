/** The objects, prefixes and files that the commands are about, and what is wrong with an answer that names none. */

import { UsageError } from '../../../api/errors.ts';
import { bucketChoices, objectChoices, oneOf } from '../../choices.ts';
import type { ArgumentSpec, Check, Choices } from '../../command.ts';
import { knownFile } from '../../known-file.ts';
import { isS3Uri, objectUri, s3Uri } from './uri.ts';

/** An object that is there. */
export const knownObject: Check = async (answer, session, values) => {
  objectUri(answer);
  await inBucket(answer, session, values);
  await oneOf('an object in the store', objectChoices)(answer, session, values);
};

/** A place in a bucket that is there. */
export const inBucket: Check = async (answer, session, values) => {
  const { bucket } = s3Uri(answer);
  await oneOf('a bucket', bucketChoices)(bucket, session, values);
};

export const object = { about: 's3://BUCKET/KEY', choices: objectChoices, check: knownObject };

/** A place in a bucket, or a file or folder that is there. */
export const knownSource: Check = async (answer, session, values) => {
  if (isS3Uri(answer)) return inBucket(answer, session, values);
  await knownFile(answer, session, values);
};

/** The choices for a source or target, which may be on a side that is not where the calls of the command go. */
const onSide =
  (end: 'source' | 'target', choices: Choices): Choices =>
  (session, at = { typed: '', values: { args: {}, options: {} } }) => {
    const { options } = at.values;
    const isElsewhere = end === 'source' && (options['from-endpoint-url'] ?? options['from-profile']) !== undefined;
    const isStore = options[end === 'source' ? 'from-store' : 'to-store'] === true;
    return choices(session, { ...at, side: isStore ? 'store' : isElsewhere ? 'elsewhere' : undefined });
  };

const inBucketOn =
  (end: 'source' | 'target'): Check =>
  async (answer, session, values) => {
    const { bucket } = s3Uri(answer);
    await oneOf('a bucket', onSide(end, bucketChoices))(bucket, session, values);
  };

/** The source and target of a copy, of which one at least is in a bucket. */
export const copyPaths = (about: { readonly source: string; readonly target: string }) =>
  ({
    source: {
      about: about.source,
      choices: onSide('source', objectChoices),
      isPath: true,
      mayBeNew: true,
      check: (answer, session, values) =>
        isS3Uri(answer) ? inBucketOn('source')(answer, session, values) : knownFile(answer, session, values),
    },
    target: {
      about: about.target,
      choices: onSide('target', objectChoices),
      isPath: true,
      mayBeNew: true,
      check: (answer, session, values) => {
        if (isS3Uri(answer)) return inBucketOn('target')(answer, session, values);
        if (!isS3Uri(`${values.args.source ?? 's3://'}`))
          throw new UsageError(`"${answer}" is a file, and so is the source: write s3://BUCKET/KEY`);
        return undefined;
      },
    },
  }) satisfies Record<string, ArgumentSpec>;
