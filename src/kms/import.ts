/** Imported key material: AWS KMS Developer Guide, "Importing key material for AWS KMS keys". */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { DAY_MS } from '../api/duration.ts';
import { AwsError } from '../api/errors.ts';
import type { ImportKeyMaterialRequest, ImportType } from '../api/model/kms.types.ts';
import { type Call, operation, transfer } from '../call/operation.ts';
import type { BackingKeyRecord, ImportFacts, KeyRecord } from '../store/records/kms.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { backingKeys, currentOf, type Material, materialId, putBackingKey } from './backing-key.ts';
import { OTHER_TOKEN, readImportToken, writeImportToken } from './import-token.ts';
import { unwrapMaterial, wrappingFor } from './import-wrapping.ts';
import { discardMaterial, putWithMaterial } from './imported-material.ts';
import { arnOf, getKey, invalidOrigin } from './key.ts';
import { invalidCiphertext } from './key-cipher.ts';
import { findKey } from './key-id.ts';
import { keyPairMaterial, publicHalf, rsaKeyPair } from './key-material.ts';
import { isSymmetric, keySpecs } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { multiRegionSet, multiRegionType } from './multi-region-set.ts';
import { keyAccess } from './permissions.ts';
import { replicasOf } from './rotate.ts';
import { notPrimary } from './rotation.ts';
import { privateKey } from './signature.ts';

/** AWS KMS API Reference, GetParametersForImport: the token is valid for 24 hours. */
const TOKEN_MS = DAY_MS;

/** AWS KMS API Reference, ImportKeyMaterial, ValidTo: at most 365 days in the future. */
const MAX_VALID_MS = 365 * DAY_MS;

const modulusBits = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 } as const;

/** Creates a wrapping key for one import; the caller keeps its private half, sealed in the token. */
export const GetParametersForImport = transfer('kms', 'GetParametersForImport', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'GetParametersForImport', call),
  authorize: (found, { WrappingAlgorithm, WrappingKeySpec }, call) => [
    keyAccess('GetParametersForImport', found, call, {
      context: { 'kms:WrappingAlgorithm': WrappingAlgorithm, 'kms:WrappingKeySpec': WrappingKeySpec },
    }),
  ],
  begin({ key }, { WrappingAlgorithm, WrappingKeySpec }) {
    requireState(key, 'GetParametersForImport');
    requireImported(key);
    if (WrappingKeySpec === 'SM2' || !wrappingFor(key.spec, WrappingAlgorithm, WrappingKeySpec)) {
      throw new AwsError(
        'UnsupportedOperationException',
        `Wrapping algorithm ${WrappingAlgorithm} with wrapping key spec ${WrappingKeySpec} ` +
          `is not supported for key spec ${key.spec}.`,
      );
    }
    return { key, modulusBits: modulusBits[WrappingKeySpec] };
  },
  move: async ({ modulusBits }) => keyPairMaterial(await rsaKeyPair({ family: 'rsa', modulusBits })),
  finish({ key }, pair, { WrappingAlgorithm, WrappingKeySpec }, call) {
    const validToMs = call.now.getTime() + TOKEN_MS;
    const parameters = {
      algorithm: WrappingAlgorithm,
      wrappingSpec: WrappingKeySpec,
      validToMs,
      privateKey: pair.secret,
    };
    return {
      KeyId: arnOf(key),
      ImportToken: writeImportToken(arnOf(key), parameters, call.rootKey),
      PublicKey: pair.publicKey,
      ParametersValidTo: new Date(validToMs),
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'WrappingAlgorithm', 'WrappingKeySpec'),
});

/** Imports wrapped material: a key's first, the same again, or material to rotate to. */
export const ImportKeyMaterial = operation('kms', 'ImportKeyMaterial', {
  resolve(input, call) {
    checkExpiry(input, call.now.getTime());
    if (input.KeyMaterialId !== undefined && input.ImportType === 'NEW_KEY_MATERIAL') {
      throw invalid('KeyMaterialId can only be specified when ImportType is EXISTING_KEY_MATERIAL.');
    }
    return findKey(input.KeyId, 'ImportKeyMaterial', call);
  },
  authorize: (found, { ExpirationModel, ValidTo }, call) => [
    keyAccess('ImportKeyMaterial', found, call, {
      context: { 'kms:ExpirationModel': ExpirationModel, 'kms:ValidTo': ValidTo },
    }),
  ],
  run({ key }, input, call) {
    requireState(key, 'ImportKeyMaterial');
    requireImported(key);
    const material = openMaterial(key, input, call);
    const place = placeOf(key, material, input, call);
    const { generation, known } = place;
    const backing = putBackingKey(call, key, material, {
      generation,
      createdMs: known?.createdMs ?? call.now.getTime(),
      ...(known?.rotation && { rotation: known.rotation }),
      imported: importFacts(input, known),
    });
    const current = key.current ?? currentOf(key, backing);
    putWithMaterial({ ...key, current }, call.now.getTime(), call.tx);
    return { KeyId: arnOf(key), ...(isSymmetric(key.spec) && { KeyMaterialId: backing.materialId }) };
  },
  parameters: (input) =>
    auditFields({
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ...auditMembers(input, 'KeyId', 'ValidTo', 'ExpirationModel', 'ImportType', 'KeyMaterialDescription'),
    }),
  response: (output) => auditFields(output),
});

/** Destroys the bytes of imported material; the same bytes can be imported again. */
export const DeleteImportedKeyMaterial = operation('kms', 'DeleteImportedKeyMaterial', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'DeleteImportedKeyMaterial', call),
  authorize: (found, _input, call) => [keyAccess('DeleteImportedKeyMaterial', found, call)],
  run({ key }, { KeyMaterialId }, call) {
    requireState(key, 'DeleteImportedKeyMaterial');
    requireImported(key);
    const wanted = KeyMaterialId ?? idOfCurrent(key, call);
    const backing = backingKeys(call.tx, key).find((each) => each.materialId === wanted);
    if (!backing && KeyMaterialId !== undefined) {
      throw new AwsError('NotFoundException', `Key material '${KeyMaterialId}' does not exist`);
    }
    if (backing?.wrapped) deleteEverywhere(key, backing, call);
    else if (key.materialIsElsewhere) putWithMaterial(key, call.now.getTime(), call.tx);
    return {
      KeyId: arnOf(key),
      ...(isSymmetric(key.spec) && backing && { KeyMaterialId: backing.materialId }),
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'KeyMaterialId'),
  response: (output) => auditFields(output),
});

function requireImported(key: KeyRecord): void {
  if (key.origin !== 'EXTERNAL') throw invalidOrigin(key);
}

function checkExpiry(
  { ExpirationModel = 'KEY_MATERIAL_EXPIRES', ValidTo }: ImportKeyMaterialRequest,
  nowMs: number,
): void {
  if (ExpirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo === undefined) return;
    throw invalid('A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE');
  }
  if (ValidTo === undefined) {
    throw invalid('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES');
  }
  if (ValidTo.getTime() <= nowMs) throw invalid('ValidTo must be in the future');
  if (ValidTo.getTime() > nowMs + MAX_VALID_MS) throw invalid('ValidTo must be no more than 365 days in the future');
}

function openMaterial(
  key: KeyRecord,
  { ImportToken, EncryptedKeyMaterial }: ImportKeyMaterialRequest,
  call: Call,
): Material {
  const parameters = readImportToken(arnOf(key), ImportToken, call.now.getTime(), call.rootKey);
  const wrapping = wrappingFor(key.spec, parameters.algorithm, parameters.wrappingSpec);
  if (!wrapping) throw new AwsError('InvalidImportTokenException', '', {}, OTHER_TOKEN);
  let secret: Uint8Array;
  try {
    secret = unwrapMaterial(EncryptedKeyMaterial, wrapping, privateKey(parameters.privateKey));
  } catch {
    throw invalidCiphertext(
      'the key material must be wrapped under the public key that came with this import token, with its algorithm',
    );
  }
  return materialOf(key, secret);
}

/** Checks that the bytes are material of the key's spec. */
function materialOf({ spec }: KeyRecord, secret: Uint8Array): Material {
  const facts = keySpecs[spec];
  switch (facts.family) {
    case 'symmetric':
      if (secret.length !== facts.materialBytes) throw invalid('Invalid encrypted key size.');
      return { secret };
    case 'hmac':
      if (secret.length < facts.materialBytes || secret.length > facts.maxMaterialBytes) {
        throw invalid('Invalid encrypted key size.');
      }
      return { secret };
    default: {
      const key = parsePrivateKey(secret);
      const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
      const fits =
        facts.family === 'ecc'
          ? namedCurve === facts.curve
          : facts.family === 'rsa'
            ? key.asymmetricKeyType === 'rsa' && modulusLength === facts.modulusBits
            : facts.family === 'ed25519' && key.asymmetricKeyType === 'ed25519';
      if (!fits) throw incorrectMaterial(`the private key must be one of the key spec ${spec}`);
      return { secret: key.export({ type: 'pkcs8', format: 'der' }), publicKey: publicHalf(key) };
    }
  }
}

function parsePrivateKey(der: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    throw incorrectMaterial('the key material must be a private key in the DER form of PKCS #8');
  }
}

interface MaterialPlace {
  readonly generation: number;
  /** The key's earlier record of this material. */
  readonly known: BackingKeyRecord | undefined;
}

/** The generation of the material, depending on whether the key has had it before. */
function placeOf(key: KeyRecord, { secret }: Material, input: ImportKeyMaterialRequest, call: Call): MaterialPlace {
  checkMultipleMaterial(key, input, call);
  const all = backingKeys(call.tx, key);
  const id = materialId(call.rootKey, key.keyId, secret);
  if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== id) {
    throw incorrectMaterial('the key material is not the one that --key-material-id names');
  }
  const isReplica = multiRegionType(key, call.tx) === 'REPLICA';
  const known = all.find((backing) => backing.materialId === id);
  if (importType(input, all.length > 0 || isReplica) === 'EXISTING_KEY_MATERIAL') {
    const associated = known ?? (isReplica ? materialOfPrimary(key, id, call) : undefined);
    if (!associated) {
      throw incorrectMaterial(
        'the key has never had this material: import what it had before, or use --import-type NEW_KEY_MATERIAL',
      );
    }
    return { generation: associated.generation, known: known ?? withoutImport(associated) };
  }
  if (isReplica) throw notPrimary(key);
  if (known) throw incorrectMaterial('the key has had this material before: use --import-type EXISTING_KEY_MATERIAL');
  const newest = all.at(-1);
  if (newest && newest.generation > (key.current?.generation ?? 0)) throw alreadyPending(key, id, newest.materialId);
  // Asymmetric and HMAC keys never change their material.
  if (newest && !isSymmetric(key.spec)) {
    throw incorrectMaterial('only symmetric encryption keys can have new material: import what this key had before');
  }
  return { generation: (newest?.generation ?? 0) + 1, known: undefined };
}

const importType = ({ ImportType }: ImportKeyMaterialRequest, hasMaterial: boolean): ImportType =>
  ImportType ?? (hasMaterial ? 'EXISTING_KEY_MATERIAL' : 'NEW_KEY_MATERIAL');

/** The three parameters added in 2025 are only for symmetric keys, the description only for primary keys. */
function checkMultipleMaterial(key: KeyRecord, input: ImportKeyMaterialRequest, call: Call): void {
  const { ImportType, KeyMaterialDescription, KeyMaterialId } = input;
  if (!isSymmetric(key.spec)) {
    if (ImportType === undefined && KeyMaterialDescription === undefined && KeyMaterialId === undefined) return;
    throw new AwsError(
      'UnsupportedOperationException',
      'ImportType, KeyMaterialDescription and KeyMaterialId are for symmetric encryption KMS keys.',
    );
  }
  if (KeyMaterialDescription !== undefined && multiRegionType(key, call.tx) === 'REPLICA') {
    throw invalid('Key material description can only be specified on primary Multi-Region keys.');
  }
}

/** A replica accepts only its primary's material. */
function materialOfPrimary(key: KeyRecord, id: string, { tx }: Call): BackingKeyRecord | undefined {
  const { primary } = multiRegionSet(tx, key.account, key.keyId);
  const leader = getKey(tx, key.account, primary, key.keyId);
  return leader && backingKeys(tx, leader).find((backing) => backing.materialId === id);
}

function withoutImport({ imported: _, ...rest }: BackingKeyRecord): BackingKeyRecord {
  return rest;
}

function importFacts(input: ImportKeyMaterialRequest, known: BackingKeyRecord | undefined): ImportFacts {
  const description = input.KeyMaterialDescription ?? known?.imported?.description;
  return {
    model: input.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES',
    ...(input.ValidTo && { validToMs: input.ValidTo.getTime() }),
    ...(description !== undefined && { description }),
  };
}

function idOfCurrent(key: KeyRecord, { tx }: Call): string | undefined {
  return backingKeys(tx, key).find(({ generation }) => generation === key.current?.generation)?.materialId;
}

/** Deleting a primary's material that is pending rotation deletes it from its replicas, too. */
function deleteEverywhere(key: KeyRecord, backing: BackingKeyRecord, call: Call): void {
  const isPending = backing.generation > (key.current?.generation ?? 0);
  for (const each of isPending ? [key, ...replicasOf(key, call)] : [key]) {
    const own = backingKeys(call.tx, each).find(({ materialId }) => materialId === backing.materialId);
    if (!own) continue;
    discardMaterial(each, own, call.tx);
    putWithMaterial(each, call.now.getTime(), call.tx);
  }
}

const incorrectMaterial = (reason: string) => new AwsError('IncorrectKeyMaterialException', '', {}, reason);

const alreadyPending = (key: KeyRecord, id: string, pendingId: string) =>
  new AwsError(
    'KMSInvalidStateException',
    `New key material (id: ${id}) cannot be imported into KMS key ${arnOf(key)}, ` +
      `because another key material (id: ${pendingId}) is pending rotation.`,
  );

const invalid = (message: string) => new AwsError('ValidationException', message);
