/**
 * What `terraform show -json` prints of a plan or a state: Terraform's documentation, "JSON Output Format". A plan is
 * read as what would be there after it is applied.
 */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import { isRegion, type Region } from '../api/regions.ts';
import type { Configuration, ReadingOptions } from './configuration.ts';
import { type Findings, items, kindText, member, optionalText, type Part, required, Unreadable } from './findings.ts';
import { readTerraformIdentities } from './terraform-iam.ts';
import { keyPlaces, readTerraformKeys } from './terraform-kms.ts';
import { configurationOf } from './terraform-references.ts';
import type { Terraform, TerraformResource } from './terraform-resource.ts';
import { readTerraformBuckets } from './terraform-s3.ts';

/** Whether a document is Terraform's. */
export function isTerraform({ value }: Part): boolean {
  if (!isRecord(value)) return false;
  const has = (name: string) => Object.hasOwn(value, name);
  return has('format_version') || (has('terraform_version') && (has('resources') || has('lineage')));
}

/** @throws Unreadable for what is in a format that is not known, or is not what `show -json` prints */
export function readTerraform(
  part: Part,
  options: ReadingOptions,
  findings: Findings,
): Omit<Configuration, 'accounts'> {
  requireFormat(part);
  const isErrored = member(part, 'errored');
  if (isErrored?.value === true) findings.add(isErrored, 'the plan ended with an error, so it is not whole');
  const values = member(part, 'planned_values') ?? member(part, 'values');
  if (!values) throw new Unreadable(part, 'there is neither a plan nor a state in it: it is empty');
  const unknown = unknownValues(part);
  const resources = resourcesIn(required(values, 'root_module'), '', unknown);
  const terraform = placed(part, resources, options, findings);
  for (const resource of resources) tellUnread(resource, findings);
  return {
    ...readTerraformIdentities(terraform),
    ...readTerraformKeys(terraform),
    ...readTerraformBuckets(terraform),
    organizations: [],
    canonicalUsers: new Map(),
  };
}

function requireFormat(part: Part): void {
  const version = member(part, 'format_version');
  if (!version) {
    throw new Unreadable(
      part,
      "this is Terraform's own file of a state: import what terraform show -json prints of it",
    );
  }
  if (typeof version.value === 'string' && /^[01]\.\d+$/.test(version.value)) return;
  throw new Unreadable(version, `the format ${kindText(version)} of Terraform is not known: ssebox reads 0.x and 1.x`);
}

/** By address: what a plan does not know yet. */
function unknownValues(part: Part): ReadonlyMap<string, unknown> {
  return new Map(
    items(part, 'resource_changes').flatMap((change): [string, unknown][] => {
      const address = optionalText(change, 'address');
      const changed = member(change, 'change');
      const unknown = changed && member(changed, 'after_unknown');
      return address === undefined || !unknown ? [] : [[address, unknown.value]];
    }),
  );
}

function resourcesIn(module: Part, address: string, unknown: ReadonlyMap<string, unknown>): TerraformResource[] {
  const own = items(module, 'resources').flatMap((resource): TerraformResource[] => {
    const at = optionalText(resource, 'address') ?? '';
    const values = member(resource, 'values');
    if (optionalText(resource, 'mode') === 'data' && !isCallerIdentity(resource)) return [];
    if (!values) return [];
    const index = member(resource, 'index')?.value;
    return [
      {
        address: at,
        module: address,
        type: optionalText(resource, 'type') ?? '',
        name: optionalText(resource, 'name') ?? '',
        index: typeof index === 'string' || typeof index === 'number' ? index : undefined,
        values,
        unknown: unknown.get(at),
      },
    ];
  });
  const children = items(module, 'child_modules').flatMap((child) =>
    resourcesIn(child, optionalText(child, 'address') ?? '', unknown),
  );
  return [...own, ...children];
}

const isCallerIdentity = (resource: Part): boolean => member(resource, 'type')?.value === 'aws_caller_identity';

function placed(
  part: Part,
  resources: readonly TerraformResource[],
  options: ReadingOptions,
  findings: Findings,
): Terraform {
  const configuration = configurationOf(part);
  const prior = member(part, 'prior_state');
  const before = prior && member(prior, 'values');
  const earlier = before ? resourcesIn(required(before, 'root_module'), '', new Map()) : [];
  const accounts = new Set([...resources, ...earlier].flatMap(accountsTold));
  const accountOf = (resource: TerraformResource): AccountId => {
    const own = arnOf(resource)?.account ?? '';
    if (isAccountId(own)) return own;
    const named = options.account ?? configuration.accountOf(resource);
    if (named !== undefined) return named;
    const [one] = accounts;
    if (one !== undefined && accounts.size === 1) return one;
    throw new Unreadable(
      resource.values,
      `nothing says which account ${resource.address} is in: name it with --account`,
    );
  };
  const known = {
    resources,
    configuration,
    findings,
    options,
    accountOf,
    regionOf(resource: TerraformResource): Region {
      const own = arnOf(resource)?.region ?? '';
      if (isRegion(own)) return own;
      const stated = member(resource.values, 'region')?.value ?? configuration.regionOf(resource);
      if (typeof stated === 'string' && isRegion(stated)) return stated;
      if (typeof stated === 'string') {
        throw new Unreadable(resource.values, `ssebox does not have the region ${stated} of ${resource.address}`);
      }
      findings.assume(`where nothing says so, what Terraform creates is in ${options.region}`, resource.address);
      return options.region;
    },
  };
  return { ...known, keys: keyPlaces(known) };
}

function arnOf({ values }: TerraformResource) {
  const arn = member(values, 'arn')?.value;
  return typeof arn === 'string' ? parseArn(arn) : undefined;
}

function accountsTold(resource: TerraformResource): AccountId[] {
  const id = resource.type === 'aws_caller_identity' ? member(resource.values, 'account_id')?.value : undefined;
  const told = [id, arnOf(resource)?.account];
  return told.filter((account) => typeof account === 'string').filter(isAccountId);
}

/** Types of which everything that decisions depend on is read. */
const read: ReadonlySet<string> = new Set([
  'aws_caller_identity',
  'aws_iam_user',
  'aws_iam_group',
  'aws_iam_role',
  'aws_iam_policy',
  'aws_iam_user_policy',
  'aws_iam_group_policy',
  'aws_iam_role_policy',
  'aws_iam_user_policy_attachment',
  'aws_iam_group_policy_attachment',
  'aws_iam_role_policy_attachment',
  'aws_iam_policy_attachment',
  'aws_iam_user_group_membership',
  'aws_iam_group_membership',
  'aws_kms_key',
  'aws_kms_external_key',
  'aws_kms_replica_key',
  'aws_kms_key_policy',
  'aws_kms_alias',
  'aws_kms_grant',
  'aws_s3_bucket',
  'aws_s3_bucket_acl',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_public_access_block',
  'aws_s3_account_public_access_block',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_versioning',
  'aws_s3_bucket_replication_configuration',
]);

/** Types on which no decision depends that ssebox makes. */
const withoutEffect: ReadonlySet<string> = new Set([
  'aws_iam_access_key',
  'aws_iam_account_alias',
  'aws_iam_account_password_policy',
  'aws_iam_group_policies_exclusive',
  'aws_iam_group_policy_attachments_exclusive',
  'aws_iam_instance_profile',
  'aws_iam_openid_connect_provider',
  'aws_iam_role_policies_exclusive',
  'aws_iam_role_policy_attachments_exclusive',
  'aws_iam_saml_provider',
  'aws_iam_server_certificate',
  'aws_iam_service_specific_credential',
  'aws_iam_signing_certificate',
  'aws_iam_user_login_profile',
  'aws_iam_user_policies_exclusive',
  'aws_iam_user_policy_attachments_exclusive',
  'aws_iam_user_ssh_key',
  'aws_iam_virtual_mfa_device',
  'aws_kms_ciphertext',
  'aws_s3_bucket_accelerate_configuration',
  'aws_s3_bucket_analytics_configuration',
  'aws_s3_bucket_cors_configuration',
  'aws_s3_bucket_intelligent_tiering_configuration',
  'aws_s3_bucket_inventory',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_metric',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_object',
  'aws_s3_bucket_request_payment_configuration',
  'aws_s3_bucket_website_configuration',
]);

/** Resources of the services that are read, but of types that are not. */
function tellUnread({ type, address, values }: TerraformResource, findings: Findings): void {
  if (!/^aws_(?:iam|kms)_|^aws_s3_bucket/.test(type) || read.has(type)) return;
  if (withoutEffect.has(type)) findings.assume('on these no decision depends, so they are not imported', address);
  else findings.add(values, `resources of the type ${type} are not read, so ${address} is left out`);
}
