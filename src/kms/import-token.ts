/**
 * The import token: it holds the private half of the wrapping key, sealed under the root key, so that nothing is stored
 * between GetParametersForImport and ImportKeyMaterial. It belongs to one key.
 */

import { AwsError } from '../api/errors.ts';
import type { AlgorithmSpec, WrappingKeySpec } from '../api/model/kms.types.ts';
import { AuthenticationError } from '../crypto/authentication-error.ts';
import { wrapLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';

export interface ImportParameters {
  readonly algorithm: AlgorithmSpec;
  readonly wrappingSpec: WrappingKeySpec;
  readonly validToMs: number;
  /** PKCS #8. */
  readonly privateKey: Uint8Array;
}

export function writeImportToken(keyArn: string, parameters: ImportParameters, rootKey: RootKey): Uint8Array {
  const { algorithm, wrappingSpec, validToMs, privateKey } = parameters;
  const head = Buffer.from(JSON.stringify([algorithm, wrappingSpec, validToMs]));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(head.length);
  return rootKey.wrap(wrapLabels.importToken, Buffer.concat([length, head, privateKey]), Buffer.from(keyArn));
}

/**
 * Opens a token of this key.
 * @throws InvalidImportTokenException for any other bytes, ExpiredImportTokenException after its 24 hours.
 */
export function readImportToken(keyArn: string, token: Uint8Array, nowMs: number, rootKey: RootKey): ImportParameters {
  const bytes = openToken(keyArn, token, rootKey);
  const headEnd = 2 + bytes.readUInt16BE();
  // Only writeImportToken can have written authenticated bytes.
  const [algorithm, wrappingSpec, validToMs] = JSON.parse(bytes.toString('utf8', 2, headEnd)) as [
    AlgorithmSpec,
    WrappingKeySpec,
    number,
  ];
  if (nowMs >= validToMs)
    throw new AwsError(
      'ExpiredImportTokenException',
      '',
      {},
      'an import token is valid for 24 hours: get another with ssebox kms get-parameters-for-import',
    );
  return { algorithm, wrappingSpec, validToMs, privateKey: bytes.subarray(headEnd) };
}

/** The reason for a token that is not this key's. */
export const OTHER_TOKEN =
  'the import token must be one that ssebox kms get-parameters-for-import returned for this key, with its public key';

function openToken(keyArn: string, token: Uint8Array, rootKey: RootKey): Buffer {
  try {
    return Buffer.from(rootKey.unwrap(wrapLabels.importToken, token, Buffer.from(keyArn)));
  } catch (error) {
    throw error instanceof AuthenticationError
      ? new AwsError('InvalidImportTokenException', '', {}, OTHER_TOKEN)
      : error;
  }
}
