/**
 * The operation that a request to S3 is one to, found by what its model binds it to: the method, the path, and what the
 * query and the headers must have.
 */

import { operationRoutes } from '../../api/model/loader.ts';
import type { OperationRoute } from '../../api/model/slice.ts';
import type { HttpRequest } from '../http/message.ts';
import { conflicting, keyNeeded, type Level, methodNotAllowed, notOfKey, unknownMethod } from './no-route.ts';

/** An operation, and the parts of the address that are members of its input, decoded. */
export interface RestRoute {
  readonly operation: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a request to S3 is about; a bucket without a key, and neither for the service. */
export interface S3Address {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

interface Candidate {
  readonly name: string;
  /** Parameters of the query that must have this value. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly parameters: readonly string[];
  readonly headers: readonly string[];
  readonly isDeprecated: boolean;
}

/** The operations on one resource, by method: those that ask the most of a request first. */
type Resource = Map<string, readonly Candidate[]>;

/** S3's resources: by level, then by sub-resource, the empty name for none. */
type S3Routes = Readonly<Record<Level, ReadonlyMap<string, Resource>>>;

/** In the order in which an answer lists them. */
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'];

/**
 * Names an upload in parts, and with a number one of its parts. No operation has these in its template, and yet S3 treats
 * them as sub-resources: of the methods that these do not have, none falls through to the object.
 */
const UPLOAD = 'uploadId';
const PART = 'partNumber';

/** Sub-resources of directory buckets, which S3 does not see where the method is not theirs. */
const ofDirectoryBuckets = ['session', 'renameObject'];

/** What the answers of functions to S3 Object Lambda are signed for: as the service's endpoints are named. */
export const OBJECT_LAMBDA = 's3-object-lambda';

/** What is asked of an object lambda, whose name stands before the host. */
export const isObjectLambda = ({ method, target }: HttpRequest): boolean =>
  method === 'POST' && target.rawPath === '/WriteGetObjectResponse';

/**
 * The operation of S3; undefined for a POST to a bucket itself, which is a browser's form.
 * @throws AwsError MethodNotAllowed, InvalidRequest and InvalidArgument for what has none
 */
export function s3Route(request: HttpRequest, address: S3Address): RestRoute | undefined {
  if (isObjectLambda(request)) return { operation: 'WriteGetObjectResponse', labels: {} };
  const { method, target } = request;
  if (!METHODS.includes(method)) throw unknownMethod();
  const routes = s3Routes();
  const { bucket, key } = address;
  const level = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const given = new Map<string, string>();
  for (const { name, value } of target.query) if (!given.has(name)) given.set(name, value);
  const subresource = level === 'service' ? '' : subresourceOf(routes, level, method, given);
  if (method === 'POST' && level === 'bucket' && subresource === '') return undefined;
  const resource = routes[level].get(subresource);
  const operation = choose(resource?.get(method) ?? [], given, request, subresource !== '');
  if (operation === undefined) {
    throw methodNotAllowed(method, level, subresource === '' ? undefined : subresource, methodsOf(resource));
  }
  return { operation, labels: labelsOf(bucket, key) };
}

/** The labels of a bucket and a key, as S3's templates name them. */
export const labelsOf = (bucket: string | undefined, key: string | undefined): Readonly<Record<string, string>> => ({
  ...(bucket !== undefined && { Bucket: bucket }),
  ...(key !== undefined && { Key: key }),
});

/** The sub-resource that a query names. @throws AwsError for several, and for one of the other level */
function subresourceOf(
  routes: S3Routes,
  level: 'bucket' | 'object',
  method: string,
  given: ReadonlyMap<string, string>,
): string {
  const own = routes[level];
  const others = routes[level === 'bucket' ? 'object' : 'bucket'];
  const named = [...given.keys()].filter(
    (name) =>
      name !== '' &&
      name !== PART &&
      (own.has(name) || others.has(name)) &&
      (!ofDirectoryBuckets.includes(name) || own.get(name)?.has(method)),
  );
  const [name = '', ...more] = named;
  if (more.length > 0) throw conflicting(named);
  // A method that the sub-resource of the same name does not have is answered in other words if the level is wrong.
  if (level === 'object' && name === 'uploads' && method === 'GET') throw notOfKey(method, name);
  if (level === 'object' && name === UPLOAD && given.has(PART)) return PART;
  if (name === '' || own.has(name)) return name;
  throw level === 'object' ? notOfKey(method, name) : keyNeeded();
}

/**
 * The first operation that the request has everything for. A sub-resource alone says which operations are meant, so
 * that one of them is told what it lacks.
 */
function choose(
  candidates: readonly Candidate[],
  given: ReadonlyMap<string, string>,
  request: HttpRequest,
  isSubresource: boolean,
): string | undefined {
  const found = candidates.find(
    ({ values, parameters, headers }) =>
      values.every(([name, value]) => given.get(name) === value) &&
      parameters.every((name) => given.has(name)) &&
      headers.every((name) => request.headers.has(name)),
  );
  return (found ?? (isSubresource ? candidates.at(-1) : undefined))?.name;
}

/** The methods of a resource, but those of operations that need more than the resource itself. */
const methodsOf = (resource: Resource | undefined): readonly string[] =>
  METHODS.filter((method) => resource?.has(method));

let compiled: S3Routes | undefined;

function s3Routes(): S3Routes {
  if (compiled) return compiled;
  const routes = { service: new Map(), bucket: new Map(), object: new Map() } satisfies S3Routes;
  for (const route of operationRoutes('s3')) {
    const level = levels[route.path];
    if (level === undefined) continue;
    const subresource = subresourceIn(route);
    const resource: Resource = routes[level].get(subresource) ?? new Map();
    const candidates = [...(resource.get(route.method) ?? []), candidateOf(route)];
    routes[level].set(subresource, resource.set(route.method, candidates.sort(byDemands)));
  }
  compiled = routes;
  return routes;
}

const levels: Readonly<Record<string, Level>> = { '/': 'service', '/{Bucket}': 'bucket', '/{Bucket}/{Key+}': 'object' };

const subresourceIn = ({ query, requiredQuery }: OperationRoute): string =>
  Object.keys(query).find((name) => query[name] === null) ??
  [PART, UPLOAD].find((name) => requiredQuery.includes(name)) ??
  '';

const candidateOf = ({ name, query, requiredQuery, requiredHeaders, isDeprecated }: OperationRoute): Candidate => ({
  name,
  values: Object.entries(query).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
  parameters: requiredQuery,
  headers: requiredHeaders,
  isDeprecated,
});

/** Of two that ask the same, the deprecated one comes last, and else the model's order stays. */
const byDemands = (a: Candidate, b: Candidate): number =>
  demands(b) - demands(a) || Number(a.isDeprecated) - Number(b.isDeprecated);

const demands = ({ values, parameters, headers }: Candidate): number =>
  values.length + parameters.length + headers.length;
