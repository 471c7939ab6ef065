/** Cuts a service model into parts that are read separately: its index, and each operation with its shapes. */

import type { MessageRef, OperationDeclaration, ServiceMetadata, ServiceModel, Shape } from './shapes.ts';
import { references } from './shapes.ts';

/** A service's contents, small enough to be read for help and completion. */
export interface ServiceIndex {
  readonly metadata: ServiceMetadata;
  /** Each operation's HTTP binding, by name. */
  readonly operations: Readonly<Record<string, OperationDeclaration['http']>>;
}

/** What a request to an operation of a REST service has, which tells it from those to the others. */
export interface OperationRoute {
  readonly name: string;
  readonly method: string;
  /** A template without its query: `/{Bucket}/{Key+}`. */
  readonly path: string;
  /** The parameters that the template has in its query; null for one without a value. */
  readonly query: Readonly<Record<string, string | null>>;
  /** Further parameters of the query that it cannot do without. */
  readonly requiredQuery: readonly string[];
  /** The headers that it cannot do without, in lower case. */
  readonly requiredHeaders: readonly string[];
  readonly isDeprecated: boolean;
}

/** All operations of AWS by the AWS CLI's name for their service, then for their command; the models have fewer. */
export type OperationDirectory = Readonly<Record<string, CommandDirectory>>;

/** The operations of a service by the AWS CLI's names for their commands. */
export type CommandDirectory = Readonly<Record<string, string>>;

/** An operation with every shape that it reaches. */
export interface OperationSlice extends OperationDeclaration {
  readonly shapes: Readonly<Record<string, Shape>>;
}

export function indexOf({ metadata, operations }: ServiceModel): ServiceIndex {
  return {
    metadata,
    operations: Object.fromEntries(Object.entries(operations).map(([name, { http }]) => [name, http])),
  };
}

/** How to recognize the operations of a REST service, in the model's order. */
export function routesOf({ operations, shapes }: ServiceModel): readonly OperationRoute[] {
  return Object.entries(operations).map(([name, { http, input, deprecated }]) => {
    const [path = '', query = ''] = http.requestUri.split('?');
    return {
      name,
      method: http.method,
      path,
      query: staticQuery(query),
      requiredQuery: required(shapes, input, 'querystring'),
      requiredHeaders: required(shapes, input, 'header').map((header) => header.toLowerCase()),
      isDeprecated: deprecated === true,
    };
  });
}

const staticQuery = (query: string): OperationRoute['query'] =>
  Object.fromEntries(
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('='))
      .map(([name, value]) => [name, value ?? null]),
  );

/** The names of an input's required members that travel in this part of a request. */
function required(
  shapes: ServiceModel['shapes'],
  input: MessageRef | undefined,
  location: 'querystring' | 'header',
): readonly string[] {
  const shape = input && shapes[input.shape];
  if (shape?.type !== 'structure') return [];
  return (shape.required ?? []).flatMap((name) => {
    const member = shape.members[name];
    return member?.location === location ? [member.locationName ?? name] : [];
  });
}

/** @throws Error if the directory does not have the service. */
export function commandsOf(directory: OperationDirectory, service: string): CommandDirectory {
  const commands = directory[service === 's3' ? 's3api' : service];
  if (!commands) throw new Error(`the directory of operations does not have ${service}`);
  return commands;
}

/** @throws Error if the model does not have the operation. */
export function sliceOf(model: ServiceModel, name: string): OperationSlice {
  const operation = model.operations[name];
  if (!operation) throw new Error(`the model has no operation ${name}`);
  const shapes: Record<string, Shape> = {};
  const visit = (shapeName: string): void => {
    const shape = model.shapes[shapeName];
    if (!shape || shapes[shapeName]) return;
    shapes[shapeName] = shape;
    for (const { shape: next } of references(shape)) visit(next);
  };
  for (const root of [operation.input?.shape, operation.output?.shape, ...(operation.errors ?? [])]) {
    if (root !== undefined) visit(root);
  }
  return { ...operation, shapes };
}
