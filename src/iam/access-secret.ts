/** Secret access keys in the store: wrapped under the root key, bound to their access key id. */

import { wrapLabels } from '../crypto/labels.ts';
import type { RootKey, RootKeys } from '../crypto/root-key.ts';

/** Forty characters of base64, like AWS's: IAM User Guide, "Managing access keys for IAM users". */
export const newSecretAccessKey = (random: (size: number) => Uint8Array): string =>
  Buffer.from(random(30)).toString('base64');

export const wrapSecret = (rootKey: RootKey, secret: string, accessKeyId: string): Uint8Array =>
  rootKey.wrap(wrapLabels.accessKeySecret, Buffer.from(secret), Buffer.from(accessKeyId));

/** @throws Error when the row differs from the one that was written. */
export const unwrapSecret = (rootKey: RootKey, wrapped: Uint8Array, accessKeyId: string): string =>
  Buffer.from(rootKey.unwrap(wrapLabels.accessKeySecret, wrapped, Buffer.from(accessKeyId))).toString();

/** The secret wrapped under another root key. @throws Error like `unwrapSecret` */
export const rewrapSecret = (wrapped: Uint8Array, accessKeyId: string, { from, to }: RootKeys): Uint8Array =>
  wrapSecret(to, unwrapSecret(from, wrapped, accessKeyId), accessKeyId);
