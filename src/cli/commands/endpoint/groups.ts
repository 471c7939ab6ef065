/** All rows of a check, in the order in which they are tried: encryption uses the keys that the rows of KMS create. */

import { bucketRows } from './bucket-rows.ts';
import { checksumRows } from './checksum-rows.ts';
import { encryptionRows } from './encryption-rows.ts';
import { identityRows } from './identity-rows.ts';
import { kmsRows } from './kms-rows.ts';
import { objectRows } from './object-rows.ts';
import { requestRows } from './request-rows.ts';
import type { RowGroup } from './row.ts';

export const rowGroups: readonly RowGroup[] = [
  { name: 'Requests', needsBucket: true, rows: requestRows },
  { name: 'Objects', needsBucket: true, rows: objectRows },
  { name: 'Checksums and parts', needsBucket: true, rows: checksumRows },
  { name: 'KMS', needsBucket: false, rows: kmsRows },
  { name: 'Encryption', needsBucket: true, rows: encryptionRows },
  { name: 'Buckets', needsBucket: true, rows: bucketRows },
  { name: 'Identities', needsBucket: false, rows: identityRows },
];
