/** A process that makes keys, encrypts, decrypts and puts objects, a given number of times each. */

import { openSession } from '../store-session.ts';

const [folder = '', user = '', turns = '0', KeyId = ''] = process.argv.slice(2);
const session = await openSession(folder, { grouped: Number(user) % 2 === 0 });

async function takeTurn(turn: number): Promise<void> {
  const Plaintext = Buffer.from(`${user} ${turn}`);
  const EncryptionContext = { user };
  await session.call('kms', 'CreateKey', { Description: `${user} ${turn}` });
  const { CiphertextBlob } = await session.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext });
  const decrypted = await session.call('kms', 'Decrypt', {
    CiphertextBlob: CiphertextBlob ?? Buffer.of(),
    EncryptionContext,
  });
  if (!Plaintext.equals(decrypted.Plaintext ?? Buffer.of())) throw new Error(`turn ${turn}: another plaintext`);
  await session.call('s3', 'PutObject', { Bucket: 'photos', Key: `${user}/${turn}`, Body: Plaintext });
}

// Several at a time: they share commits where they are grouped.
const all = Array.from({ length: Number(turns) }, (_, turn) => turn);
for (let at = 0; at < all.length; at += 5) await Promise.all(all.slice(at, at + 5).map(takeTurn));
await session.close();
