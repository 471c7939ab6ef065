/**
 * The condition keys that depend on a request's origin, credentials and time, so that they can be stated for an
 * explanation: IAM User Guide, "AWS global condition context keys", and Service Authorization Reference, Amazon S3,
 * condition keys. Keys whose values come from the store or from an operation's input are not among them.
 */

import { parseArn } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { ConditionContext, ContextValue } from './access.ts';
import { isBool, parseAddressRange, parseDecimal } from './condition-operators.ts';
import { parseInstant } from './instant.ts';
import { isKnownConditionKey, isMultivalued } from './known-condition-keys.ts';
import type { StatedContext } from './stated-context.ts';

interface RequestKey {
  readonly type: keyof typeof types;
  /** Also applies to calls that a service makes on the caller's behalf. */
  readonly isAlways?: boolean;
}

const keys: Readonly<Record<string, RequestKey>> = {
  'aws:CalledVia': { type: 'text' },
  'aws:CalledViaFirst': { type: 'text' },
  'aws:CalledViaLast': { type: 'text' },
  'aws:CurrentTime': { type: 'date', isAlways: true },
  'aws:EpochTime': { type: 'seconds', isAlways: true },
  'aws:FederatedProvider': { type: 'text', isAlways: true },
  'aws:MultiFactorAuthAge': { type: 'number', isAlways: true },
  'aws:MultiFactorAuthPresent': { type: 'bool', isAlways: true },
  'aws:SecureTransport': { type: 'bool' },
  'aws:SourceAccount': { type: 'text' },
  'aws:SourceArn': { type: 'arn' },
  'aws:SourceIp': { type: 'ip' },
  'aws:SourceOrgID': { type: 'text' },
  'aws:SourceOrgPaths': { type: 'text' },
  'aws:SourceVpc': { type: 'text' },
  'aws:SourceVpcArn': { type: 'arn' },
  'aws:SourceVpce': { type: 'text' },
  'aws:TokenIssueTime': { type: 'date', isAlways: true },
  'aws:UserAgent': { type: 'text' },
  'aws:ViaAWSService': { type: 'bool' },
  'aws:VpcSourceIp': { type: 'ip' },
  'aws:VpceAccount': { type: 'text' },
  'aws:VpceOrgID': { type: 'text' },
  'aws:VpceOrgPaths': { type: 'text' },
  'aws:referer': { type: 'text' },
  'kms:ViaService': { type: 'text' },
  's3:TlsVersion': { type: 'number' },
  's3:authType': { type: 'text' },
  's3:signatureAge': { type: 'number' },
  's3:signatureversion': { type: 'text' },
  's3:x-amz-content-sha256': { type: 'text' },
};

/** How each type is read, and its description in messages; `read` returns undefined for a text of another type. */
const types = {
  arn: { takes: 'an ARN', read: (text: string) => (parseArn(text) ? text : undefined) },
  bool: {
    takes: 'true or false',
    read: (text: string) => (isBool(text) ? text.toLowerCase() : undefined),
  },
  date: { takes: 'a time such as 2026-05-04T09:00:00Z', read: dateOf },
  ip: {
    takes: 'an IP address',
    read: (text: string) => (!text.includes('/') && parseAddressRange(text) ? text : undefined),
  },
  number: { takes: 'a number', read: (text: string) => (parseDecimal(text) === undefined ? undefined : text.trim()) },
  seconds: {
    takes: 'seconds since 1970',
    read: (text: string) => (/^\d+$/.test(text) && dateOf(text) ? text : undefined),
  },
  text: { takes: 'a text', read: (text: string) => text },
} as const satisfies Record<string, { takes: string; read: (text: string) => string | Date | undefined }>;

function dateOf(text: string): Date | undefined {
  const time = new Date(parseInstant(text) ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** The keys that can be stated for a call to a service, as AWS spells them. */
export const requestKeys = (service: ServiceName): readonly string[] =>
  Object.keys(keys).filter((name) => name.startsWith('aws:') || name.startsWith(`${service}:`));

/**
 * Reads stated keys, each as `KEY=VALUE`, for a call to a service; keys are case-insensitive.
 * @throws UsageError that names a key that cannot be stated, or whose value is not of its type
 */
export function statedContext(stated: readonly string[], service: ServiceName): StatedContext {
  const values = new Map<string, string[]>();
  for (const pair of stated) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new UsageError(`a condition key is given as KEY=VALUE, not "${pair}"`);
    const name = spelled(pair.slice(0, at), service);
    values.set(name, [...(values.get(name) ?? []), pair.slice(at + 1)]);
  }
  const context = Object.fromEntries(Array.from(values, ([name, texts]) => [name, valueStated(name, texts)]));
  const isAlways = ([name]: readonly [string, unknown]) => keys[name]?.isAlways ?? false;
  const entries = Object.entries({ ...impliedBy(context), ...context });
  return {
    ofRequest: Object.fromEntries(entries.filter((entry) => !isAlways(entry))),
    always: Object.fromEntries(entries.filter(isAlways)),
  };
}

/** The key's name as AWS spells it. */
function spelled(key: string, service: ServiceName): string {
  const allowed = requestKeys(service);
  const name = allowed.find((each) => each.toLowerCase() === key.toLowerCase());
  if (name !== undefined) return name;
  throw new UsageError(`${refusalOf(key)}; the keys that can be set are ${allowed.join(', ')}`);
}

/** Why a key cannot be stated for a call. */
function refusalOf(key: string): string {
  if (Object.keys(keys).some((each) => each.toLowerCase() === key.toLowerCase()))
    return `"${key}" cannot be set: only requests to ${/^s3:/i.test(key) ? 'Amazon S3' : 'AWS KMS'} have it`;
  if (isKnownConditionKey(key.toLowerCase()))
    return `"${key}" cannot be set: it comes from the store, the caller or the call's own options`;
  return `"${key}" is not a condition key`;
}

function valueStated(name: string, texts: readonly string[]): ContextValue {
  const { type } = keys[name] ?? { type: 'text' };
  const { read, takes } = types[type];
  const [first, ...others] = texts.map((text) => {
    const value = read(text);
    if (value === undefined) throw new UsageError(`${name} takes ${takes}, not "${text}"`);
    return value;
  });
  if (isMultivalued(name.toLowerCase())) return texts;
  if (first === undefined || others.length > 0) throw new UsageError(`${name} takes one value`);
  return first;
}

/** Keys implied by stated ones: the two forms of the time, and the address that a VPC endpoint hides. */
function impliedBy(context: ConditionContext): ConditionContext {
  const { 'aws:CurrentTime': time, 'aws:EpochTime': seconds } = context;
  const { 'kms:ViaService': via } = context;
  const hidesAddress = ['aws:SourceVpc', 'aws:SourceVpcArn', 'aws:SourceVpce', 'aws:VpcSourceIp'];
  return {
    ...(time instanceof Date && { 'aws:EpochTime': Math.floor(time.getTime() / 1000) }),
    ...(typeof seconds === 'string' && { 'aws:CurrentTime': new Date(Number(seconds) * 1000) }),
    ...(via !== undefined && { 'aws:ViaAWSService': 'true' }),
    ...(hidesAddress.some((name) => name in context) && { 'aws:SourceIp': undefined }),
  };
}
