/**
 * A request of which not everything is known: some condition keys are open. Conditions see the values that are given to
 * them, and which open keys were asked for is noted.
 */

import type { Context } from './context.ts';

/** Values of open keys, by names in lower case; undefined: the request does not have the key. */
export type Given = ReadonlyMap<string, readonly string[] | undefined>;

export const NOTHING_GIVEN: Given = new Map();

/** A condition key that the question leaves open. */
export interface OpenKey {
  /** In lower case. */
  readonly key: string;
  /** As AWS spells it. */
  readonly name: string;
  /** Whether requests can lack it. */
  readonly mayLack: boolean;
  /** Whether requests usually lack it: a header that is seldom sent. */
  readonly isRare: boolean;
  /** Whether a request can have such a value; absent: any. */
  readonly fits?: ((value: string) => boolean) | undefined;
  /** A pattern that covers all values that fit, as far as one pattern can. */
  readonly shape?: string | undefined;
  /** A value like those that it has, different from those in a policy. */
  readonly another?: string | undefined;
}

/** Whether a key (in lower case) is open: its facts. */
export type OpenKeys = (key: string, spelled: string) => OpenKey | undefined;

/** What is known of a request, what is open, and what was given for it. */
export interface OpenRequest {
  readonly open: OpenKeys;
  readonly given: Given;
  /** Takes each open key that a condition or variable looks at. */
  readonly asks: (key: OpenKey) => void;
}

/** The two forms of the time are one open key. */
export const TIME = 'aws:currenttime';
const SECONDS = 'aws:epochtime';

/** The key under which the values of a key are given. */
export const givenAs = (key: string): string => (key === SECONDS ? TIME : key);

export class OpenContext implements Context {
  readonly #known: Context;
  readonly #request: OpenRequest;

  constructor(known: Context, request: OpenRequest) {
    this.#known = known;
    this.#request = request;
  }

  values(key: string, spelled: string = key): readonly string[] | undefined {
    const { open, given, asks } = this.#request;
    const asked = givenAs(key);
    const openKey = open(asked, spelled);
    if (!openKey) return this.#known.values(key, spelled);
    asks(openKey);
    if (!given.has(asked)) return this.#known.values(key, spelled);
    const values = given.get(asked);
    return key === SECONDS ? values?.map((time) => String(Math.floor(Date.parse(time) / 1000))) : values;
  }

  entries(): Readonly<Record<string, string | readonly string[]>> {
    const { open, given } = this.#request;
    const entries = new Map(Object.entries(this.#known.entries()));
    const lower = new Map([...entries.keys()].map((name) => [name.toLowerCase(), name]));
    for (const [key, values] of given) {
      const name = lower.get(key) ?? open(key, key)?.name ?? key;
      if (values === undefined) entries.delete(name);
      else entries.set(name, values.length === 1 ? (values[0] ?? '') : values);
    }
    return Object.fromEntries(entries);
  }
}

/** Keys of a request that came through a VPC endpoint, which hides its public address. */
const OF_ENDPOINT = ['aws:sourcevpc', 'aws:sourcevpcarn', 'aws:sourcevpce', 'aws:vpcsourceip', 'aws:vpceaccount'];

/**
 * Whether one request can have all that is given: IAM User Guide, "AWS global condition context keys", and AWS KMS
 * Developer Guide, kms:ViaService and kms:EncryptionContextKeys.
 */
export function isPossible(given: Given): boolean {
  const has = (key: string) => given.get(key) !== undefined;
  const lacks = (key: string) => given.has(key) && given.get(key) === undefined;
  const isHidden = has('kms:viaservice') || OF_ENDPOINT.some(has);
  if (has('aws:sourceip') && isHidden) return false;
  if (OF_ENDPOINT.some(has) && has('kms:viaservice')) return false;
  const byService = given.get('aws:viaawsservice')?.[0];
  if (byService === 'false' && has('kms:viaservice')) return false;
  if (byService === 'true' && (lacks('kms:viaservice') || OF_ENDPOINT.some(has) || has('aws:sourceip'))) return false;
  if (has('aws:multifactorauthage') && given.get('aws:multifactorauthpresent')?.[0] === 'false') return false;
  if (given.get('aws:multifactorauthpresent')?.[0] === 'true' && lacks('aws:multifactorauthage')) return false;
  if (has('aws:multifactorauthage') && lacks('aws:multifactorauthpresent')) return false;
  return hasItsPairs(given) && hasItsTags(given);
}

const PAIR = 'kms:encryptioncontext:';

/** The names of an encryption context are those of its pairs. */
const hasItsPairs = (given: Given): boolean => agrees(given, PAIR, 'kms:encryptioncontextkeys');

const hasItsTags = (given: Given): boolean =>
  agrees(given, 'aws:requesttag/', 'aws:tagkeys') && agrees(given, 's3:requestobjecttag/', 's3:requestobjecttagkeys');

function agrees(given: Given, prefix: string, list: string): boolean {
  if (!given.has(list)) return true;
  const names = new Set(given.get(list)?.map((name) => name.toLowerCase()));
  for (const [key, values] of given) {
    if (key.startsWith(prefix) && names.has(key.slice(prefix.length)) !== (values !== undefined)) return false;
  }
  return true;
}
