/** The request rates of cryptographic operations, by their keys: AWS KMS Developer Guide, "Request quotas". */

import type { DataKeyPairSpec } from '../api/model/kms.types.ts';
import type { Call } from '../call/operation.ts';
import { rateOf } from '../call/rates.ts';
import type { Rate } from '../store/records/call.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { keySpecs, type SpecFacts } from './key-spec.ts';

/** Keys of the same kind share one rate. */
const kinds: Readonly<Record<SpecFacts['family'], string>> = {
  symmetric: 'symmetric',
  hmac: 'symmetric',
  rsa: 'rsa',
  ecc: 'ecc',
  ed25519: 'ecc',
  'ml-dsa': 'ml-dsa',
};

/** One request for each of the keys. */
export const keyRates = (call: Call, ...keys: readonly KeyRecord[]): readonly Rate[] =>
  keys.map(({ spec }) => rateOf(kinds[keySpecs[spec].family], call));

/** One request for a key pair. */
export const pairRates = (call: Call, spec: DataKeyPairSpec): readonly Rate[] => [
  rateOf(`GenerateDataKeyPair (${spec})`, call),
];
