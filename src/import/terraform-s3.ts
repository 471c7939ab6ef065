/** Buckets and their settings in a plan or state: the AWS provider's documentation, `aws_s3_bucket*`. */

import type { AccountId } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import type { ReplicationConfiguration } from '../api/model/s3.types.ts';
import { isOwnership } from '../s3/buckets/ownership-controls.ts';
import { isBucketName } from '../s3/request/bucket-name.ts';
import type { BucketDefault, PublicAccessBlock } from '../store/records/s3.ts';
import type { BucketDraft } from './configuration.ts';
import {
  items,
  kindText,
  member,
  optionalBoolean,
  optionalText,
  type Part,
  required,
  requiredText,
  textOf,
  Unreadable,
} from './findings.ts';
import { policyLimits, policyText } from './policy-text.ts';
import {
  attribute,
  isOpen,
  OpenValue,
  readEach,
  type Terraform,
  type TerraformResource,
} from './terraform-resource.ts';

interface TerraformBuckets {
  readonly buckets: BucketDraft[];
  readonly accountBlocks: Map<AccountId, PublicAccessBlock>;
}

export function readTerraformBuckets(terraform: Terraform): TerraformBuckets {
  const buckets = new Map<string, BucketDraft>();
  readEach(terraform, 'aws_s3_bucket', (resource) => {
    const bucket = readBucket(resource, terraform);
    buckets.set(bucket.name, bucket);
  });
  /** Adds to a bucket what a resource of its own says. */
  const settings = (type: string, read: (resource: TerraformResource, bucket: string) => Partial<BucketDraft>) =>
    readEach(terraform, type, (resource) => {
      const name = bucketOf(resource, terraform);
      const bucket = buckets.get(name);
      if (!bucket) {
        throw new Unreadable(resource.values, `the bucket "${name}" is not in it, so ${resource.address} is left out`);
      }
      buckets.set(name, { ...bucket, ...read(resource, name) });
    });
  settings('aws_s3_bucket_policy', (resource, name) => ({ policy: bucketPolicy(resource, name) }));
  settings('aws_s3_bucket_server_side_encryption_configuration', (resource) =>
    encryptionIn(items(resource.values, 'rule'), resource, terraform),
  );
  settings('aws_s3_bucket_public_access_block', (resource) => ({ publicAccessBlock: blockOf(resource) }));
  settings('aws_s3_bucket_ownership_controls', (resource) => ({ ownership: ownershipOf(resource) }));
  settings('aws_s3_bucket_versioning', (resource) => ({ versioning: versioningOf(resource) }));
  settings('aws_s3_bucket_replication_configuration', (resource) => ({
    replication: replicationOf(resource, terraform),
  }));
  settings('aws_s3_bucket_acl', (resource) => refuseGrants(resource));
  const accountBlocks = new Map<AccountId, PublicAccessBlock>();
  readEach(terraform, 'aws_s3_account_public_access_block', (resource) => {
    const account = optionalText(resource.values, 'account_id') ?? terraform.accountOf(resource);
    accountBlocks.set(account, blockOf(resource));
  });
  return { buckets: [...buckets.values()], accountBlocks };
}

/** What a new bucket has, and what this resource itself says of it: the provider's arguments of before version 4. */
function readBucket(resource: TerraformResource, terraform: Terraform): BucketDraft {
  const { values } = resource;
  const name = nameOf(resource);
  const region = terraform.regionOf(resource);
  const policy = optionalText(values, 'policy');
  if (isOpen(resource, 'policy') && terraform.configuration.sets(resource, 'policy')) {
    terraform.findings.add(values, new OpenValue(resource, 'policy', withoutPolicy(name)).message, 'open');
  }
  const [encryption] = items(values, 'server_side_encryption_configuration');
  const [versioning] = items(values, 'versioning');
  return {
    name,
    owner: terraform.accountOf(resource),
    region,
    location: region === 'us-east-1' ? undefined : region,
    encryption: { kind: 'SSE-S3', bucketKey: false },
    encryptionIsExplicit: false,
    blocksCustomerKeys: false,
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownership: 'BucketOwnerEnforced',
    tags: tagsOf(resource),
    ...(policy !== undefined &&
      policy !== '' && { policy: policyText(required(values, 'policy'), policyLimits.bucket) }),
    ...(encryption && encryptionIn(items(encryption, 'rule'), resource, terraform)),
    ...(versioning && optionalBoolean(versioning, 'enabled') === true && { versioning: 'Enabled' as const }),
  };
}

function nameOf(resource: TerraformResource): string {
  const part = attribute(resource, 'bucket');
  if (!part) throw new OpenValue(resource, 'bucket', 'the bucket is left out');
  const name = textOf(part);
  if (isBucketName(name)) return name;
  throw new Unreadable(part, `${kindText(part)} is not the name of a general purpose bucket, so it is left out`);
}

/** The bucket that a resource is about, which may be another resource of the plan. */
function bucketOf(resource: TerraformResource, terraform: Terraform): string {
  if (!isOpen(resource, 'bucket')) {
    // Before version 4 an ARN would do.
    return requiredText(resource.values, 'bucket').replace(/^arn:aws:s3:::/, '');
  }
  const target = terraform.configuration.target(resource, 'bucket', terraform.resources);
  if (target && attribute(target, 'bucket') && target.type.startsWith('aws_s3_bucket')) return nameOf(target);
  if (target?.type.startsWith('aws_s3_bucket_')) return bucketOf(target, terraform);
  throw new OpenValue(resource, 'bucket', 'it is left out, and its bucket is without it');
}

const withoutPolicy = (name: string): string =>
  `decisions about the bucket "${name}" are as if it had no policy, which may allow or deny more`;

function bucketPolicy(resource: TerraformResource, name: string): string {
  if (isOpen(resource, 'policy')) throw new OpenValue(resource, 'policy', withoutPolicy(name));
  return policyText(required(resource.values, 'policy'), policyLimits.bucket);
}

function encryptionIn(
  rules: readonly Part[],
  resource: TerraformResource,
  terraform: Terraform,
): Pick<BucketDraft, 'encryption' | 'encryptionIsExplicit' | 'blocksCustomerKeys'> {
  const [rule] = rules;
  if (!rule) throw new Unreadable(resource.values, 'the default encryption of a bucket has one rule');
  const [apply] = items(rule, 'apply_server_side_encryption_by_default');
  const bucketKey = optionalBoolean(rule, 'bucket_key_enabled') ?? false;
  const blocked = items(rule, 'blocked_encryption_types').map(textOf);
  const encryption = apply
    ? defaultOf(apply, bucketKey, resource, terraform)
    : ({ kind: 'SSE-S3', bucketKey } as const);
  return { encryption, encryptionIsExplicit: true, blocksCustomerKeys: blocked.includes('SSE-C') };
}

function defaultOf(apply: Part, bucketKey: boolean, resource: TerraformResource, terraform: Terraform): BucketDefault {
  const algorithm = required(apply, 'sse_algorithm');
  if (algorithm.value === 'AES256') return { kind: 'SSE-S3', bucketKey };
  if (algorithm.value !== 'aws:kms' && algorithm.value !== 'aws:kms:dsse') {
    throw new Unreadable(algorithm, `sse_algorithm is AES256, aws:kms or aws:kms:dsse, not ${kindText(algorithm)}`);
  }
  const kind = algorithm.value === 'aws:kms' ? 'SSE-KMS' : 'DSSE-KMS';
  const known = optionalText(apply, 'kms_master_key_id');
  const keyId = known === '' ? undefined : known;
  if (keyId !== undefined || !isOpen(resource, ruleName(resource))) return { kind, keyId, bucketKey };
  const target = terraform.configuration.target(resource, ruleName(resource), terraform.resources);
  const arn = target && terraform.keys.arnAt(target);
  if (arn !== undefined) return { kind, keyId: arn, bucketKey };
  throw new OpenValue(
    resource,
    'kms_master_key_id',
    'the bucket is taken as encrypted with SSE-S3, and the key is not asked',
  );
}

/** The attribute with the key in it. */
const ruleName = ({ type }: TerraformResource): string =>
  type === 'aws_s3_bucket' ? 'server_side_encryption_configuration' : 'rule';

function blockOf({ values }: TerraformResource): PublicAccessBlock {
  const is = (name: string) => optionalBoolean(values, name) ?? false;
  return {
    BlockPublicAcls: is('block_public_acls'),
    IgnorePublicAcls: is('ignore_public_acls'),
    BlockPublicPolicy: is('block_public_policy'),
    RestrictPublicBuckets: is('restrict_public_buckets'),
  };
}

function ownershipOf({ values }: TerraformResource): BucketDraft['ownership'] {
  const [rule] = items(values, 'rule');
  const ownership = required(rule ?? values, 'object_ownership');
  const text = textOf(ownership);
  if (isOwnership(text)) return text;
  throw new Unreadable(ownership, `${kindText(ownership)} is not a setting of Object Ownership`);
}

function versioningOf({ values }: TerraformResource): BucketDraft['versioning'] {
  const [configuration] = items(values, 'versioning_configuration');
  const status = required(configuration ?? values, 'status');
  if (status.value === 'Disabled') return undefined;
  if (status.value === 'Enabled' || status.value === 'Suspended') return status.value;
  throw new Unreadable(status, `status is Enabled, Suspended or Disabled, not ${kindText(status)}`);
}

/** The provider's names are S3's in another spelling, and its blocks are lists. */
function replicationOf(resource: TerraformResource, terraform: Terraform): ReplicationConfiguration {
  const meaning = 'the replication is left out';
  const { values } = resource;
  const roleTarget = isOpen(resource, 'role')
    ? terraform.configuration.target(resource, 'role', terraform.resources)
    : undefined;
  const roleName = roleTarget?.type === 'aws_iam_role' ? optionalText(roleTarget.values, 'name') : undefined;
  const role =
    roleTarget && roleName !== undefined
      ? `arn:aws:iam::${terraform.accountOf(roleTarget)}:role${optionalText(roleTarget.values, 'path') ?? '/'}${roleName}`
      : optionalText(values, 'role');
  if (role === undefined) throw new OpenValue(resource, 'role', meaning);
  if (isOpen(resource, 'rule') && terraform.configuration.sets(resource, 'rule') && hasOpenDestination(values)) {
    throw new OpenValue(resource, 'rule', meaning);
  }
  const rules = items(values, 'rule').map((rule) => {
    requiredText(rule, 'status');
    return inSpellingOfS3(rule.value, '');
  });
  // The provider's schema is that of S3.
  return { Role: role, Rules: rules } as unknown as ReplicationConfiguration;
}

const hasOpenDestination = (values: Part): boolean =>
  items(values, 'rule').some((rule) => items(rule, 'destination').every((to) => !member(to, 'bucket')));

const names: Readonly<Record<string, string>> = { id: 'ID', replica_kms_key_id: 'ReplicaKmsKeyID', tags: 'Tags' };

/** `delete_marker_replication: [{status}]` → `DeleteMarkerReplication: {Status}`. */
function inSpellingOfS3(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return inSpellingOfS3(value[0], name);
  if (!isRecord(value)) return value;
  if (name === 'tags') return Object.entries(value).map(([Key, Value]) => ({ Key, Value }));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const isAbsent = inner === null || inner === '' || (Array.isArray(inner) && inner.length === 0);
      const spelled = names[key] ?? key.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return isAbsent ? [] : [[spelled, inSpellingOfS3(inner, key)]];
    }),
  );
}

/** Access control lists that allow others something are not part of ssebox. */
function refuseGrants(resource: TerraformResource): Partial<BucketDraft> {
  const acl = optionalText(resource.values, 'acl');
  const isPrivate =
    acl === undefined ? items(resource.values, 'access_control_policy').length === 0 : acl === 'private';
  if (isPrivate) return {};
  throw new Unreadable(
    resource.values,
    `the access control list ${acl ?? ''} is left out: decisions are as if it were private`,
  );
}

function tagsOf(resource: TerraformResource): BucketDraft['tags'] {
  const tags = attribute(resource, 'tags_all') ?? attribute(resource, 'tags');
  if (!tags) return undefined;
  const list = Object.keys(tags.value as object).map((Key) => ({ Key, Value: requiredText(tags, Key) }));
  return list.length > 0 ? list : undefined;
}
