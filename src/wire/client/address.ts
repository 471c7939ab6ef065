/**
 * The address of a request: which host it is for and which one it is sent to, its path, and the region and service that
 * it is signed for. AWS General Reference, "Service endpoints"; Amazon S3 User Guide, "Virtual hosting of general purpose
 * buckets", "Accessing Amazon S3 buckets through access points".
 */

import { isAccountId, parseArn } from '../../api/arn.ts';
import { UsageError } from '../../api/errors.ts';
import { isRecord } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { isRegion } from '../../api/regions.ts';
import { isAddress, isHostName } from '../http/host-names.ts';
import type { Endpoint, UrlEndpoint } from './endpoint.ts';

/**
 * Where a request to S3 names its bucket: AWS CLI User Guide, "S3 configuration values", addressing_style. `auto` is in
 * the host's name for AWS, if a bucket can be there, and in the path for a URL, whose host need not have names below it.
 */
export type AddressingStyle = 'auto' | 'virtual' | 'path';

/** A call, as far as its address depends on it. */
export interface AddressedCall {
  readonly model: OperationModel;
  readonly input: unknown;
  /** At AWS one of its own; at a URL any that the endpoint may know. */
  readonly region: string;
  readonly style: AddressingStyle;
}

export interface Address {
  /** What to connect to: `https://HOST` or `http://HOST:PORT`. */
  readonly origin: string;
  /** Whom the request is for: the field `Host`, which has a port only where it is not the usual one. */
  readonly host: string;
  readonly signingRegion: string;
  /** As in credential scopes. */
  readonly signingService: string;
  /** The path of a request. @param rawPath as the model has it, with the bucket first where it has one */
  pathOf(rawPath: string): string;
}

/** @throws UsageError for what cannot be addressed there: regions that AWS lacks, access points of some kinds, directory buckets */
export function addressOf(endpoint: Endpoint, call: AddressedCall): Address {
  const { model, input, region } = call;
  const members = isRecord(input) ? input : {};
  const bucket = model.service === 's3' && takesBucket(model) ? String(members.Bucket ?? '') : undefined;
  const place: Place = {
    signingRegion: GLOBAL[model.service] === undefined ? region : 'us-east-1',
    signingService: signingService(model),
    prefix: prefixOf(model, members),
    bucket,
  };
  if (bucket?.startsWith('arn:')) return accessPoint(endpoint, bucket, place);
  return endpoint.kind === 'url' ? atUrl(endpoint, call, place) : atAws(call, place);
}

interface Place {
  readonly signingRegion: string;
  readonly signingService: string;
  /** What the model puts before the name of the host, with its dot; or nothing. */
  readonly prefix: string;
  /** Undefined if the operation has none. */
  readonly bucket: string | undefined;
}

function atUrl({ origin, path }: UrlEndpoint, { style }: AddressedCall, place: Place): Address {
  const { host, hostname, protocol } = new URL(origin);
  // An address has no names below it: what the prefix says is in a header or in the path as well.
  const canHaveLabels = !isAddress(hostname);
  const isVirtual = style === 'virtual' && canHaveLabels && isLabel(place.bucket, protocol === 'https:');
  const before = isVirtual ? `${place.bucket}.` : canHaveLabels ? place.prefix : '';
  return { ...signedFor(place), origin, host: before + host, pathOf: pathWith(path, place.bucket, isVirtual) };
}

function atAws({ model, region, style }: AddressedCall, place: Place): Address {
  const { bucket } = place;
  // It becomes part of a host's name.
  if (!isRegion(region)) throw new UsageError(`"${region}" is not an AWS region`);
  if (model.name === 'ListDirectoryBuckets' || bucket?.endsWith('--x-s3')) {
    throw new UsageError(`${bucket ?? 'this'} is about directory buckets, which ssebox does not call AWS for`);
  }
  const name = GLOBAL[model.service] ?? `${hostLabel(model)}.${region}.amazonaws.com`;
  const isVirtual = style !== 'path' && isLabel(bucket, true);
  const host = (isVirtual ? `${bucket}.` : place.prefix) + name;
  return { ...signedFor(place), origin: `https://${host}`, host, pathOf: pathWith('', bucket, isVirtual) };
}

const signedFor = ({ signingRegion, signingService }: Place) => ({ signingRegion, signingService });

/** One endpoint for all regions: AWS General Reference, "AWS IAM endpoints and quotas", "AWS Organizations endpoints and quotas". */
const GLOBAL: Partial<Record<ServiceName, string>> = {
  iam: 'iam.amazonaws.com',
  organizations: 'organizations.us-east-1.amazonaws.com',
};

const OBJECT_LAMBDA = 's3-object-lambda';

/** Its answers to S3 Object Lambda have hosts and a signing name of their own. */
const isObjectLambda = ({ name }: OperationModel): boolean => name === 'WriteGetObjectResponse';

const hostLabel = (model: OperationModel): string =>
  isObjectLambda(model) ? OBJECT_LAMBDA : model.metadata.endpointPrefix;

function signingService(model: OperationModel): string {
  if (isObjectLambda(model)) return OBJECT_LAMBDA;
  return model.metadata.signingName ?? model.metadata.endpointPrefix;
}

/** What the model puts before the host: `{AccountId}.`. @throws UsageError for what no name of a host has */
function prefixOf({ host }: OperationModel, members: Readonly<Record<string, unknown>>): string {
  return (host ?? '').replace(/\{(\w+)\}/g, (_, member: string) => {
    const label = String(members[member] ?? '');
    if (isHostName(label)) return label;
    throw new UsageError(`${member} is part of the name of the host, which cannot have "${label}" in it`);
  });
}

const BUCKET_IN_PATH = /^\/\{Bucket\}/;

const takesBucket = ({ http }: OperationModel): boolean => BUCKET_IN_PATH.test(http.requestUri);

/** Whether a bucket can stand before a host. A certificate for names below a host is not for those below these. */
const isLabel = (bucket: string | undefined, isTls: boolean): boolean =>
  bucket !== undefined &&
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) &&
  isHostName(bucket) &&
  !(isTls && bucket.includes('.'));

/** The path of a bucket ends with a slash, as in what AWS's SDKs send, so that it is the same in both styles. */
function pathWith(base: string, bucket: string | undefined, isVirtual: boolean): (rawPath: string) => string {
  if (bucket === undefined) return (rawPath) => base + rawPath;
  return (rawPath) => {
    const end = rawPath.indexOf('/', 1);
    const [first, rest] = end < 0 ? [rawPath, '/'] : [rawPath.slice(0, end), rawPath.slice(end)];
    return base + (isVirtual ? '' : first) + rest;
  };
}

/**
 * An access point of a bucket in one region, at AWS.
 * @throws UsageError for others: those of Outposts, of S3 Object Lambda and of more than one region have rules of their own
 */
function accessPoint(endpoint: Endpoint, text: string, place: Place): Address {
  const { service, region, account = '', resource } = parseArn(text) ?? {};
  const name = /^accesspoint[:/]([a-z0-9-]{3,50})$/.exec(resource ?? '')?.[1];
  if (endpoint.kind === 'url')
    throw new UsageError(`an endpoint with a URL has no access points: name the bucket instead of ${text}`);
  // All of it becomes the name of a host.
  const isWhole = name !== undefined && isAccountId(account) && region !== undefined && isRegion(region);
  if (service !== 's3' || !isWhole) {
    throw new UsageError(`ssebox calls AWS for buckets, and for access points in one region, not for ${text}`);
  }
  const host = `${name}-${account}.s3-accesspoint.${region}.amazonaws.com`;
  const pathOf = pathWith('', place.bucket, true);
  return { signingRegion: region, signingService: place.signingService, origin: `https://${host}`, host, pathOf };
}
