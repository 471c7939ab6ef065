/** A process that makes calls of several kinds until it is killed, and says after each round what was answered. */

import { AwsError } from '../../../src/api/errors.ts';
import { openSession } from '../store-session.ts';

const [folder = '', caller = '', how = '', KeyId = ''] = process.argv.slice(2);
const { call } = await openSession(folder, { grouped: how === 'grouped' });
const Bucket = 'photos';

async function takeTurn(turn: number): Promise<void> {
  const Plaintext = Buffer.from(`${caller} ${turn}`);
  const Key = `${caller}/${turn % 5}`;
  await call('kms', 'Encrypt', { KeyId, Plaintext });
  await call('s3', 'PutObject', { Bucket, Key, Body: Plaintext, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId });
  const { Body } = await call('s3', 'GetObject', { Bucket, Key });
  for await (const _ of Body as AsyncIterable<Uint8Array>);
  await call('kms', 'Encrypt', { KeyId: 'alias/none', Plaintext }).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
  });
}

for (let turn = 0; ; turn += 5) {
  await Promise.all([0, 1, 2, 3, 4].map((i) => takeTurn(turn + i)));
  process.send?.(turn + 5);
}
