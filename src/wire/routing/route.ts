/**
 * From a request to the operation that it is one to. Operations are found by the names in the models and by those of
 * AWS's operations that the models leave out, so a task, which is not one of AWS's operations, cannot be called.
 */

import type { AwsError } from '../../api/errors.ts';
import { everyOperation, operationNames, serviceMetadata } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { serviceNames } from '../../api/model/service-names.ts';
import { requireBucketName } from '../../s3/request/bucket-name.ts';
import { type HostNames, labelBefore } from '../http/host-names.ts';
import { type HttpRequest, headerValue } from '../http/message.ts';
import { decoded, queryValue } from '../http/request-target.ts';
import { absentService, spokesman } from './absent-service.ts';
import { controlRoute } from './control-route.ts';
import { invalidAction, missingAction } from './invalid-action.ts';
import { notAForm } from './no-route.ts';
import { isObjectLambda, labelsOf, OBJECT_LAMBDA, type S3Address, s3Route } from './s3-route.ts';
import { unknownOperation } from './unknown-operation.ts';

export type WireProtocol = 'json' | 'json-1.0' | 'query' | 'rest-xml' | 'cbor';

/** The service that a request is for, and the protocol in which it asks and is answered. */
export interface WireService {
  readonly service: ServiceName;
  readonly protocol: WireProtocol;
  /**
   * What every request is refused with, because it is for a service that ssebox does not have; `service` is then another
   * one of this protocol, in whose words the refusal is written.
   */
  readonly fault?: AwsError | undefined;
}

/** What is known of the credential scope of a request before its signature is looked at. */
export interface SignedScope {
  readonly service: string;
  readonly region: string;
}

export type Route =
  /**
   * An operation of AWS. `operationModel` does not know all of them: one that it does not know has an input that nobody
   * can read, and the pipeline refuses it whatever the input is.
   */
  | { readonly kind: 'operation'; readonly operation: string; readonly labels: Labels }
  /** The operation is named in the body, which is a form: ask again with it. */
  | { readonly kind: 'action-in-body' }
  /** A browser's form to a bucket. */
  | { readonly kind: 'post-form'; readonly labels: Labels }
  /** A browser asks whether a page may send its request; the labels are those of the address that it is about. */
  | { readonly kind: 'preflight'; readonly labels: Labels }
  /** A page of the server itself, which takes no credentials. */
  | { readonly kind: 'page'; readonly page: 'health' | 'reset' };

/** The parts of the address that are members of an operation's input, decoded: Bucket, Key, name, … */
export type Labels = Readonly<Record<string, string>>;

/** The first value of a field of a form; undefined if it is absent. */
export type FormFields = (name: string) => string | undefined;

/**
 * The service of a request: its scope's; else that of its target, of its form or of its path; else S3.
 * @param scope of its credentials, undefined if it has none of Signature Version 4
 */
export function serviceOf(request: HttpRequest, scope: SignedScope | undefined, hosts: HostNames): WireService {
  const service = scope ? signedFor(scope.service) : namedIn(request, hosts);
  if (service === 's3') return { service: isForControl(request, hosts) ? 's3control' : 's3', protocol: 'rest-xml' };
  const protocol = protocolOf(request, hosts);
  if (service !== undefined) return { service, protocol: spoken(service, protocol) };
  const name = scope?.service ?? (targetOf(request) ?? cborPath(request))?.service ?? '';
  return { service: spokesman[protocol], protocol, fault: absentService(name) };
}

/**
 * What a request asks of its service. AWS refuses what has no route after it has verified a signature that was sent,
 * and without asking for one.
 * @param form the fields of its body, where a route before was `action-in-body`
 * @throws AwsError in the service's words
 */
export function routeOf(
  request: HttpRequest,
  { service, protocol }: WireService,
  hosts: HostNames,
  form?: FormFields,
): Route {
  switch (protocol) {
    case 'json':
    case 'json-1.0':
      return jsonRoute(request, service);
    case 'cbor':
      return cborRoute(request, service);
    case 'query':
      return queryRoute(request, service, form);
    case 'rest-xml':
      return service === 's3control' ? { kind: 'operation', ...controlRoute(request) } : s3RouteOf(request, hosts);
  }
}

const signingNames = lazy(
  () =>
    new Map<string, ServiceName>([
      // S3 Control is signed for S3, too, and told from it by its path.
      ...[...serviceNames].reverse().map((service) => {
        const { signingName, endpointPrefix } = serviceMetadata(service);
        return [signingName ?? endpointPrefix, service] as const;
      }),
      [OBJECT_LAMBDA, 's3'],
    ]),
);

const signedFor = (name: string): ServiceName | undefined => signingNames().get(name);

/** The services with targets, by the prefix. Some clients leave out what the prefix has before its last dot. */
const targetPrefixes = lazy(
  () =>
    new Map<string, ServiceName>(
      serviceNames.flatMap((service) => {
        const { targetPrefix } = serviceMetadata(service);
        if (targetPrefix === undefined) return [];
        return [targetPrefix, targetPrefix.slice(targetPrefix.lastIndexOf('.') + 1)].map((each) => [each, service]);
      }),
    ),
);

/** The services of the query protocol, by the version that their forms name. */
const formVersions = lazy(
  () =>
    new Map<string, ServiceName>(
      serviceNames
        .map((service) => [serviceMetadata(service), service] as const)
        .filter(([{ protocols }]) => protocols.includes('query'))
        .map(([{ apiVersion }, service]) => [apiVersion, service]),
    ),
);

/** The service that a request without a scope names. */
function namedIn(request: HttpRequest, hosts: HostNames): ServiceName | undefined {
  const target = targetOf(request);
  if (target) return targetPrefixes().get(target.service);
  const cbor = cborPath(request);
  if (cbor) return targetPrefixes().get(cbor.service);
  if (!isForm(request, hosts)) return 's3';
  // Only STS has operations that are not signed, so that of a form whose body is unread is one of these.
  return formVersions().get(queryValue(request.target, 'Version') ?? '') ?? 'sts';
}

/** The protocol that a request looks like. */
function protocolOf(request: HttpRequest, hosts: HostNames): WireProtocol {
  if (headerValue(request.headers, 'smithy-protocol') === 'rpc-v2-cbor') return 'cbor';
  if (request.headers.has('x-amz-target')) {
    return mediaType(request) === 'application/x-amz-json-1.0' ? 'json-1.0' : 'json';
  }
  return isForm(request, hosts) ? 'query' : 'rest-xml';
}

/** The protocol of a service, of those that it speaks the one that a request looks like. */
function spoken(service: ServiceName, looks: WireProtocol): WireProtocol {
  const { protocol, protocols, jsonVersion } = serviceMetadata(service);
  const json = jsonVersion === '1.0' ? 'json-1.0' : 'json';
  if (protocols.length === 1) return protocol === 'json' ? json : protocol === 'query' ? 'query' : 'rest-xml';
  if (looks === 'cbor') return looks;
  return looks === 'json' || looks === 'json-1.0' ? json : 'query';
}

/**
 * Whether a request is a form of the query protocol, in its body or its query. To a bucket, S3 takes a form of this type
 * with a sub-resource only.
 */
function isForm(request: HttpRequest, hosts: HostNames): boolean {
  const { method, target } = request;
  if (target.rawPath !== '/') return false;
  const mayBeBucket = labelOf(request, hosts) !== undefined;
  if (!mayBeBucket && queryValue(target, 'Action') !== undefined) return method === 'GET' || method === 'POST';
  return method === 'POST' && isFormType(request) && !(mayBeBucket && target.query.length > 0);
}

const isFormType = (request: HttpRequest): boolean => mediaType(request) === 'application/x-www-form-urlencoded';

const mediaType = ({ headers }: HttpRequest): string | undefined =>
  headerValue(headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();

const labelOf = ({ headers }: HttpRequest, hosts: HostNames): string | undefined =>
  labelBefore(headers.get('host')?.[0] ?? '', hosts);

/** A bucket may be called as its path begins, so that this takes its header, too, and no bucket before the host. */
function isForControl(request: HttpRequest, hosts: HostNames): boolean {
  if (!request.target.rawPath.startsWith('/v20180820/') || !request.headers.has('x-amz-account-id')) return false;
  const label = labelOf(request, hosts);
  return label === undefined || /^\d{12}$|^(?:\d{12}\.)?s3-control(?:\..*)?$/.test(label);
}

interface Named {
  readonly service: string;
  readonly operation: string;
}

function targetOf({ headers }: HttpRequest): Named | undefined {
  const target = headerValue(headers, 'x-amz-target');
  if (target === undefined) return undefined;
  const dot = target.lastIndexOf('.');
  return { service: target.slice(0, Math.max(dot, 0)), operation: target.slice(dot + 1) };
}

function jsonRoute(request: HttpRequest, service: ServiceName): Route {
  const target = targetOf(request);
  const isOurs = target !== undefined && targetPrefixes().get(target.service) === service;
  if (request.method !== 'POST' || !isOurs || !isOperation(service, target.operation)) throw unknownOperation();
  return { kind: 'operation', operation: target.operation, labels: {} };
}

/** Smithy, "Smithy RPC v2 CBOR protocol": the last segments of the path name service and operation. */
function cborPath({ target, headers }: HttpRequest): Named | undefined {
  if (headerValue(headers, 'smithy-protocol') !== 'rpc-v2-cbor') return undefined;
  const [service = '', operation = ''] = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(target.rawPath)?.slice(1) ?? [];
  return { service, operation };
}

function cborRoute(request: HttpRequest, service: ServiceName): Route {
  const named = cborPath(request);
  const isOurs = named !== undefined && targetPrefixes().get(named.service) === service;
  if (request.method !== 'POST' || !isOurs || !isOperation(service, named.operation)) throw unknownOperation();
  return { kind: 'operation', operation: named.operation, labels: {} };
}

/** A field of the query counts before one of the body, and the first of several values, as in IAM and STS. */
function queryRoute(request: HttpRequest, service: ServiceName, form: FormFields | undefined): Route {
  const field = (name: string): string | undefined => queryValue(request.target, name) ?? form?.(name);
  const [action, version] = [field('Action'), field('Version')];
  const isUnread = !form && request.method === 'POST' && isFormType(request);
  if (isUnread && (action === undefined || version === undefined)) return { kind: 'action-in-body' };
  if (action === undefined || !['GET', 'POST'].includes(request.method)) throw missingAction();
  if (version !== serviceMetadata(service).apiVersion || !isOperation(service, action)) {
    throw invalidAction(action, version);
  }
  return { kind: 'operation', operation: action, labels: {} };
}

const knownNames = new Map<ServiceName, ReadonlySet<string>>();

/** Whether AWS has an operation of this name. */
function isOperation(service: ServiceName, name: string): boolean {
  let names = knownNames.get(service);
  if (!names) {
    names = new Set([...operationNames(service), ...Object.values(everyOperation(service))]);
    knownNames.set(service, names);
  }
  return names.has(name);
}

/** Pages of the server itself, by method and path, where nothing stands before the host. */
const pages: Readonly<Record<string, 'health' | 'reset'>> = {
  'GET /_localstack/health': 'health',
  'HEAD /_localstack/health': 'health',
  'GET /_ssebox/health': 'health',
  'HEAD /_ssebox/health': 'health',
  'POST /_localstack/state/reset': 'reset',
  'POST /moto-api/reset': 'reset',
};

function s3RouteOf(request: HttpRequest, hosts: HostNames): Route {
  const { method, target } = request;
  const label = labelOf(request, hosts);
  const page = label === undefined ? `${method} ${target.rawPath}` : '';
  if (Object.hasOwn(pages, page)) return { kind: 'page', page: pages[page] ?? 'health' };
  const address = isObjectLambda(request) ? { bucket: undefined, key: undefined } : addressOf(target.rawPath, label);
  if (method === 'OPTIONS') return { kind: 'preflight', labels: labelsOf(address.bucket, address.key) };
  const route = s3Route(request, address);
  if (route) return { kind: 'operation', ...route };
  if (mediaType(request) !== 'multipart/form-data') throw notAForm();
  return { kind: 'post-form', labels: labelsOf(address.bucket, undefined) };
}

/** The bucket of an address, if it can be read: nothing is refused, and there may be no such bucket. */
export function addressedBucket(request: HttpRequest, hosts: HostNames): string | undefined {
  try {
    return addressOf(request.target.rawPath, labelOf(request, hosts)).bucket;
  } catch {
    return undefined;
  }
}

/** @throws AwsError InvalidURI, and InvalidBucketName for what stands before the host and cannot be a bucket */
function addressOf(path: string, label: string | undefined): S3Address {
  if (label !== undefined) {
    requireBucketName(label);
    return { bucket: label, key: keyIn(path.slice(1), path) };
  }
  if (path === '/') return { bucket: undefined, key: undefined };
  const slash = path.indexOf('/', 1);
  if (slash < 0) return { bucket: decoded(path.slice(1), path), key: undefined };
  return { bucket: decoded(path.slice(1, slash), path), key: keyIn(path.slice(slash + 1), path) };
}

const keyIn = (rest: string, path: string): string | undefined => (rest === '' ? undefined : decoded(rest, path));

/** A value that is made when it is first asked for. */
function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
