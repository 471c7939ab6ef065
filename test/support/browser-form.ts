/** Forms as a page has them that S3 has signed for, and as a browser sends them. */

import { signatureV2 } from '../../src/wire/signature/v2.ts';
import { scopeText, signatureOf, signatureTime, signingKey } from '../../src/wire/signature/v4.ts';
import type { SigningCredentials } from './signed-request.ts';

export type FormFields = Readonly<Record<string, string>>;

export interface WantedForm {
  readonly bucket: string;
  /** Each with a condition that it be so. */
  readonly fields: FormFields;
  readonly conditions?: readonly unknown[];
  readonly credentials: SigningCredentials;
  /** When it is signed, in milliseconds. */
  readonly at: number;
  readonly region?: string;
  readonly version?: 2 | 4;
  /** How long its policy is good for. */
  readonly lifeMs?: number;
}

/** The fields of a form with a policy and its signature. */
export function signedForm({
  bucket,
  fields,
  conditions = [],
  credentials,
  at,
  region = 'us-east-1',
  version = 4,
  lifeMs = 60_000,
}: WantedForm): FormFields {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = signatureTime(new Date(at));
  const scope = { date: time.slice(0, 8), region, service: 's3' };
  const covered: FormFields = {
    ...fields,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    ...(version === 4 && {
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': `${accessKeyId}/${scopeText(scope)}`,
      'x-amz-date': time,
    }),
  };
  const document = {
    expiration: new Date(at + lifeMs).toISOString(),
    conditions: [{ bucket }, ...Object.entries(covered).map(([name, value]) => ({ [name]: value })), ...conditions],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  if (version === 2) {
    return { ...covered, AWSAccessKeyId: accessKeyId, policy, signature: signatureV2(secretAccessKey, policy) };
  }
  return { ...covered, policy, 'x-amz-signature': signatureOf(signingKey(secretAccessKey, scope), policy) };
}

export const BOUNDARY = '----WebKitFormBoundaryABCDEFGH';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export interface SentFile {
  readonly content: Uint8Array | string;
  readonly name?: string;
}

/** The body of a form: its fields, its file, and what stands behind that. */
export function formBytes(
  fields: FormFields,
  { content, name = 'file.txt' }: SentFile,
  behind: FormFields = {},
): Buffer {
  const part = (header: string, value: Uint8Array | string): Buffer[] => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${header}\r\n\r\n`),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ];
  const partsOf = (all: FormFields) => Object.entries(all).flatMap(([key, value]) => part(`name="${key}"`, value));
  return Buffer.concat([
    ...partsOf(fields),
    ...part(`name="file"; filename="${name}"\r\nContent-Type: text/x-test`, content),
    ...partsOf(behind),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}
