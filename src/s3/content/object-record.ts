/**
 * A version of an object in the store. The permanent facts of the write are authenticated under the object's own key;
 * the whole row, including facts that AWS changes without calling KMS, by the table, as every row.
 */

import { DamageError } from '../../api/errors.ts';
import type { ObjectVersion, Piece } from '../../store/records/s3.ts';
import type { ObjectPlace } from '../request/object-key.ts';

/** The piece of an object that is not in parts. */
export function wholePiece({ fixed, copiedFile }: ObjectVersion): Piece | undefined {
  if (fixed.content.kind !== 'whole') return undefined;
  return copiedFile === undefined ? fixed.content.piece : { ...fixed.content.piece, file: copiedFile };
}

/** The name of a piece's blob file. */
export const fileOf = ({ id, file }: Piece): string => file ?? id;

/** The only message about an object whose bytes, keys or metadata do not authenticate. */
export const damagedObject = ({ bucket, key }: ObjectPlace, versionId: string) =>
  new DamageError(
    `the object "s3://${bucket.name}/${key}"${versionId === 'null' ? '' : ` (version ${versionId})`} cannot be authenticated: the stored bytes are not those that were written`,
    { hint: 'run "ssebox store verify" to check the whole store' },
  );
