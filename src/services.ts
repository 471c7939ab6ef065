/** Which file has the operations of which service; each is loaded when the first call needs it. */

import type { OperationTable, ServiceName } from './api/operation.ts';

type Loaded = Partial<Record<ServiceName, OperationTable>>;

const kms = async (): Promise<Loaded> => ({ kms: (await import('./kms/operations.ts')).kmsOperations });
const iam = async (): Promise<Loaded> => ({ iam: (await import('./iam/operations.ts')).iamOperations });

const loaders: Partial<Record<ServiceName, readonly (() => Promise<Loaded>)[]>> = {
  kms: [kms],
  // S3 calls KMS on the caller's behalf, inside its own transaction.
  s3: [async () => ({ s3: (await import('./s3/operations.ts')).s3Operations }), kms],
  iam: [iam],
  sts: [async () => ({ sts: (await import('./iam/sts-operations.ts')).stsOperations })],
  cloudtrail: [async () => ({ cloudtrail: (await import('./cloudtrail/operations.ts')).cloudtrailOperations })],
};

/** Adds a service's operations, and those that they call, to a record of loaded ones. */
export async function loadService(service: ServiceName, loaded: Loaded): Promise<void> {
  if (loaded[service]) return;
  for (const tables of await Promise.all((loaders[service] ?? []).map((load) => load()))) Object.assign(loaded, tables);
}
