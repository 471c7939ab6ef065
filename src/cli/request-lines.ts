/**
 * A call as the request that the AWS CLI sends for it, with its headers: the bindings of the service's model. Calls to a
 * store on this machine are not sent anywhere, and the lines are for whoever looks for the header that a policy asks
 * for. The body, and what signs a request, are not among them.
 */

import { type OperationModel, operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { ShapeRef } from '../api/model/shapes.ts';
import type { Region } from '../api/regions.ts';
import { secretIn } from '../api/secret-shapes.ts';

/** The first line has method and URL, each of the others a header. None for an operation that the model does not have. */
export function requestLines(service: ServiceName, name: string, input: unknown, region: Region): readonly string[] {
  const model = operationModel(service, name);
  if (!model) return [];
  const bound = boundMembers(model, typeof input === 'object' && input !== null ? { ...input } : {});
  const { host, path } = placeOf(model, bound, region);
  const headers = { ...protocolHeaders(model), ...bound.headers };
  return [
    `${service} ${name}: ${model.http.method} https://${host}${path}`,
    ...Object.entries(headers).map(([header, value]) => `  ${header}: ${value}`),
  ];
}

interface Bound {
  readonly uri: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The members that are not in the body, with their names on the wire. */
function boundMembers(model: OperationModel, input: Readonly<Record<string, unknown>>): Bound {
  const uri: Record<string, string> = {};
  const query: [string, string][] = [];
  const headers: Record<string, string> = {};
  const shape = model.input && model.shapes[model.input.shape];
  for (const [member, ref] of Object.entries(shape?.type === 'structure' ? shape.members : {})) {
    const value = input[member];
    if (value === undefined || value === null) continue;
    const text = () => (secretIn(ref.shape, model.shapes) !== undefined ? '(not shown)' : textOf(value, ref, model));
    const { location, locationName = member } = ref;
    if (location === 'uri') uri[locationName] = text();
    if (location === 'querystring') query.push([locationName, text()]);
    if (location === 'header') headers[locationName] = text();
    if (location === 'headers') {
      for (const [key, each] of Object.entries(value)) headers[`${locationName}${key}`] = String(each);
    }
  }
  return { uri, query, headers };
}

/** Times in headers are HTTP's: Smithy specification, "timestampFormat trait". */
function textOf(value: unknown, { shape, location }: ShapeRef, { shapes }: OperationModel): string {
  if (value instanceof Date) {
    const target = shapes[shape];
    const format = target?.type === 'timestamp' ? target.timestampFormat : undefined;
    const isHttp = (format ?? (location === 'header' ? 'rfc822' : 'iso8601')) === 'rfc822';
    return isHttp ? value.toUTCString() : value.toISOString();
  }
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** A bucket is part of the host, unless dots in it would break TLS: Amazon S3 User Guide, "Virtual hosting of buckets". */
function placeOf({ http, metadata }: OperationModel, { uri, query }: Bound, region: Region) {
  const { globalEndpoint, endpointPrefix } = metadata;
  const isS3 = endpointPrefix === 's3';
  const host = globalEndpoint !== undefined && !isS3 ? globalEndpoint : `${endpointPrefix}.${region}.amazonaws.com`;
  const { Bucket: bucket } = uri;
  const isInHost = isS3 && bucket !== undefined && !bucket.includes('.');
  const template = isInHost ? http.requestUri.replace(/^\/\{Bucket\}/, '') : http.requestUri;
  const path = template.replace(/\{(\w+)(\+?)\}/g, (_, label: string, greedy: string) => {
    const parts = greedy ? (uri[label] ?? '').split('/') : [uri[label] ?? ''];
    return parts.map(encoded).join('/');
  });
  const parameters = query.map(([name, value]) => `${name}=${encoded(value)}`).join('&');
  const joined = parameters === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${parameters}`;
  return {
    host: isInHost ? `${bucket}.${host}` : host,
    path: joined.startsWith('/') ? joined : `/${joined}`,
  };
}

/** Half of a surrogate pair, which the service will refuse, has no bytes of its own. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

function protocolHeaders({ metadata, name }: OperationModel): Readonly<Record<string, string>> {
  const { protocol, jsonVersion = '1.0', targetPrefix = '' } = metadata;
  if (protocol === 'json') {
    return { 'Content-Type': `application/x-amz-json-${jsonVersion}`, 'X-Amz-Target': `${targetPrefix}.${name}` };
  }
  return protocol === 'query' ? { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' } : {};
}
