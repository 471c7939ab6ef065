/** Credentials for calls to an endpoint as they are found, and what it takes to find them. */

import { StoreError } from '../../api/errors.ts';
import type { Client } from '../../wire/client/client.ts';
import type { Endpoint } from '../../wire/client/endpoint.ts';
import type { Credentials } from '../../wire/signature/signing.ts';

/** Credentials, and until when they count, in milliseconds since 1970; for ever if that is absent. */
export interface FoundCredentials extends Credentials {
  readonly untilMs?: number | undefined;
}

/** What it takes to assume a role for calls to an endpoint. */
export interface RoleClients {
  /** Where roles are assumed, and nowhere else. */
  readonly endpoint: Endpoint;
  readonly region: string;
  /** A client of that place. */
  readonly client: (credentials: Credentials | undefined) => Client;
}

/**
 * In the AWS CLI's words: botocore, exceptions.py, `PartialCredentialsError`.
 * @param where as the AWS CLI calls it
 */
export const partialCredentials = (where: string, missing: string): StoreError =>
  new StoreError(`Partial credentials found in ${where}, missing: ${missing}`);
