/** What many commands leave in the store, in a backup of it, at home and in the folder for temporary files. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, standsIn } from '../support/at-rest.ts';
import { newPlace, type Place } from '../support/place.ts';

const PASSPHRASES = ['correct horse battery staple', 'a second one, for the change'] as const;

/** Text and bytes that are in the way of no other: each is looked for in pieces of eight bytes. */
const secretBytes = (name: string, size: number): Buffer => {
  const blocks = Array.from({ length: Math.ceil(size / 64) }, (_, i) =>
    createHash('sha512').update(`${name} ${i}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, size);
};

interface Commands {
  ok(words: readonly string[], stdin?: string | Uint8Array): Promise<string>;
}

/** The program with a folder for temporary files of its own, which is looked at, too. */
function commandsIn(place: Place, passphrase: () => string | undefined): Commands {
  const TMPDIR = place.path('temporary');
  mkdirSync(TMPDIR, { recursive: true });
  return {
    async ok(words, stdin) {
      const given = passphrase();
      const variables = { TMPDIR, ...(given !== undefined && { SSEBOX_PASSPHRASE: given }) };
      const { code, out, err } = await place.ssebox(words, { variables, ...(stdin !== undefined && { stdin }) });
      expect(code, `${words.join(' ')}: ${err}`).toBe(0);
      return out;
    },
  };
}

const text = async (commands: Commands, words: readonly string[], query: string): Promise<string> =>
  (await commands.ok([...words, '--query', query, '--output', 'text'])).trim();

/** Uses keys, objects and access keys. @returns what must be in no file */
async function useSecrets(commands: Commands, place: Place): Promise<Record<string, Uint8Array>> {
  const { ok } = commands;
  const plaintext = secretBytes('plaintext', 40);
  const small = secretBytes('small object', 3000);
  const large = secretBytes('large object', 400_000);
  // Outside of what is looked at.
  mkdirSync(place.path('outside'));
  const file = join(place.path('outside'), 'large');
  writeFileSync(file, large);

  const keyId = await text(commands, ['kms', 'create-key'], 'KeyMetadata.KeyId');
  const key = ['--key-id', keyId];
  const blob = await text(
    commands,
    ['kms', 'encrypt', ...key, '--plaintext', plaintext.toString('base64')],
    'CiphertextBlob',
  );
  await ok(['kms', 'decrypt', '--ciphertext-blob', blob]);
  const dataKey = await text(commands, ['kms', 'generate-data-key', ...key, '--key-spec', 'AES_256'], 'Plaintext');
  const rsa = ['kms', 'generate-data-key-pair', ...key, '--key-pair-spec', 'ECC_NIST_P256'];
  const privateKey = await text(commands, rsa, 'PrivateKeyPlaintext');
  await ok(['kms', 'rotate-key-on-demand', ...key]);

  await ok(['bucket', 'create', 'photos']);
  const sse = ['--sse', 'aws:kms', '--sse-kms-key-id', keyId];
  await ok(['s3', 'cp', '-', 's3://photos/small', ...sse], small);
  await ok(['s3', 'cp', file, 's3://photos/large']);
  await ok(['s3', 'cp', 's3://photos/large', 's3://photos/copied', ...sse]);
  expect((await ok(['s3', 'cp', 's3://photos/small', '-'])).length).toBeGreaterThan(0);
  await ok(['s3', 'rm', 's3://photos/copied']);

  await ok(['iam', 'create-user', '--user-name', 'ana']);
  const secret = await text(commands, ['iam', 'create-access-key', '--user-name', 'ana'], 'AccessKey.SecretAccessKey');
  await ok(['demo', file]);
  await ok(['compare', file]);
  return {
    plaintext,
    // Any piece of it is as good as all.
    small: small.subarray(0, 200),
    large: large.subarray(-200),
    dataKey: Buffer.from(dataKey, 'base64'),
    privateKey: Buffer.from(privateKey, 'base64').subarray(36, 68),
    accessKey: Buffer.from(secret),
  };
}

/** The key in an unsealed file: after the magic, the kind of the record and the format of the store. */
const keyIn = (content: Buffer): Buffer => content.subarray(20, 52);

test('a secret is in no file, in which a store is unsealed, sealed and unsealed again', async () => {
  const place = newPlace();
  let passphrase: string | undefined;
  const commands = commandsIn(place, () => passphrase);
  const { ok } = commands;
  const rootKeyFile = join(place.store, 'root.key');
  const found = (secrets: Record<string, Uint8Array>) => {
    const looked = [...filesBelow(place.folder)].filter(([name]) => !name.startsWith('outside'));
    const files = looked.map(([, bytes]) => bytes);
    return Object.entries(secrets).flatMap(([name, secret]) => (standsIn(files, secret) ? [name] : []));
  };

  const secrets = await useSecrets(commands, place);
  expect(found(secrets)).toEqual([]);
  const rootKey = keyIn(readFileSync(rootKeyFile));
  // The unsealed key is there, and is found: the test can fail.
  expect(found({ rootKey })).toEqual(['rootKey']);

  await ok(['store', 'passphrase', 'set', '-'], PASSPHRASES[0]);
  passphrase = PASSPHRASES[0];
  const words = Object.fromEntries(PASSPHRASES.map((words, i) => [`passphrase ${i}`, Buffer.from(words)]));
  expect(found({ ...secrets, ...words, rootKey })).toEqual([]);

  await ok(['store', 'passphrase', 'set', '-'], PASSPHRASES[1]);
  passphrase = PASSPHRASES[1];
  await ok(['store', 'rekey', '--yes']);
  await ok(['s3', 'cp', 's3://photos/large', '/dev/null']);
  await ok(['store', 'backup', place.path('backup')]);
  await ok(['store', 'compact']);
  await ok(['store', 'verify']);
  expect(found({ ...secrets, ...words, rootKey })).toEqual([]);

  await ok(['store', 'passphrase', 'remove']);
  passphrase = undefined;
  const newRootKey = keyIn(readFileSync(rootKeyFile));
  const beside = [...filesBelow(place.folder)].filter(([, bytes]) => standsIn([bytes], newRootKey));
  expect(beside.map(([name]) => name)).toEqual(['store/root.key']);
  expect(found({ ...secrets, ...words, rootKey })).toEqual([]);
});
