/** `ssebox s3 rm`: AWS CLI Command Reference, s3 rm. */

import { UsageError } from '../../../api/errors.ts';
import { objectChoices } from '../../choices.ts';
import { type ArgumentSpec, command } from '../../command.ts';
import type { Session } from '../../session.ts';
import { filterOf, filterOptions } from './filters.ts';
import { listObjects } from './listing.ts';
import { inBucket, knownObject } from './object-argument.ts';
import { runTransfers, tellingOptions } from './run-transfers.ts';
import type { Transfer } from './transfer.ts';
import { folderKey, nameOf, printS3Uri, type S3Uri, s3Uri } from './uri.ts';

/** What is removed: an object, or with --recursive everything in a folder. */
export const removed: ArgumentSpec & { readonly optional?: never; readonly many?: never } = {
  about: 's3://BUCKET/KEY, or a prefix with --recursive',
  choices: objectChoices,
  check: (answer, session, values) => (values.options.recursive ? inBucket : knownObject)(answer, session, values),
};

export const rm = command({
  name: 'rm',
  callsEndpoint: true,
  summary: 'Delete an object, or all objects under a prefix',
  args: { path: removed },
  options: {
    recursive: { about: 'delete everything in the folder that the path names', type: 'boolean' },
    ...filterOptions,
    ...tellingOptions,
    'request-payer': {
      about: 'who pays for the requests',
      type: 'string',
      bare: 'requester',
      choices: ['requester'],
      hidden: true,
    },
  },
  examples: ['ssebox s3 rm s3://photos/harbour.txt', 'ssebox s3 rm s3://photos --recursive --exclude "*.txt" --dryrun'],
  async run(values, session) {
    const uri = s3Uri(values.args.path);
    const isDeep = values.options.recursive;
    if (!isDeep && uri.key === '') {
      throw new UsageError(`"${printS3Uri(uri)}" does not name an object: write s3://BUCKET/KEY, or add --recursive`);
    }
    const isTaken = filterOf(values);
    const transfers = isDeep ? deletionsUnder(uri, isTaken, session) : single(uri, isTaken, session);
    return runTransfers(transfers, values, session);
  },
});

/** Deletes one object, unless the filter excludes its name. */
async function* single(uri: S3Uri, isTaken: ReturnType<typeof filterOf>, session: Session): AsyncGenerator<Transfer> {
  const place = { kind: 'object', uri, etag: undefined } as const;
  if (isTaken({ path: nameOf(uri), place })) yield deletion(uri, session);
}

/** Deletes everything in a folder that the filter includes. */
export async function* deletionsUnder(
  { bucket, key }: S3Uri,
  isTaken: ReturnType<typeof filterOf>,
  session: Session,
): AsyncGenerator<Transfer> {
  const prefix = folderKey({ bucket, key });
  for await (const { Key, ETag } of listObjects({ bucket, key: prefix }, session)) {
    const uri = { bucket, key: Key };
    const place = { kind: 'object', uri, etag: ETag } as const;
    if (isTaken({ path: Key.slice(prefix.length), place })) yield deletion(uri, session, { grouped: true });
  }
}

/** Deletes one object, whether or not it exists. */
export function deletion(uri: S3Uri, session: Pick<Session, 'aws'>, { grouped = false } = {}): Transfer {
  return {
    verb: 'delete',
    from: printS3Uri(uri),
    size: 0,
    async run() {
      await session.aws.call('s3', 'DeleteObject', { Bucket: uri.bucket, Key: uri.key }, { grouped });
      return 'done';
    },
  };
}
