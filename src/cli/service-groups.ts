/** The AWS services on the command line, one row each, under the AWS CLI's name for their group. */

import type { ServiceName } from '../api/model/operations.ts';
import type { CommandNode, GroupSpec } from './command.ts';
import type { OperationProse } from './prose/operation-prose.ts';

export interface ServiceGroup {
  readonly service: ServiceName;
  /** The service's name in a sentence of help. */
  readonly title: string;
  readonly summary: string;
  /** What help and manuals say about its operations. */
  readonly prose: () => Promise<Readonly<Record<string, OperationProse>>>;
  /** Commands of our own, before its operations. */
  readonly own?: () => Promise<readonly CommandNode[]>;
  /** Its group `wait`, in services with waiters. */
  readonly wait?: Pick<GroupSpec, 'summary' | 'load'>;
}

const rows = {
  kms: {
    service: 'kms',
    title: 'KMS',
    summary: 'Manage and use KMS keys, aliases, key policies and grants',
    prose: async () => (await import('./prose/kms.ts')).kmsProse,
    own: async () => (await import('./commands/kms.ts')).kmsCommands,
  },
  s3api: {
    service: 's3',
    title: 'S3',
    summary: 'Call Amazon S3, operation by operation',
    prose: async () => (await import('./prose/s3.ts')).s3Prose,
    wait: {
      summary: 'Wait until a bucket or an object exists, or no longer does',
      load: async () => (await import('./aws-input/wait.ts')).waitCommands('s3'),
    },
  },
  iam: {
    service: 'iam',
    title: 'IAM',
    summary: 'Manage users, groups, roles and their policies',
    prose: async () => (await import('./prose/iam.ts')).iamProse,
    wait: {
      summary: 'Wait until a user, a role or a managed policy exists',
      load: async () => (await import('./aws-input/wait.ts')).waitCommands('iam'),
    },
  },
  sts: {
    service: 'sts',
    title: 'STS',
    summary: 'Show who is calling, and assume roles',
    prose: async () => (await import('./prose/sts.ts')).stsProse,
  },
  cloudtrail: {
    service: 'cloudtrail',
    title: 'CloudTrail',
    summary: 'Call AWS CloudTrail, operation by operation',
    prose: async () => (await import('./prose/cloudtrail.ts')).cloudtrailProse,
  },
} satisfies Record<string, ServiceGroup>;

export type ServiceGroupName = keyof typeof rows;

export const serviceGroups: Readonly<Record<ServiceGroupName, ServiceGroup>> = rows;
