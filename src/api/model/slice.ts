/** Cuts a service model into parts that are read separately: its index, and each operation with its shapes. */

import type { OperationDeclaration, ServiceMetadata, ServiceModel, Shape } from './shapes.ts';
import { references } from './shapes.ts';

/** A service's contents, small enough to be read for help and completion. */
export interface ServiceIndex {
  readonly metadata: ServiceMetadata;
  /** Each operation's HTTP binding, by name. */
  readonly operations: Readonly<Record<string, OperationDeclaration['http']>>;
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
