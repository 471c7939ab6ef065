// Written by `npm run generate` from the service models; not to be edited.

import type { KmsOperations } from './kms.types.ts';
import type { S3Operations } from './s3.types.ts';
import type { IamOperations } from './iam.types.ts';
import type { StsOperations } from './sts.types.ts';
import type { CloudtrailOperations } from './cloudtrail.types.ts';
import type { CloudwatchOperations } from './cloudwatch.types.ts';
import type { OrganizationsOperations } from './organizations.types.ts';
import type { ServiceQuotasOperations } from './service-quotas.types.ts';
import type { S3controlOperations } from './s3control.types.ts';

/** Every service by the name of its model, with the operations that its model declares. */
export interface Services {
  readonly kms: KmsOperations;
  readonly s3: S3Operations;
  readonly iam: IamOperations;
  readonly sts: StsOperations;
  readonly cloudtrail: CloudtrailOperations;
  readonly cloudwatch: CloudwatchOperations;
  readonly organizations: OrganizationsOperations;
  readonly 'service-quotas': ServiceQuotasOperations;
  readonly s3control: S3controlOperations;
}
