/** The presets of `ssebox alarm put`: each goes off when what it is about happens, and not before. */

import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PresetName } from '../../src/cli/commands/alarm/presets.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { DAY, MINUTE } from '../support/harness.ts';

const refused = async (line: CommandLine, words: string, code = 254) => {
  expect((await line.ssebox(words.split(' '))).code).toBe(code);
};

const ok = (line: CommandLine, words: string) => line.ok(words.split(' '));

const keyId = async (line: CommandLine) =>
  (await ok(line, 'kms describe-key --key-id alias/app --query KeyMetadata.KeyId')).json;

interface Case {
  readonly preset: PresetName;
  readonly options?: string;
  /** What must not make it go off. */
  readonly before?: (line: CommandLine) => Promise<unknown>;
  readonly event: (line: CommandLine) => Promise<unknown>;
}

const cases: readonly Case[] = [
  {
    preset: 'access-denied',
    before: (line) => refused(line, 'kms describe-key --key-id alias/none'),
    event: (line) => refused(line, 'kms list-keys --as user/bob'),
  },
  {
    preset: 'access-denied',
    options: '--key alias/app',
    before: (line) => refused(line, 'kms list-keys --as user/bob'),
    event: (line) => refused(line, 'kms encrypt --key-id alias/app --plaintext aGk= --as user/bob'),
  },
  {
    preset: 'key-disabled-or-scheduled',
    options: '--key alias/app',
    before: async (line) => {
      const { json } = await ok(line, 'kms create-key --query KeyMetadata.KeyId');
      await ok(line, `kms disable-key --key-id ${json}`);
    },
    event: async (line) => ok(line, `kms disable-key --key-id ${await keyId(line)}`),
  },
  {
    preset: 'key-disabled-or-scheduled',
    before: async (line) => ok(line, `kms enable-key --key-id ${await keyId(line)}`),
    event: async (line) => ok(line, `kms schedule-key-deletion --key-id ${await keyId(line)}`),
  },
  {
    preset: 'key-pending-deletion-used',
    before: async (line) => ok(line, `kms schedule-key-deletion --key-id ${await keyId(line)}`),
    event: (line) => refused(line, 'kms encrypt --key-id alias/app --plaintext aGk='),
  },
  {
    preset: 'bucket-policy-changed',
    before: (line) => ok(line, 's3api get-bucket-policy --bucket reports'),
    event: (line) => ok(line, 's3api delete-bucket-policy --bucket reports'),
  },
  {
    preset: 'trail-changed',
    before: (line) => ok(line, 'cloudtrail describe-trails'),
    event: (line) => ok(line, 'trail data-events enable'),
  },
  {
    preset: 'kms-throttling',
    event: async (line) => {
      await ok(line, 'quota set CreateKey 0');
      await refused(line, 'kms create-key');
    },
  },
  {
    preset: 'kms-throttling',
    // The rate of CreateKey is 5 a second, and only observed.
    before: async (line) => {
      for (let i = 0; i < 5; i += 1) await ok(line, 'kms create-key');
    },
    event: async (line) => {
      for (let i = 0; i < 6; i += 1) await ok(line, 'kms create-key');
    },
  },
  {
    preset: 'kms-throttling',
    before: async (line) => {
      await line.ok(['quota', 'set', 'L-6E3AF000', '1']);
      for (let i = 0; i < 47; i += 1) await encryptOnce(line);
    },
    event: async (line) => {
      for (let i = 0; i < 48; i += 1) await encryptOnce(line);
    },
  },
];

/** A call in a second of its own. */
async function encryptOnce(line: CommandLine): Promise<void> {
  await ok(line, 'kms encrypt --key-id alias/app --plaintext aGk=');
  line.advance(1000);
}

const stateOf = async (line: CommandLine, name: string) =>
  (await line.ok(['alarm', 'list', '--query', `MetricAlarms[?AlarmName=='${name}'].StateValue | [0]`])).json;

/** To the beginning of the next minute, and long enough that what happened before is out of sight. */
const settle = (line: CommandLine) => line.advance(20 * MINUTE - (line.now() % MINUTE));

test.for(cases.map((each) => [`${each.preset} ${each.options ?? ''}`, each] as const))(
  '%s',
  async ([, { preset, options = '', before, event }]) => {
    const line = await newSample();
    settle(line);
    await ok(line, `alarm put mine --preset ${preset} ${options}`.trim());
    await before?.(line);
    line.advance(2 * MINUTE);
    expect(await stateOf(line, 'mine')).toBe('OK');
    settle(line);
    await event(line);
    line.advance(2 * MINUTE);
    expect(await stateOf(line, 'mine')).toBe('ALARM');
    settle(line);
    expect(await stateOf(line, 'mine')).toBe('OK');
  },
);

/** Imports material into a new key, which expires after so many days. @returns the id of the key */
async function importedKey(line: CommandLine, days: number): Promise<string> {
  const { json: KeyId } = await ok(line, 'kms create-key --origin EXTERNAL --query KeyMetadata.KeyId');
  const { json: parameters } = await ok(
    line,
    `kms get-parameters-for-import --key-id ${KeyId} --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048 --query [PublicKey,ImportToken]`,
  );
  const [publicKey = '', token = ''] = parameters as string[];
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key, padding, oaepHash: 'sha256' }, Buffer.alloc(32, 7)).toString('base64');
  const validTo = new Date(line.now() + days * DAY).toISOString();
  await line.ok([
    ...['kms', 'import-key-material', '--key-id', String(KeyId), '--import-token', token],
    ...['--encrypted-key-material', wrapped, '--valid-to', validTo],
  ]);
  return String(KeyId);
}

test('material-expiring goes off when 7 days are left, and stays so once they are over', async () => {
  const line = await newSample();
  const KeyId = await importedKey(line, 10);
  await ok(line, `alarm put mine --preset material-expiring --key ${KeyId}`);
  line.advance(2 * MINUTE);
  expect(await stateOf(line, 'mine')).toBe('OK');
  line.advance(3 * DAY - 10 * MINUTE);
  expect(await stateOf(line, 'mine')).toBe('OK');
  line.advance(20 * MINUTE);
  expect(await stateOf(line, 'mine')).toBe('ALARM');
  line.advance(30 * DAY);
  expect(await stateOf(line, 'mine')).toBe('ALARM');
});
