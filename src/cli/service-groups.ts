/** The AWS services on the command line, one row each, under the AWS CLI's name for their group. */

import type { ServiceName } from '../api/model/operations.ts';
import type { ServiceProse } from './aws-input/service-commands.ts';
import type { CommandNode, GroupSpec } from './command.ts';
import type { OperationProse } from './prose/operation-prose.ts';
import type { Meanings } from './prose/options/meaning.ts';

export interface ServiceGroup {
  readonly service: ServiceName;
  /** The service's name in a sentence of help. */
  readonly title: string;
  readonly summary: string;
  /** What help, manuals and prompts say about its operations and their options. */
  readonly prose: () => Promise<ServiceProse>;
  /** Commands of our own, before its operations. */
  readonly own?: () => Promise<readonly CommandNode[]>;
  /** Its group `wait`, in services with waiters. */
  readonly wait?: Pick<GroupSpec, 'summary' | 'load'>;
}

async function described(
  service: ServiceName,
  operations: Readonly<Record<string, OperationProse>>,
  meanings: Meanings,
): Promise<ServiceProse> {
  const { describing } = await import('./aws-input/described-option.ts');
  return { operations, describe: describing(service, meanings) };
}

const s3Prose = async () =>
  described('s3', (await import('./prose/s3.ts')).s3Prose, (await import('./prose/options/s3.ts')).s3Options);

const iamProse = async () =>
  described('iam', (await import('./prose/iam.ts')).iamProse, (await import('./prose/options/iam.ts')).iamOptions);

const cloudwatchProse = async () =>
  described(
    'cloudwatch',
    (await import('./prose/cloudwatch.ts')).cloudwatchProse,
    (await import('./prose/options/cloudwatch.ts')).cloudwatchOptions,
  );

const rows = {
  kms: {
    service: 'kms',
    title: 'KMS',
    summary: 'Manage and use KMS keys, aliases, key policies and grants',
    prose: async () =>
      described('kms', (await import('./prose/kms.ts')).kmsProse, (await import('./prose/options/kms.ts')).kmsOptions),
    own: async () => (await import('./commands/kms.ts')).kmsCommands,
  },
  s3api: {
    service: 's3',
    title: 'S3',
    summary: 'Call Amazon S3, operation by operation',
    prose: s3Prose,
    wait: {
      summary: 'Wait until a bucket or an object exists, or no longer does',
      load: async ({ prose }) => (await import('./aws-input/wait.ts')).waitCommands('s3', s3Prose, prose),
    },
  },
  iam: {
    service: 'iam',
    title: 'IAM',
    summary: 'Manage users, groups, roles and their policies',
    prose: iamProse,
    own: async () => (await import('./commands/iam.ts')).iamCommands,
    wait: {
      summary: 'Wait until a user, a role or a managed policy exists',
      load: async ({ prose }) => (await import('./aws-input/wait.ts')).waitCommands('iam', iamProse, prose),
    },
  },
  sts: {
    service: 'sts',
    title: 'STS',
    summary: 'Show who is calling, and assume roles',
    prose: async () =>
      described('sts', (await import('./prose/sts.ts')).stsProse, (await import('./prose/options/sts.ts')).stsOptions),
  },
  cloudtrail: {
    service: 'cloudtrail',
    title: 'CloudTrail',
    summary: 'Call AWS CloudTrail, operation by operation',
    prose: async () =>
      described(
        'cloudtrail',
        (await import('./prose/cloudtrail.ts')).cloudtrailProse,
        (await import('./prose/options/cloudtrail.ts')).cloudtrailOptions,
      ),
    own: async () => (await import('./commands/cloudtrail.ts')).cloudtrailCommands,
  },
  cloudwatch: {
    service: 'cloudwatch',
    title: 'CloudWatch',
    summary: 'Call Amazon CloudWatch, operation by operation',
    prose: cloudwatchProse,
    wait: {
      summary: 'Wait until an alarm exists',
      load: async ({ prose }) =>
        (await import('./aws-input/wait.ts')).waitCommands('cloudwatch', cloudwatchProse, prose),
    },
  },
  organizations: {
    service: 'organizations',
    title: 'Organizations',
    summary: 'Manage an organization, its accounts and the policies that limit them',
    prose: async () =>
      described(
        'organizations',
        (await import('./prose/organizations.ts')).organizationsProse,
        (await import('./prose/options/organizations.ts')).organizationsOptions,
      ),
  },
  'service-quotas': {
    service: 'service-quotas',
    title: 'Service Quotas',
    summary: 'Call Service Quotas, operation by operation',
    prose: async () =>
      described(
        'service-quotas',
        (await import('./prose/service-quotas.ts')).serviceQuotasProse,
        (await import('./prose/options/service-quotas.ts')).serviceQuotasOptions,
      ),
  },
  s3control: {
    service: 's3control',
    title: 'S3 Control',
    summary: 'Call Amazon S3 Control, operation by operation',
    prose: async () =>
      described(
        's3control',
        (await import('./prose/s3control.ts')).s3controlProse,
        (await import('./prose/options/s3control.ts')).s3controlOptions,
      ),
  },
} satisfies Record<string, ServiceGroup>;

export type ServiceGroupName = keyof typeof rows;

export const serviceGroups: Readonly<Record<ServiceGroupName, ServiceGroup>> = rows;
