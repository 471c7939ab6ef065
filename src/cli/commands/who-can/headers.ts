/**
 * The headers with which a caller could write an object, where policies ask for some: another encryption, a storage
 * class, tags. Each changes which permissions the write takes, so each is tried.
 */

import type { Condition } from '../../../policy/condition.ts';
import { type Context, lowerCase } from '../../../policy/context.ts';
import type { Given, OpenKey } from '../../../policy/open-context.ts';
import { openValues } from '../../../policy/open-values.ts';
import type { PolicyDocument } from '../../../policy/policy-document.ts';

/** A way to send a request. */
export interface Headers {
  /** The values of the condition keys that it has, by names in lower case. */
  readonly sent: ReadonlyMap<string, string>;
  /** The same as members of PutObject's input. */
  readonly input: Readonly<Record<string, unknown>>;
}

export const NO_HEADERS: Headers = { sent: new Map(), input: {} };

/** Whether the given values are those that a request with these headers has; of keys that are not given, none. */
export const isSentWith = ({ sent }: Headers, given: Given, names: readonly string[]): boolean =>
  names.every((name) => given.get(name)?.[0] === sent.get(name));

/** The condition keys that are headers of a write, in lower case, and the input's members for them. */
const members: Readonly<Record<string, string>> = {
  's3:x-amz-server-side-encryption': 'ServerSideEncryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  's3:x-amz-acl': 'ACL',
  's3:x-amz-storage-class': 'StorageClass',
  's3:if-none-match': 'IfNoneMatch',
};

const TAG = 's3:requestobjecttag/';

/** What one principal's policies say about a permission, and the request as they see it. */
export interface Said {
  readonly action: string;
  readonly documents: Iterable<PolicyDocument>;
  readonly context: Context;
}

/** More ways to write are not tried. */
const MOST_HEADERS = 24;

/** The ways to write that policies tell apart, besides the plain one. */
export function headersIn(said: Iterable<Said>): readonly Headers[] {
  const values = new Map<string, { readonly name: string; readonly texts: Set<string> }>();
  for (const { action, documents, context } of said) {
    const conditions = conditionsIn(lowerCase(action), documents);
    for (const [key, about] of conditions) {
      const name = about[0]?.name ?? key;
      const open: OpenKey = { key, name, mayLack: false, isRare: true };
      const known = values.get(key) ?? { name, texts: new Set<string>() };
      values.set(key, known);
      for (const { value } of openValues(open, about, context)) if (value?.[0] !== undefined) known.texts.add(value[0]);
    }
  }
  let sets: (readonly (readonly [key: string, text: string])[])[] = [[]];
  for (const [key, { texts }] of values) {
    sets = sets.flatMap((set) => [set, ...Array.from(texts, (text) => [...set, [key, text] as const])]);
    if (sets.length > MOST_HEADERS) sets = sets.slice(0, MOST_HEADERS);
  }
  const nameOf = (key: string) => values.get(key)?.name ?? key;
  return sets.filter((set) => set.length > 0).map((set) => ({ sent: new Map(set), input: inputOf(set, nameOf) }));
}

function conditionsIn(action: string, documents: Iterable<PolicyDocument>): ReadonlyMap<string, Condition[]> {
  const found = new Map<string, Condition[]>();
  for (const document of documents) {
    for (const { conditions } of document.about(action)) {
      for (const condition of conditions) {
        const { key } = condition;
        if (!(key in members) && !key.startsWith(TAG)) continue;
        const others = found.get(key);
        if (others) others.push(condition);
        else found.set(key, [condition]);
      }
    }
  }
  return found;
}

function inputOf(
  set: readonly (readonly [key: string, text: string])[],
  nameOf: (key: string) => string,
): Readonly<Record<string, unknown>> {
  const tags = set.flatMap(([key, text]) =>
    key.startsWith(TAG) ? [[nameOf(key).slice(TAG.length), text] as [string, string]] : [],
  );
  const others = set.flatMap(([key, text]) => (key in members ? [[members[key], text] as const] : []));
  return { ...Object.fromEntries(others), ...(tags.length > 0 && { Tagging: new URLSearchParams(tags).toString() }) };
}
