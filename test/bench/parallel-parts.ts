/** The memory of eight parts of 256 MiB that are uploaded at once, in a process of its own. */

import { join } from 'node:path';
import { fileBody } from '../../src/cli/commands/s3/file-body.ts';
import type { Figure } from './figure.ts';
import { fileOf } from './large-file.ts';
import type { Programs } from './program.ts';
import { MiB, openStage, request } from './stage.ts';

const PARTS = 8;
const PART_BYTES = 256 * MiB;

export async function parallelParts(folder: string, { peakOfNode }: Programs): Promise<Figure[]> {
  const file = fileOf(join(folder, 'part'), PART_BYTES);
  const peak = peakOfNode(process.argv[1] ?? '', putPartsAtOnce.name, join(folder, 'store'), file);
  return [{ name: 'peak memory of 8 parts of 256 MiB at once', value: peak, unit: 'MiB', aim: { atMost: 150 } }];
}

/** What the process does: it puts one file as each of the parts. */
export async function putPartsAtOnce([store = '', file = '']: readonly string[]): Promise<void> {
  const { pipeline, close } = await openStage(store, 's3');
  const object = { Bucket: 'parts', Key: 'large' };
  await pipeline.invoke('s3', 'CreateBucket', { Bucket: object.Bucket }, request());
  const {
    output: { UploadId = '' },
  } = await pipeline.invoke('s3', 'CreateMultipartUpload', object, request());
  const Parts = await Promise.all(
    Array.from({ length: PARTS }, async (_, i) => {
      const PartNumber = i + 1;
      const body = await fileBody(file, () => {});
      const input = { ...object, UploadId, PartNumber, ...body };
      const {
        output: { ETag },
      } = await pipeline.invoke('s3', 'UploadPart', input, request({ grouped: true }));
      return { PartNumber, ETag };
    }),
  );
  await pipeline.invoke(
    's3',
    'CompleteMultipartUpload',
    { ...object, UploadId, MultipartUpload: { Parts } },
    request(),
  );
  await close();
}
