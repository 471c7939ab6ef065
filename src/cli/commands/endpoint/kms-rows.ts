/** AWS KMS: AWS KMS API Reference. Keys that these rows create are scheduled for deletion when the check ends. */

import { createPublicKey, verify } from 'node:crypto';
import { requireRefusal, requireSame, Wrong } from './outcome.ts';
import type { Peer } from './peer.ts';
import type { Row } from './row.ts';

const TEXT = Buffer.from('a message\n');
const EncryptionContext = { purpose: 'check' };
const OTHER_CONTEXT = { purpose: 'other' };

const encrypted = async ({ call, keys }: Peer): Promise<Uint8Array> => {
  const { CiphertextBlob } = await call('kms', 'Encrypt', {
    KeyId: keys.of('encryption').id,
    Plaintext: TEXT,
    EncryptionContext,
  });
  return CiphertextBlob ?? new Uint8Array();
};

const requirePlaintext = (answered: Uint8Array | undefined, expected: Uint8Array = TEXT): void =>
  requireSame('the plaintext', hex(answered), hex(expected));

const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('hex');

/** What does not exist in any account. */
const UNKNOWN_KEY = '00000000-0000-4000-8000-000000000000';

export const kmsRows: readonly Row[] = [
  {
    name: 'create a key',
    async probe({ newKmsKey, call, keys }) {
      const key = await newKmsKey({});
      const { KeyMetadata } = await call('kms', 'DescribeKey', { KeyId: key.arn });
      requireSame('the ARN', KeyMetadata?.Arn, key.arn);
      requireSame('the state', KeyMetadata?.KeyState, 'Enabled');
      keys.set('encryption', key);
      await requireRefusal(
        'a key that does not exist',
        () => call('kms', 'DescribeKey', { KeyId: UNKNOWN_KEY }),
        'NotFoundException',
      );
    },
  },
  {
    name: 'encrypt and decrypt, with a context',
    async probe(peer) {
      const CiphertextBlob = await encrypted(peer);
      const { Plaintext, KeyId } = await peer.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext });
      requirePlaintext(Plaintext);
      requireSame('the key', KeyId, peer.keys.of('encryption').arn);
      const other = () => peer.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: OTHER_CONTEXT });
      await requireRefusal('another encryption context', other, 'InvalidCiphertextException');
    },
  },
  {
    name: 'changed ciphertexts are refused',
    async probe(peer) {
      const CiphertextBlob = Uint8Array.from(await encrypted(peer));
      const last = CiphertextBlob.length - 1;
      CiphertextBlob[last] = (CiphertextBlob[last] ?? 0) ^ 1;
      const changed = () => peer.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext });
      await requireRefusal('a changed ciphertext', changed, 'InvalidCiphertextException');
    },
  },
  {
    name: 'generate a data key',
    async probe({ call, keys }) {
      const input = { KeyId: keys.of('encryption').id, KeySpec: 'AES_256', EncryptionContext } as const;
      const { Plaintext, CiphertextBlob } = await call('kms', 'GenerateDataKey', input);
      requireSame('the length of the data key', Plaintext?.length, 32);
      const opened = await call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext });
      requirePlaintext(opened.Plaintext, Plaintext);
    },
  },
  {
    name: 're-encrypt',
    async probe(peer) {
      const { CiphertextBlob } = await peer.call('kms', 'ReEncrypt', {
        CiphertextBlob: await encrypted(peer),
        SourceEncryptionContext: EncryptionContext,
        DestinationKeyId: peer.keys.of('encryption').id,
        DestinationEncryptionContext: OTHER_CONTEXT,
      });
      const input = { CiphertextBlob, EncryptionContext: OTHER_CONTEXT };
      requirePlaintext((await peer.call('kms', 'Decrypt', input)).Plaintext);
    },
  },
  {
    name: 'aliases',
    async probe(peer) {
      const { call, keys, bucket } = peer;
      const AliasName = `alias/${bucket}`;
      await call('kms', 'CreateAlias', { AliasName, TargetKeyId: keys.of('encryption').id });
      const { KeyId } = await call('kms', 'Encrypt', { KeyId: AliasName, Plaintext: TEXT });
      requireSame('the key of the alias', KeyId, keys.of('encryption').arn);
      await call('kms', 'DeleteAlias', { AliasName });
      await requireRefusal(
        'a deleted alias',
        () => call('kms', 'DescribeKey', { KeyId: AliasName }),
        'NotFoundException',
      );
    },
  },
  {
    name: 'grants',
    async probe({ call, keys }) {
      const { Arn } = await call('sts', 'GetCallerIdentity', {});
      const KeyId = keys.of('encryption').id;
      const { GrantId = '' } = await call('kms', 'CreateGrant', {
        ...{ KeyId, GranteePrincipal: Arn ?? '' },
        Operations: ['Decrypt'],
      });
      const listed = async () => (await call('kms', 'ListGrants', { KeyId })).Grants ?? [];
      requireSame('the grants in a list', (await listed()).map((each) => each.GrantId).join(), GrantId);
      await call('kms', 'RevokeGrant', { KeyId, GrantId });
      requireSame('the number of grants after RevokeGrant', (await listed()).length, 0);
    },
  },
  {
    name: 'key policy: a Deny is obeyed',
    async probe({ call, keys, eventually }) {
      const KeyId = keys.of('encryption').id;
      const { Policy = '' } = await call('kms', 'GetKeyPolicy', { KeyId });
      const document = parsedPolicy(Policy);
      const denies = {
        Sid: 'DeniedByACheck',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'kms:GenerateDataKeyWithoutPlaintext',
        Resource: '*',
      };
      const changed = { ...document, Statement: [document.Statement ?? [], denies].flat() };
      await call('kms', 'PutKeyPolicy', { KeyId, Policy: JSON.stringify(changed) });
      const denied = () => call('kms', 'GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' });
      try {
        await eventually(() => requireRefusal('what the policy denies', denied, 'AccessDeniedException'));
      } finally {
        await call('kms', 'PutKeyPolicy', { KeyId, Policy });
      }
    },
  },
  {
    name: 'rotation',
    async probe(peer) {
      const KeyId = peer.keys.of('encryption').id;
      const CiphertextBlob = await encrypted(peer);
      await peer.call('kms', 'EnableKeyRotation', { KeyId });
      const { KeyRotationEnabled } = await peer.call('kms', 'GetKeyRotationStatus', { KeyId });
      requireSame('KeyRotationEnabled', KeyRotationEnabled, true);
      await peer.call('kms', 'RotateKeyOnDemand', { KeyId });
      requirePlaintext((await peer.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext })).Plaintext);
    },
  },
  {
    name: 'sign and verify',
    async probe({ newKmsKey, call, keys }) {
      const key = await newKmsKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
      keys.set('signing', key);
      const KeyId = key.id;
      const input = { KeyId, Message: TEXT, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
      const { Signature = new Uint8Array() } = await call('kms', 'Sign', input);
      const { PublicKey = new Uint8Array() } = await call('kms', 'GetPublicKey', { KeyId });
      if (!isSignature(PublicKey, Signature)) throw new Wrong('the signature does not fit the public key', 'it does');
      const { SignatureValid } = await call('kms', 'Verify', { ...input, Signature });
      requireSame('SignatureValid', SignatureValid, true);
      const forged = () => call('kms', 'Verify', { ...input, Message: Buffer.from('another message'), Signature });
      await requireRefusal('the signature of another message', forged, 'KMSInvalidSignatureException');
    },
  },
  {
    name: 'disabled keys are refused',
    async probe({ call, keys }) {
      const KeyId = keys.of('signing').id;
      await call('kms', 'DisableKey', { KeyId });
      const sign = () => call('kms', 'Sign', { KeyId, Message: TEXT, SigningAlgorithm: 'ECDSA_SHA_256' });
      await requireRefusal('a disabled key', sign, 'DisabledException');
    },
  },
];

/** @throws Wrong for what is no policy */
function parsedPolicy(text: string): { readonly Statement?: unknown } {
  try {
    const document: unknown = JSON.parse(text);
    if (document instanceof Object) return document;
  } catch {
    // Said below.
  }
  throw new Wrong('the policy is no JSON object', 'the policy document');
}

/** @param publicKey as KMS answers with it: in DER, SubjectPublicKeyInfo */
function isSignature(publicKey: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    return verify('sha256', TEXT, key, signature);
  } catch {
    return false;
  }
}
