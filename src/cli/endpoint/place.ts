/** What a command that may call an endpoint asks and says about where its calls go. */

import { type AwsError, statusOf } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { ChosenEndpoint, Endpoints } from './chosen.ts';

/** What a place is found by: a session. */
interface Placed {
  readonly endpoints?: Endpoints | undefined;
}

/** Whether the calls to a service go to an endpoint, and not to the store on this machine. */
export const isRemote = (service: ServiceName, { endpoints }: Placed): boolean => endpoints?.of(service) !== undefined;

/** Whether one service can know what the other names: both are in the store on this machine, or neither is. */
export const areTogether = (one: ServiceName, other: ServiceName, place: Placed): boolean =>
  isRemote(one, place) === isRemote(other, place);

/** ` at http://127.0.0.1:4566`, for the end of a question or message; empty for the store on this machine. */
export function placeText(service: ServiceName, { endpoints }: Placed): string {
  const chosen = endpoints?.of(service);
  return chosen ? ` ${endpointPlace(chosen)}` : '';
}

/** `at http://127.0.0.1:4566`, or `in AWS itself`. */
export const endpointPlace = ({ endpoint, text }: ChosenEndpoint): string =>
  endpoint.kind === 'aws' ? 'in AWS itself' : `at ${text}`;

/**
 * Whether an endpoint refuses a call since it does not have the operation: those of S3 on other storage, and services
 * that stand in for AWS's, have each their own words for it.
 */
export function isUnavailable(refusal: AwsError): boolean {
  const status = statusOf(refusal, undefined);
  return status === 405 || status === 501 || UNAVAILABLE.has(refusal.code);
}

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'InvalidAction',
  'MethodNotAllowed',
  'NotImplemented',
  'UnknownOperationException',
  'UnsupportedOperation',
  'UnsupportedOperationException',
]);
