/** The parts of which the policies of AWS's guides are made. */

import { ACCOUNT, OTHER_ACCOUNT } from '../../support/harness.ts';

export const Bucket = 'example-bucket';
/** The bucket and all its objects, as resources. */
export const B = `arn:aws:s3:::${Bucket}`;
export const ALL = `${B}/*`;
export const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
export const OTHER = { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` };
export const ALICE = { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` };
export const ROLE = { AWS: `arn:aws:iam::${ACCOUNT}:role/app` };
export const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A policy variable. */
export const variable = (name: string) => `\${${name}}`;

export type Statement = Readonly<Record<string, unknown>>;

/** A service is allowed to act. */
export const from = (
  Service: string,
  Action: string | string[],
  Resource: string | string[],
  Condition?: object,
): Statement => ({
  Effect: 'Allow',
  Principal: { Service },
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Everybody is denied. */
export const deny = (Action: string | string[], Resource: string | string[], Condition: object): Statement => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition,
});

/** Somebody is allowed to act. */
export const allow = (
  Principal: unknown,
  Action: string | string[],
  Resource: string | string[],
  Condition?: object,
): Statement => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource,
  ...(Condition && { Condition }),
});

export const ownAccount = { 'aws:SourceAccount': ACCOUNT };
export const fullControl = { 's3:x-amz-acl': 'bucket-owner-full-control' };

/** A statement of an identity policy. */
export const may = (Action: string | string[], Resource: string | string[], Condition?: object): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
