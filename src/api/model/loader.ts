/**
 * The service models at run time: one operation at a time, with only the shapes that it needs. When run from source, an
 * operation is cut out of its service's whole model; the build cuts all of them in advance, so that the program reads
 * one small file. The names of the operations that a model leaves out are in a file of their own.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from './operations.ts';
import type { ServiceMetadata, ServiceModel } from './shapes.ts';
import {
  type CommandDirectory,
  commandsOf,
  indexOf,
  type OperationDirectory,
  type OperationRoute,
  type OperationSlice,
  routesOf,
  type ServiceIndex,
  sliceOf,
} from './slice.ts';

/** An operation as its service's model declares it. */
export interface OperationModel extends OperationSlice {
  readonly service: ServiceName;
  readonly name: string;
  readonly metadata: ServiceMetadata;
}

/** True in the bundle, where the build defines it. */
declare const SSEBOX_BUILT: boolean | undefined;
const built = typeof SSEBOX_BUILT !== 'undefined';

const indexes = new Map<ServiceName, ServiceIndex>();
/** By service, then by name: a combined string would be built for every call. */
const operations = new Map<ServiceName, Map<string, OperationModel | undefined>>();
const models = new Map<ServiceName, ServiceModel>();

/** The model of an operation; undefined if the service does not have it. */
export function operationModel(service: ServiceName, name: string): OperationModel | undefined {
  const ofService = operations.get(service) ?? new Map<string, OperationModel | undefined>();
  const known = ofService.get(name);
  if (known || ofService.has(name)) return known;
  const { metadata, operations: names } = serviceIndex(service);
  const model = Object.hasOwn(names, name) ? { service, name, metadata, ...slice(service, name) } : undefined;
  operations.set(service, ofService.set(name, model));
  return model;
}

/** The names of a service's operations, in the model's order, which is alphabetical. */
export function operationNames(service: ServiceName): readonly string[] {
  return Object.keys(serviceIndex(service).operations);
}

/** What a service is called in its protocol. */
export const serviceMetadata = (service: ServiceName): ServiceMetadata => serviceIndex(service).metadata;

/** How to recognize the operations of a REST service; in a file of their own, since only a server asks. */
export const operationRoutes = (service: ServiceName): readonly OperationRoute[] =>
  built ? read(`model/${service}/routes.json`) : routesOf(wholeModel(service));

/** Every operation that AWS has for a service, by the AWS CLI's name for its command; the model may have fewer. */
export const everyOperation = (service: ServiceName): CommandDirectory =>
  built ? read(`model/${service}/commands.json`) : commandsOf(read<OperationDirectory>('operations.json'), service);

/** A service without its shapes: its protocol, and how its operations are bound to HTTP. */
function serviceIndex(service: ServiceName): ServiceIndex {
  let index = indexes.get(service);
  if (!index) {
    index = built ? read<ServiceIndex>(`model/${service}/index.json`) : indexOf(wholeModel(service));
    indexes.set(service, index);
  }
  return index;
}

const slice = (service: ServiceName, name: string): OperationSlice =>
  built ? read(`model/${service}/${name}.json`) : sliceOf(wholeModel(service), name);

function wholeModel(service: ServiceName): ServiceModel {
  const model = models.get(service) ?? read<ServiceModel>(`${service}.json`);
  models.set(service, model);
  return model;
}

/** Reads a file whose form the build or the source tree guarantees. */
function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
}
