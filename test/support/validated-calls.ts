/** The calls of a validation, answered from files that a test holds. */

import { AwsError } from '../../src/api/errors.ts';
import type { PublicKey, Trail } from '../../src/api/model/cloudtrail.types.ts';
import type { MakeCall } from '../../src/cloudtrail/validation/buckets.ts';
import type { DeliveredFile } from './digest-chain.ts';

export interface Answers {
  readonly files: readonly DeliveredFile[];
  /** Of every region, or those of one. */
  readonly keys: readonly PublicKey[] | ((region: string | undefined, times: Times) => readonly PublicKey[]);
  readonly trails?: readonly Trail[];
  /** The regions of buckets that are not in us-east-1. */
  readonly regions?: Readonly<Record<string, string>>;
  /** Operations, or the keys of objects, that are denied. */
  readonly denied?: readonly string[];
}

interface Times {
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
}

/** Pages and pieces are short, so that there are several. @param made takes each call with its region */
export function callsFrom({ files, keys, trails = [], regions = {}, denied = [] }: Answers, made?: string[]): MakeCall {
  const byPlace = new Map(files.map((file) => [`${file.bucket}/${file.key}`, file]));
  const answer = (name: string, input: Readonly<Record<string, unknown>>, region: string | undefined): unknown => {
    const { Bucket, Key, Prefix, Marker = '', Delimiter } = input;
    made?.push(`${name}${region === undefined ? '' : ` in ${region}`}`);
    if (denied.includes(name) || denied.includes(`${Key}`)) throw new AwsError('AccessDenied', 'Access Denied');
    switch (name) {
      case 'DescribeTrails':
        return { trailList: trails };
      case 'DescribeOrganization':
        return { Organization: { Id: 'o-abcdefghij' } };
      case 'ListPublicKeys':
        return { PublicKeyList: typeof keys === 'function' ? keys(region, input) : keys };
      case 'GetBucketLocation':
        return { LocationConstraint: regions[`${Bucket}`] };
      case 'ListObjects': {
        const found = files.filter((each) => each.bucket === Bucket && each.key.startsWith(`${Prefix}`));
        const all = found.map(({ key }) => key).sort();
        if (Delimiter !== undefined) return { CommonPrefixes: foldersIn(all, `${Prefix}`) };
        const left = all.filter((key) => key > `${Marker}`);
        return { Contents: left.slice(0, 2).map((each) => ({ Key: each })), IsTruncated: left.length > 2 };
      }
      case 'GetObject': {
        const file = byPlace.get(`${Bucket}/${Key}`);
        if (!file) throw new AwsError('NoSuchKey', 'The specified key does not exist.');
        return { Metadata: file.metadata, Body: piecesOf(file.body) };
      }
      default:
        throw new Error(`${name} is not a call of a validation`);
    }
  };
  return async (_service, name, input, options) => answer(name, Object.assign({}, input), options?.region) as never;
}

const foldersIn = (keys: readonly string[], prefix: string): readonly { readonly Prefix: string }[] =>
  [...new Set(keys.map((key) => `${prefix}${key.slice(prefix.length).split('/')[0]}/`))].map((Prefix) => ({ Prefix }));

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.slice(at, at + 100);
}
