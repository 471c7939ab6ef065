/** Policies as dumps have them: objects, JSON as text, or encoded as in a URL. */

import { isTooDeep, MAX_JSON_DEPTH } from '../api/json-depth.ts';
import { isRecord } from '../api/message.ts';
import {
  documentObject,
  effectFlaw,
  elementFlaw,
  statementFlaw,
  statementFlaws,
  statementObjects,
  statementsFlaw,
} from '../policy/document-shape.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import { reasonOf, textFlaw } from '../policy/policy-fault.ts';
import { kindText, type Part, Unreadable } from './findings.ts';

/** What a kind of policy may have at most, in characters without white space or in bytes. */
interface Limit {
  readonly of: string;
  readonly most: number;
  readonly unit: 'characters' | 'bytes';
}

/**
 * IAM User Guide, "IAM and AWS STS quotas" (with the highest values that may be asked for); AWS KMS Developer Guide,
 * "Resource quotas"; Amazon S3 User Guide, "Bucket policies"; AWS Organizations User Guide, "Quotas".
 */
export const policyLimits = {
  managed: { of: 'a managed policy', most: 6144, unit: 'characters' },
  inline: { of: 'an inline policy', most: 10_240, unit: 'characters' },
  trust: { of: 'a trust policy', most: 4096, unit: 'characters' },
  key: { of: 'a key policy', most: 32_768, unit: 'bytes' },
  bucket: { of: 'a bucket policy', most: 20_480, unit: 'bytes' },
  control: { of: 'a policy of an organization', most: 10_240, unit: 'characters' },
} as const satisfies Record<string, Limit>;

/** The text of a policy that decisions can be made with. @throws Unreadable with the first flaw */
export function policyText(part: Part, limit: Limit): string {
  const text = plainText(part);
  const size = limit.unit === 'bytes' ? Buffer.byteLength(text) : text.replace(/\s/g, '').length;
  if (size > limit.most) {
    throw new Unreadable(part, `${limit.of} has at most ${limit.most} ${limit.unit}, and this one ${size}`);
  }
  if (isTooDeep(text)) throw new Unreadable(part, `the policy is nested more than ${MAX_JSON_DEPTH} levels deep`);
  const flaw = flawOf(text);
  if (flaw !== undefined) throw new Unreadable(part, `the policy cannot be read: ${flaw}`);
  return text;
}

function plainText(part: Part): string {
  const { value } = part;
  if (isRecord(value)) return JSON.stringify(value);
  if (typeof value !== 'string')
    throw new Unreadable(part, `a policy must be an object or a text, not ${kindText(part)}`);
  if (!/^\s*%7B/i.test(value)) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Unreadable(part, 'the policy is encoded as in a URL, and cannot be decoded');
  }
}

/** What keeps a document from being used: a statement that cannot be interpreted, or an element that nobody knows. */
function flawOf(text: string): string | undefined {
  const document = documentObject(text);
  const flaw = document
    ? (elementFlaw(document) ??
      statementsFlaw(document) ??
      statementFlaws(
        statementObjects(document) ?? [],
        (statement) => effectFlaw(statement) ?? statementFlaw(statement),
      ))
    : textFlaw(text);
  if (flaw) return reasonOf(flaw, text);
  try {
    loadPolicy(text);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
