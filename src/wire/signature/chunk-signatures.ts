/** Signatures of the chunks of a body: Amazon S3 API Reference, "Signature calculations: Transferring payload in multiple chunks". */

import { createHash } from 'node:crypto';
import type { AwsError } from '../../api/errors.ts';
import { EMPTY_HASH } from './canonical-request.ts';
import { type CredentialScope, isSameSignature, type SigningKey, scopeText, signatureOf } from './v4.ts';

/** What chunks are signed with, and where their signatures begin. */
export interface ChunkKey {
  readonly key: SigningKey;
  readonly scope: CredentialScope;
  /** When the request was signed, as in its string to sign. */
  readonly time: string;
  /** The signature of the request, in hex. */
  readonly seed: string;
}

/** A chunk, or what follows the last one. Its signature covers the one before, so that all come in their order. */
export interface ChunkLink {
  readonly kind: 'chunk' | 'trailer';
  /** The SHA-256 in hex: of the chunk's bytes, or of the trailer as `trailerText` writes it. */
  readonly hash: string;
  /** As it came, in hex. */
  readonly signature: string;
}

/** The part of a trailer that is signed. */
export const trailerText = (name: string, value: string): string => `${name}:${value}\n`;

/** The SHA-256 of bytes, or of text with a byte a character, in hex. */
export const hashOf = (data: Uint8Array | string): string =>
  (typeof data === 'string' ? createHash('sha256').update(data, 'latin1') : createHash('sha256').update(data)).digest(
    'hex',
  );

/** Signs one link after the other. */
export function chunkSigner({ key, scope, time, seed }: ChunkKey) {
  let previous = seed;
  const textOf = ({ kind, hash }: Omit<ChunkLink, 'signature'>): string => {
    const head = kind === 'chunk' ? 'AWS4-HMAC-SHA256-PAYLOAD' : 'AWS4-HMAC-SHA256-TRAILER';
    const hashes = kind === 'chunk' ? `${EMPTY_HASH}\n${hash}` : hash;
    return `${head}\n${time}\n${scopeText(scope)}\n${previous}\n${hashes}`;
  };
  return (link: Omit<ChunkLink, 'signature'>): { readonly signature: string; readonly stringToSign: string } => {
    const stringToSign = textOf(link);
    previous = signatureOf(key, stringToSign);
    return { signature: previous, stringToSign };
  };
}

/** The refusal of a link. */
export type LinkRefusal = (wrong: { readonly signature: string; readonly stringToSign: string }) => AwsError;

/** Verifies one link after the other, beginning with the first. It throws the refusal of the first that is wrong. */
export function chunkVerifier(key: ChunkKey, refusal: LinkRefusal): (link: ChunkLink) => void {
  const sign = chunkSigner(key);
  return (link) => {
    const { signature, stringToSign } = sign(link);
    if (!isSameSignature(signature, link.signature)) throw refusal({ signature: link.signature, stringToSign });
  };
}
