/** Names of services and operations, with the types of their inputs and outputs, from the models. */

import type { Services } from './services.ts';

export type ServiceName = keyof Services;

export type OperationName<S extends ServiceName> = keyof Services[S] & string;

type Shapes<S extends ServiceName, N extends OperationName<S>> = Services[S][N] extends {
  readonly input: infer I;
  readonly output: infer O;
}
  ? { readonly input: I; readonly output: O }
  : never;

export type Input<S extends ServiceName, N extends OperationName<S>> = Shapes<S, N>['input'];

export type Output<S extends ServiceName, N extends OperationName<S>> = Shapes<S, N>['output'];
