/** The endpoint that a presigned URL is for, and the credentials that belong there. */

import { existsSync } from 'node:fs';
import { StoreError, UsageError } from '../../../api/errors.ts';
import { operationModel } from '../../../api/model/loader.ts';
import { isEndpointKeyId, isSessionKeyId } from '../../../iam/session-key-id.ts';
import { type AddressingStyle, addressOf } from '../../../wire/client/address.ts';
import { AWS_ITSELF, type Endpoint, parseEndpoint } from '../../../wire/client/endpoint.ts';
import type { Credentials } from '../../../wire/signature/signing.ts';
import { s3Endpoint } from '../../endpoint/chosen.ts';
import { credentialsIn } from '../../endpoint/credentials.ts';
import { EXAMPLE_URL, endpointFault } from '../../endpoint/endpoint-text.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import type { S3Uri } from './uri.ts';

interface PresigningEndpoint {
  /** The credentials in the environment if they are not the store's, which then sign as they are. */
  readonly stranger: Credentials | undefined;
  /** Where an object is there, as the client of commands addresses it. */
  place(object: S3Uri, region: string): { readonly origin: string; readonly path: string };
}

/** @throws UsageError for an option that names no endpoint, StoreError for a variable or a profile */
export async function presigningEndpoint(
  option: string | undefined,
  session: Session,
): Promise<PresigningEndpoint | undefined> {
  const endpoint = option === undefined ? configuredEndpoint(session) : endpointOf(option);
  if (!endpoint) return undefined;
  const style = session.settings['s3.addressing_style'] ?? 'auto';
  return {
    stranger: await strangerIn(session),
    place: (object, region) => placeAt({ endpoint, style }, object, region),
  };
}

function endpointOf(option: string): Endpoint | undefined {
  const fault = option === AWS_ITSELF ? undefined : endpointFault(option);
  if (fault !== undefined) throw new UsageError(`--endpoint-url takes a URL such as ${EXAMPLE_URL}, or aws: ${fault}`);
  return parseEndpoint(option);
}

function configuredEndpoint({ environment, settings }: Session): Endpoint | undefined {
  const found = s3Endpoint(environment.variables, settings);
  if (!found) return undefined;
  const fault = endpointFault(found.url);
  if (fault !== undefined) throw new StoreError(`${found.name} must be a URL such as ${EXAMPLE_URL}: ${fault}`);
  return parseEndpoint(found.url);
}

/** Whoever names the store, or a principal or a profile of it, means the store. */
async function strangerIn({ environment, globals, settings, store }: Session): Promise<Credentials | undefined> {
  const { variables } = environment;
  if (globals.as !== undefined || globals.store !== undefined || globals.profile !== undefined) return undefined;
  if (variables.SSEBOX_AS || globals['no-sign-request']) return undefined;
  const credentials = credentialsIn(variables);
  // No store is created to learn that a key is not in it.
  if (!credentials || !existsSync(storeFolder(globals, environment, settings))) return credentials;
  const { rootKey } = await store.workplace();
  const { accessKeyId: id } = credentials;
  const isOfStore =
    isEndpointKeyId(id, rootKey) ||
    isSessionKeyId(id, rootKey) ||
    (await store.transact((tx) => tx.accessKeys.get([id]) !== undefined));
  return isOfStore ? undefined : credentials;
}

interface Addressing {
  readonly endpoint: Endpoint;
  readonly style: AddressingStyle;
}

function placeAt({ endpoint, style }: Addressing, { bucket, key }: S3Uri, region: string) {
  const model = operationModel('s3', 'GetObject');
  if (!model) throw new Error('the model of s3 has no operation GetObject');
  const address = addressOf(endpoint, { model, input: { Bucket: bucket, Key: key }, region, style });
  const { protocol } = new URL(address.origin);
  return { origin: `${protocol}//${address.host}`, path: address.pathOf(`/${bucket}/${key}`) };
}
