import { expect, test } from 'vitest';
import type { KeySpec, KeyUsageType } from '../../src/api/model/kms.types.ts';
import type { OperationName } from '../../src/api/model/operations.ts';
import { kmsOperations } from '../../src/kms/operations.ts';
import { newWorld } from '../support/harness.ts';
import { families, makeKey } from './made-keys.ts';
import { requestsFor } from './operation-inputs.ts';

test('all 54 operations of the model respond', () => {
  expect(Object.keys(kmsOperations)).toHaveLength(54);
});

// No operation may fall over a family that it did not think of: each gives an answer, or a refusal with a code that
// the model declares for it or that any operation can give.
test('every operation is tried with every family of keys', async () => {
  const world = newWorld();
  const slowKeys = new Map<string, string>();
  for (const [KeySpec, KeyUsage] of families) {
    for (const operation of Object.keys(requestsFor('')) as OperationName<'kms'>[]) {
      const KeyId = /^(RSA|ML_DSA)/.test(KeySpec)
        ? await slowKey(KeySpec, KeyUsage)
        : await makeKey(world, { KeySpec, KeyUsage });
      const answer = await world.refusal('kms', operation, requestsFor(KeyId)[operation]).catch((error: unknown) => {
        if (error instanceof Error && /was not refused/.test(error.message)) return 'ok';
        throw new Error(`${operation} on ${KeySpec}`, { cause: error });
      });
      expect([operation, KeySpec, answer]).toEqual([
        operation,
        KeySpec,
        expect.stringMatching(
          /^(ok$|InvalidKeyUsageException|UnsupportedOperationException|ValidationException|InvalidCiphertextException|IncorrectKeyException|KMSInvalid(Signature|Mac|State)Exception|InvalidGrantTokenException|NotFoundException)/,
        ),
      ]);
    }
  }

  /** One key is enough where making it takes its time. */
  async function slowKey(KeySpec: KeySpec, KeyUsage: KeyUsageType): Promise<string> {
    const known = slowKeys.get(KeySpec + KeyUsage) ?? (await makeKey(world, { KeySpec, KeyUsage }));
    slowKeys.set(KeySpec + KeyUsage, known);
    return known;
  }
});

test('custom key stores are refused', async () => {
  const world = newWorld();
  const id = { CustomKeyStoreId: 'cks-1' };
  const requests: readonly (readonly [OperationName<'kms'>, object])[] = [
    ['ConnectCustomKeyStore', id],
    ['CreateCustomKeyStore', { CustomKeyStoreName: 'mine' }],
    ['DeleteCustomKeyStore', id],
    ['DescribeCustomKeyStores', {}],
    ['DisconnectCustomKeyStore', id],
    ['UpdateCustomKeyStore', id],
    ['GenerateRandom', { NumberOfBytes: 1, ...id }],
  ];
  for (const [operation, input] of requests) {
    expect(await world.refusal('kms', operation, input)).toBe(
      'UnsupportedOperationException: ssebox has no custom key stores.',
    );
  }
});
