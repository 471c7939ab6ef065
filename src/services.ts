/** Maps services to the files with their operations; each is loaded when a call first needs it. */

import type { ServiceName } from './api/model/operations.ts';
import type { OperationTable } from './call/operation.ts';
import type { PipelineParts } from './call/scope.ts';

/** The loaded services, and the changes that happen to their records as time passes. */
export interface Loaded {
  readonly operations: Partial<Record<ServiceName, OperationTable>>;
  settle: NonNullable<PipelineParts['settle']>;
}

type Loader = () => Promise<Partial<Loaded['operations'] & { settle: Loaded['settle'] }>>;

const kms: Loader = async () => ({ kms: (await import('./kms/operations.ts')).kmsOperations });
const keysInTime: Loader = async () => ({ settle: (await import('./kms/settle.ts')).settleKeys });

const loaders: Partial<Record<ServiceName, readonly Loader[]>> = {
  kms: [kms, keysInTime],
  // S3 calls KMS on the caller's behalf, inside its own transaction.
  s3: [async () => ({ s3: (await import('./s3/operations.ts')).s3Operations }), kms, keysInTime],
  iam: [async () => ({ iam: (await import('./iam/operations.ts')).iamOperations })],
  sts: [async () => ({ sts: (await import('./iam/sts-operations.ts')).stsOperations })],
  // The audit log reports rotations and deletions that are due.
  cloudtrail: [
    async () => ({ cloudtrail: (await import('./cloudtrail/operations.ts')).cloudtrailOperations }),
    keysInTime,
  ],
  // An alarm may be on when a key's material expires.
  cloudwatch: [
    async () => ({ cloudwatch: (await import('./cloudwatch/operations.ts')).cloudwatchOperations }),
    keysInTime,
  ],
  organizations: [
    async () => ({ organizations: (await import('./organizations/operations.ts')).organizationsOperations }),
  ],
  'service-quotas': [
    async () => ({ 'service-quotas': (await import('./service-quotas/operations.ts')).serviceQuotasOperations }),
  ],
  s3control: [async () => ({ s3control: (await import('./s3control/operations.ts')).s3controlOperations })],
};

/** The services that single operations call, besides those that every operation of their service needs. */
const called: Partial<Record<ServiceName, Readonly<Record<string, ServiceName>>>> = {
  // Whether the bucket's policy and the key's let CloudTrail deliver.
  cloudtrail: { CreateTrail: 's3', UpdateTrail: 's3' },
};

export const nothingLoaded = (): Loaded => ({ operations: {}, settle: () => true });

/**
 * Adds the operations of a service, and those that they call, to the loaded ones.
 * @param operation the only one that will be called; absent: any may be
 */
export async function loadService(service: ServiceName, loaded: Loaded, operation?: string): Promise<void> {
  const needed = Object.entries(called[service] ?? {}).filter(
    ([name]) => operation === undefined || name === operation,
  );
  await Promise.all([service, ...needed.map(([, other]) => other)].map((each) => loadOperations(each, loaded)));
}

async function loadOperations(service: ServiceName, loaded: Loaded): Promise<void> {
  if (loaded.operations[service]) return;
  for (const { settle, ...operations } of await Promise.all((loaders[service] ?? []).map((load) => load()))) {
    Object.assign(loaded.operations, operations);
    if (settle) loaded.settle = settle;
  }
}
