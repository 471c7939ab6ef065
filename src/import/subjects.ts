/**
 * Which key, bucket or account an answer is about that does not say so: its record says what was asked, or the folder
 * that it is in has nothing else, or the name of a folder or file is that of a key or bucket.
 */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { documentObject, statementObjects, texts } from '../policy/document-shape.ts';
import type { Answer } from './answers.ts';
import { kindText, member, type Part, textOf, Unreadable } from './findings.ts';

export interface KeyPlace {
  readonly account: AccountId;
  readonly region: Region;
  readonly keyId: string;
}

export interface Subjects {
  /** @throws Unreadable */
  keyOf(answer: Answer, says?: Part): KeyPlace;
  /** @throws Unreadable */
  bucketOf(answer: Answer): string;
  /** The account of what has no ARN with one. @throws Unreadable */
  accountOf(part: Part): AccountId;
}

interface KnownKey extends KeyPlace {
  readonly folder: string;
}

/** @param account the one that was named on the command line, for what does not say whose it is */
export function newSubjects(answers: readonly Answer[], account: AccountId | undefined): Subjects {
  const keys = answers.flatMap(keysTold);
  const buckets = answers.flatMap(bucketsTold);
  const accounts = answers.flatMap(accountsTold);
  const bucketNames = new Set(buckets.map(({ name }) => name));
  return {
    keyOf(answer, says) {
      const { asked, part } = answer;
      const named = says ? textOf(says) : asked.input.KeyId;
      const fits = typeof named === 'string' ? keysNamed(named, asked.region, keys) : keysBeside(part, keys);
      const [one, another] = distinct(fits, ({ account, region, keyId }) => `${account} ${region} ${keyId}`);
      if (one && !another) return one;
      const at = says ?? part;
      if (another) {
        throw new Unreadable(
          at,
          `${answer.kind} fits several keys, and does not say which it is about: ${advice('key')}`,
        );
      }
      if (typeof named === 'string') {
        throw new Unreadable(
          at,
          `there is no answer of describe-key or list-keys for the key ${kindText({ value: named })}`,
        );
      }
      throw new Unreadable(at, `the answer of ${answer.kind} does not say which key it is about: ${advice('key')}`);
    },
    bucketOf({ asked, part, kind }) {
      if (typeof asked.input.Bucket === 'string') return asked.input.Bucket;
      const told = kind === 'get-bucket-policy' ? bucketInPolicy(part) : undefined;
      if (told !== undefined) return told;
      const here = buckets.filter(({ folder, isListed }) => !isListed && folder === folderOf(part));
      const fits = [
        ...new Set([...here.map(({ name }) => name), ...namesIn(part).filter((name) => bucketNames.has(name))]),
      ];
      const [one] = fits;
      if (one !== undefined && fits.length === 1) return one;
      throw new Unreadable(part, `the answer of ${kind} does not say which bucket it is about: ${advice('bucket')}`);
    },
    accountOf(part) {
      if (account !== undefined) return account;
      for (const folder of ancestors(folderOf(part))) {
        const below = new Set(accounts.filter((each) => isBelow(each.folder, folder)).map((each) => each.account));
        const [one] = below;
        if (one !== undefined && below.size === 1) return one;
        if (below.size > 1) break;
      }
      throw new Unreadable(part, 'nothing says which account this belongs to: name it with --account');
    },
  };
}

const advice = (what: string): string =>
  `use the script of ssebox import --print-script, or put each ${what}'s answers in a folder of the ${what}'s name`;

const folderOf = ({ source }: Part): string => source.name.replace(/\/?[^/]*$/, '');

const isBelow = (folder: string, above: string): boolean =>
  above === '' || folder === above || folder.startsWith(`${above}/`);

/** A folder, then those around it. */
function* ancestors(folder: string): Iterable<string> {
  for (let at = folder; ; at = at.replace(/\/?[^/]*$/, '')) {
    yield at;
    if (at === '') return;
  }
}

/** The names of the folders and the file that something is in, the file's without its extension. */
const namesIn = ({ source }: Part): readonly string[] => source.name.replace(/\.json$/, '').split('/');

function distinct<T>(things: readonly T[], nameOf: (thing: T) => string): T[] {
  return [...new Map(things.map((thing) => [nameOf(thing), thing])).values()];
}

function keysTold(answer: Answer): KnownKey[] {
  const { part, kind } = answer;
  const folder = folderOf(part);
  const at = (arn: unknown): KnownKey[] => {
    const place = typeof arn === 'string' ? keyPlace(arn) : undefined;
    return place ? [{ ...place, folder }] : [];
  };
  if (kind === 'describe-key')
    return at(member(part, 'KeyMetadata') && member(memberOf(part, 'KeyMetadata'), 'Arn')?.value);
  if (kind !== 'list-keys') return [];
  const list = member(part, 'Keys')?.value;
  // Where it is listed says nothing of what is beside the list.
  return Array.isArray(list)
    ? list
        .flatMap((key: unknown) => at((key as { readonly KeyArn?: unknown } | null)?.KeyArn))
        .map((key) => ({ ...key, folder: LISTED }))
    : [];
}

const LISTED = '\0listed';

const memberOf = (part: Part, name: string): Part => member(part, name) ?? part;

/** The place of the key with an ARN. */
export function keyPlace(arn: string): KeyPlace | undefined {
  const parsed = parseArn(arn);
  if (parsed?.partition !== 'aws' || parsed.service !== 'kms' || !parsed.resource.startsWith('key/')) return undefined;
  const { region, account } = parsed;
  const keyId = parsed.resource.slice('key/'.length);
  return isRegion(region) && isAccountId(account) && /^[\w-]{1,64}$/.test(keyId)
    ? { account, region, keyId }
    : undefined;
}

function keysNamed(named: string, region: Region | undefined, keys: readonly KnownKey[]): readonly KeyPlace[] {
  const place = keyPlace(named);
  if (place) return [place];
  return keys.filter((key) => key.keyId === named && (region === undefined || key.region === region));
}

function keysBeside(part: Part, keys: readonly KnownKey[]): readonly KeyPlace[] {
  const names = new Set(namesIn(part));
  const named = keys.filter(({ keyId }) => names.has(keyId));
  const folder = folderOf(part);
  const regional = named.filter(({ region }) => names.has(region));
  if (named.length > 0) return regional.length > 0 ? regional : named;
  return keys.filter((key) => key.folder === folder);
}

interface KnownBucket {
  readonly name: string;
  readonly folder: string;
  readonly isListed: boolean;
}

function bucketsTold({ kind, part, asked }: Answer): KnownBucket[] {
  const folder = folderOf(part);
  if (kind === 'list-buckets') {
    const list = member(part, 'Buckets')?.value;
    if (!Array.isArray(list)) return [];
    return list.flatMap((bucket: unknown) => {
      const name = (bucket as { readonly Name?: unknown } | null)?.Name;
      return typeof name === 'string' ? [{ name, folder, isListed: true }] : [];
    });
  }
  const told = kind === 'get-bucket-policy' ? bucketInPolicy(part) : undefined;
  const name = typeof asked.input.Bucket === 'string' ? asked.input.Bucket : told;
  return name === undefined ? [] : [{ name, folder, isListed: false }];
}

/** The only bucket that the resources of a bucket policy name. */
function bucketInPolicy(part: Part): string | undefined {
  const text = member(part, 'Policy')?.value;
  const document = typeof text === 'string' ? documentObject(text) : undefined;
  const statements = (document && statementObjects(document)) ?? [];
  const names = new Set(
    statements
      .flatMap(({ Resource, NotResource }) => [...texts(Resource), ...texts(NotResource)])
      .map((resource) => /^arn:aws:s3:::([^/*?$]+)(?:\/|$)/.exec(resource)?.[1]),
  );
  const [one] = names;
  return names.size === 1 ? one : undefined;
}

function accountsTold({ part, kind }: Answer): { readonly account: AccountId; readonly folder: string }[] {
  const folder = folderOf(part);
  const of = (arn: unknown) => {
    const account = typeof arn === 'string' ? (parseArn(arn)?.account ?? '') : '';
    return isAccountId(account) ? [{ account, folder }] : [];
  };
  switch (kind) {
    case 'get-caller-identity':
      return of(member(part, 'Arn')?.value);
    case 'describe-key':
      return of(member(memberOf(part, 'KeyMetadata'), 'Arn')?.value);
    case 'get-account-authorization-details':
      return ['UserDetailList', 'RoleDetailList', 'GroupDetailList'].flatMap((name) => {
        const list = member(part, name)?.value;
        const [first]: unknown[] = Array.isArray(list) ? list : [];
        return of((first as { readonly Arn?: unknown } | undefined)?.Arn);
      });
    default:
      return [];
  }
}
