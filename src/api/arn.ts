/** Amazon Resource Names: `arn:partition:service:region:account:resource` (AWS General Reference, "ARNs"). */

import type { Region } from './regions.ts';

/** Twelve digits. */
export type AccountId = string;

export type KeyArn = `arn:aws:kms:${Region}:${AccountId}:key/${string}`;
export type AliasArn = `arn:aws:kms:${Region}:${AccountId}:alias/${string}`;
export type BucketArn = `arn:aws:s3:::${string}`;

/** An ARN split into components; the resource keeps its colons and slashes. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Splits an ARN at its first five colons; undefined if the text is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(text);
  if (!match) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}

/** Whether a text has the form of an account id. */
export function isAccountId(text: string): text is AccountId {
  return /^\d{12}$/.test(text);
}

export const keyArn = (region: Region, account: AccountId, keyId: string): KeyArn =>
  `arn:aws:kms:${region}:${account}:key/${keyId}`;

/** `name` includes the prefix, as in `alias/app`. */
export const aliasArn = (region: Region, account: AccountId, name: string): AliasArn =>
  `arn:aws:kms:${region}:${account}:${name as `alias/${string}`}`;

export const rootArn = (account: AccountId): string => `arn:aws:iam::${account}:root`;

export const bucketArn = (bucket: string): BucketArn => `arn:aws:s3:::${bucket}`;

export const objectArn = (bucket: string, key: string): BucketArn => `arn:aws:s3:::${bucket}/${key}`;
