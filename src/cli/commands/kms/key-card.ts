/** `ssebox kms ls KEY`: one key, and the objects that are lost with it. */

import type { AwsError } from '../../../api/errors.ts';
import type { KeyMetadata } from '../../../api/model/kms.types.ts';
import type { UnderKey } from '../../../s3/objects/under-key.ts';
import type { Painter, Result } from '../../command.ts';
import { isRemote, isUnavailable } from '../../endpoint/place.ts';
import { type BucketCount, countUnder, summary } from '../../key-losses.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { onPage } from '../../output/wrap.ts';
import { unlessRefused } from '../../overlooked.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';

/**
 * Describes a key, and counts what is encrypted under it in the buckets of all accounts. An endpoint shows no more than
 * the key.
 * @param named by an id, an ARN or an alias
 * @throws AwsError when the caller may not describe the key
 */
export async function keyCard(
  named: string,
  { lists }: { readonly lists: boolean },
  session: Session,
): Promise<Result> {
  const { KeyMetadata: key } = await session.aws.call('kms', 'DescribeKey', { KeyId: named });
  if (key?.Arn === undefined) throw new Error(`DescribeKey did not describe ${named}`);
  const aliases = await aliasesOf(key.KeyId, session);
  const objects: UnderKey[] = [];
  const counted = isRemote('kms', session)
    ? undefined
    : await countUnder(key.Arn, session, lists ? { each: (found) => objects.push(found) } : {});
  const buckets = counted?.buckets;
  const { KeyId, Arn, KeyState, KeySpec, KeyUsage, KeyManager, Description, DeletionDate } = key;
  const value = {
    Key: { KeyId, Arn, Aliases: aliases, KeyState, DeletionDate, KeySpec, KeyUsage, KeyManager, Description },
    Buckets: buckets?.map(({ bucket, owner, objects: Objects, olderVersions, uploads }) => ({
      Name: bucket,
      Account: owner,
      Objects,
      OlderVersions: olderVersions,
      UnfinishedUploads: uploads,
    })),
    ...(lists && {
      Objects: objects.map(({ bucket, key: Key, versionId, kind }) => ({
        Bucket: bucket,
        Key,
        VersionId: versionId,
        Kind: kind,
      })),
    }),
  };
  const page = (painter: Painter) => cardPage({ key, aliases, buckets, objects: lists ? objects : [] }, painter);
  return { kind: 'page', value, page };
}

/** Whoever may describe a key may not be allowed to list its aliases. */
async function aliasesOf(KeyId: string, { aws }: Session): Promise<string[]> {
  const isUnlisted = (refusal: AwsError) => refusal.code === 'AccessDeniedException' || isUnavailable(refusal);
  const listed = await unlessRefused(isUnlisted, aws, 'kms', 'ListAliases', { KeyId, Limit: 100 });
  return (listed?.Aliases ?? []).flatMap(({ AliasName }) => AliasName ?? []);
}

interface Card {
  readonly key: KeyMetadata;
  readonly aliases: readonly string[];
  /** Undefined if they are not counted. */
  readonly buckets: readonly BucketCount[] | undefined;
  /** Those that are listed. */
  readonly objects: readonly UnderKey[];
}

function cardPage({ key, aliases, buckets, objects }: Card, painter: Painter): Shown[] {
  const { Arn = key.KeyId, KeyState = '?', KeySpec = '?', KeyUsage = '?', Description, DeletionDate } = key;
  const until = DeletionDate ? `, will be deleted at ${timeText(DeletionDate)}` : '';
  return [
    painter.strong(aliases.join(', ') || key.KeyId),
    `  ${Arn}`,
    `  ${KeyState}${until} · ${KeySpec} · ${KeyUsage}`,
    ...(Description ? onPage(Description, painter, 2).map((line) => `  ${line}`) : []),
    ...(buckets ? ['', ...bucketLines(buckets, objects, painter)] : []),
  ];
}

function bucketLines(buckets: readonly BucketCount[], objects: readonly UnderKey[], painter: Painter): Shown[] {
  if (buckets.length === 0) return [painter.faint('no object in S3 is encrypted under this key')];
  const rows = buckets.map(({ bucket, owner = '', objects, olderVersions, uploads }) => [
    bucket,
    owner,
    `${objects}`,
    `${olderVersions}`,
    `${uploads}`,
  ]);
  return [
    ...columns(['BUCKET', 'ACCOUNT', 'OBJECTS', 'OLDER', 'UPLOADS'], rows, '', painter),
    ...(objects.length > 0 ? ['', ...objects.map(objectLine)] : []),
    '',
    ...onPage(`unreadable without this key: ${summary(buckets)}`, painter),
  ];
}

function objectLine({ bucket, key, versionId, kind }: UnderKey): string {
  const uri = `s3://${bucket}/${key}`;
  if (kind === 'object') return uri;
  return kind === 'older version' ? `${uri}  version ${versionId}` : `${uri}  unfinished upload`;
}
