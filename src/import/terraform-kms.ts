/** KMS keys, their policies, aliases and grants in a plan or state: the AWS provider's documentation, `aws_kms_*`. */

import type { AccountId } from '../api/arn.ts';
import type { GrantOperation, KeyUsageType } from '../api/model/kms.types.ts';
import { isGrantOperation } from '../kms/grant.ts';
import { defaultKeyPolicy } from '../kms/key-policy-text.ts';
import { keySpecs } from '../kms/key-spec.ts';
import type { OfferedKeySpec } from '../store/records/kms.ts';
import { isKeptName } from '../store/table.ts';
import type { AliasDraft, GrantDraft, KeyDraft } from './configuration.ts';
import {
  items,
  itemsOf,
  kindText,
  member,
  optionalBoolean,
  optionalNumber,
  optionalText,
  type Part,
  reading,
  requiredText,
  textOf,
  Unreadable,
} from './findings.ts';
import { shortText } from './kms-answers.ts';
import { policyLimits, policyText } from './policy-text.ts';
import { type KeyPlace, keyPlace } from './subjects.ts';
import {
  attribute,
  isOpen,
  OpenValue,
  readEach,
  type Terraform,
  type TerraformResource,
} from './terraform-resource.ts';

interface TerraformKeys {
  readonly keys: KeyDraft[];
  readonly aliases: AliasDraft[];
  readonly grants: GrantDraft[];
}

const keyTypes = ['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key'] as const;

export function readTerraformKeys(terraform: Terraform): TerraformKeys {
  const { places, keyArnOf } = terraform.keys;
  const policies = new Map<string, TerraformResource>();
  readEach(terraform, 'aws_kms_key_policy', (resource) => {
    const arn = keyArnOf(resource, 'key_id');
    if (arn === undefined) throw new OpenValue(resource, 'key_id', 'the key policy is left out');
    policies.set(arn, resource);
  });
  const keys = keyTypes.flatMap((type) =>
    readEach(terraform, type, (resource): KeyDraft | undefined => {
      const place = places.get(resource.address);
      if (!place) return undefined;
      return readKey(resource, place, policies.get(arnOf(place)), terraform);
    }),
  );
  const known = new Set(keys.map(arnOf));
  return {
    keys: keys.map((key) => withRelated(key, keys)),
    aliases: readEach(terraform, 'aws_kms_alias', (resource) => readAlias(resource, known, terraform)),
    grants: readEach(terraform, 'aws_kms_grant', (resource) => readGrant(resource, known, terraform)),
  };
}

const arnOf = ({ account, region, keyId }: KeyPlace): string => `arn:aws:kms:${region}:${account}:key/${keyId}`;

function readKey(
  resource: TerraformResource,
  place: KeyPlace,
  separate: TerraformResource | undefined,
  terraform: Terraform,
): KeyDraft {
  const { values, type } = resource;
  const { spec, usage } = specOf(resource);
  const isExternal = type === 'aws_kms_external_key';
  const isEnabled = optionalBoolean(values, type === 'aws_kms_key' ? 'is_enabled' : 'enabled') ?? true;
  const state = optionalText(values, 'key_state');
  const lacksMaterial =
    isExternal && (state === undefined ? !member(values, 'key_material_base64') : state === 'PendingImport');
  return {
    ...place,
    manager: 'CUSTOMER',
    spec,
    usage,
    origin: isExternal ? 'EXTERNAL' : 'AWS_KMS',
    description: optionalText(values, 'description') ?? '',
    lifecycle: { state: lacksMaterial ? 'PendingImport' : isEnabled ? 'Enabled' : 'Disabled' },
    policy: keyPolicyOf(separate ?? resource, place.account, terraform),
    tags: tagsOf(resource),
    multiRegion: type === 'aws_kms_replica_key' || (optionalBoolean(values, 'multi_region') ?? false),
    ...(isExternal && !lacksMaterial && { expiration: { model: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const } }),
    ...(optionalBoolean(values, 'enable_key_rotation') === true && {
      rotation: { periodDays: optionalNumber(values, 'rotation_period_in_days') ?? 365 },
    }),
  };
}

/** A key whose policy nobody sets gets the default one. */
function keyPolicyOf(resource: TerraformResource, account: AccountId, terraform: Terraform): string {
  const part = attribute(resource, 'policy');
  if (part && part.value !== '') return policyText(part, policyLimits.key);
  if (isOpen(resource, 'policy') && terraform.configuration.sets(resource, 'policy')) {
    throw new OpenValue(resource, 'policy', 'nothing can be decided about the key, which is left out');
  }
  return defaultKeyPolicy(account);
}

function specOf(resource: TerraformResource): { readonly spec: OfferedKeySpec; readonly usage: KeyUsageType } {
  const { values } = resource;
  const spec = member(values, 'customer_master_key_spec') ?? member(values, 'key_spec');
  const text = spec ? textOf(spec) : 'SYMMETRIC_DEFAULT';
  if (!Object.hasOwn(keySpecs, text)) throw new Unreadable(spec ?? values, `ssebox does not have the key spec ${text}`);
  // Only the names of that record pass the check.
  const offered = text as OfferedKeySpec;
  const usage = member(values, 'key_usage');
  const wanted = usage ? textOf(usage) : 'ENCRYPT_DECRYPT';
  const found = keySpecs[offered].usages.find((each) => each === wanted);
  if (!found) throw new Unreadable(usage ?? values, `a key of the spec ${text} cannot have the usage ${wanted}`);
  return { spec: offered, usage: found };
}

function tagsOf(resource: TerraformResource): KeyDraft['tags'] {
  const tags = attribute(resource, 'tags_all') ?? attribute(resource, 'tags');
  return tags
    ? Object.keys(tags.value as object).map((TagKey) => ({ TagKey, TagValue: requiredText(tags, TagKey) }))
    : [];
}

/** The keys of one multi-Region key; where the primary is not among them, the first one stands for it. */
function withRelated(key: KeyDraft, keys: readonly KeyDraft[]): KeyDraft {
  if (!key.multiRegion) return key;
  const related = keys.filter(({ account, keyId }) => account === key.account && keyId === key.keyId);
  const [first = key] = related;
  return {
    ...key,
    related: { primary: first.region, replicas: related.filter((each) => each !== first).map(({ region }) => region) },
  };
}

function readAlias(resource: TerraformResource, known: ReadonlySet<string>, terraform: Terraform): AliasDraft {
  const arn = terraform.keys.keyArnOf(resource, 'target_key_id');
  const name = optionalText(resource.values, 'name');
  if (arn === undefined || name === undefined) {
    throw new OpenValue(resource, arn === undefined ? 'target_key_id' : 'name', 'the alias is left out');
  }
  const place = keyPlace(arn);
  if (!place || !known.has(arn))
    throw new Unreadable(resource.values, `${name} points to a key that is not imported, so it is left out`);
  if (!/^alias\/[\w/-]{1,250}$/.test(name))
    throw new Unreadable(resource.values, `"${name}" is not the name of an alias`);
  return { ...place, name };
}

function readGrant(resource: TerraformResource, known: ReadonlySet<string>, terraform: Terraform): GrantDraft {
  const { values } = resource;
  const arn = terraform.keys.keyArnOf(resource, 'key_id');
  const place = arn === undefined ? undefined : keyPlace(arn);
  if (arn === undefined || !place) throw new OpenValue(resource, 'key_id', 'the grant is left out');
  if (!known.has(arn)) throw new Unreadable(values, `the grant is for a key that is not imported, so it is left out`);
  const grantee = principalOf(resource, 'grantee_principal', terraform);
  if (grantee === undefined) throw new OpenValue(resource, 'grantee_principal', 'the grant is left out');
  const operations = items(values, 'operations').map((operation): GrantOperation => {
    const name = textOf(operation);
    if (isGrantOperation(name)) return name;
    throw new Unreadable(operation, `${kindText(operation)} is not an operation of grants, so the grant is left out`);
  });
  return {
    ...place,
    grantId: shortText(values, 'grant_id'),
    name: shortText(values, 'name') ?? '',
    grantee,
    retiring: principalOf(resource, 'retiring_principal', terraform),
    issuer: place.account,
    operations,
    constraints: constraintsOf(resource),
  };
}

function constraintsOf(resource: TerraformResource): GrantDraft['constraints'] {
  if (isOpen(resource, 'constraints')) throw new OpenValue(resource, 'constraints', 'the grant is left out');
  const list = attribute(resource, 'constraints');
  const found: Record<string, string>[] = [{}, {}];
  for (const constraint of list ? itemsOf(list) : []) {
    for (const [index, name] of ['encryption_context_subset', 'encryption_context_equals'].entries()) {
      const pairs = member(constraint, name);
      if (pairs) Object.assign(found[index] ?? {}, pairsOf(pairs));
    }
  }
  const [subset = {}, equals = {}] = found;
  const isGiven = (pairs: object) => Object.keys(pairs).length > 0;
  return { ...(isGiven(subset) && { subset }), ...(isGiven(equals) && { equals }) };
}

function pairsOf(part: Part): Record<string, string> {
  return Object.fromEntries(
    Object.keys(part.value as object).map((key) => {
      if (!isKeptName(key)) throw new Unreadable(part, `a pair cannot be named ${key} in ssebox`);
      return [key, requiredText(part, key)];
    }),
  );
}

/** An ARN, which may be that of a user or role of the plan. */
function principalOf(resource: TerraformResource, name: string, terraform: Terraform): string | undefined {
  if (!isOpen(resource, name)) return shortText(resource.values, name);
  const target = terraform.configuration.target(resource, name, terraform.resources);
  const [, kind] = /^aws_iam_(user|role)$/.exec(target?.type ?? '') ?? [];
  if (!target || kind === undefined) return undefined;
  const known = optionalText(target.values, 'name');
  const path = optionalText(target.values, 'path') ?? '/';
  return known === undefined ? undefined : `arn:aws:iam::${terraform.accountOf(target)}:${kind}${path}${known}`;
}

/** Where each key is, by its address: one that is not there yet gets an id now, so that others can refer to it. */
export function keyPlaces(terraform: Omit<Terraform, 'keys'>): Terraform['keys'] {
  const places = new Map<string, KeyPlace>();
  const isKey = ({ type }: TerraformResource): boolean => keyTypes.some((each) => each === type);
  const placeOf = (resource: TerraformResource): KeyPlace | undefined => {
    const known = places.get(resource.address);
    if (known) return known;
    const arn = attribute(resource, 'arn')?.value;
    const place =
      (typeof arn === 'string' ? keyPlace(arn) : undefined) ?? reading(terraform.findings, () => newPlace(resource));
    if (place) places.set(resource.address, place);
    return place;
  };
  const newPlace = (resource: TerraformResource): KeyPlace => ({
    account: terraform.accountOf(resource),
    region: terraform.regionOf(resource),
    keyId: newKeyId(resource),
  });
  const newKeyId = (resource: TerraformResource): string => {
    const { values, type } = resource;
    const known = optionalText(values, 'key_id');
    if (known !== undefined) return known;
    if (type === 'aws_kms_replica_key') {
      const primary = terraform.configuration.target(resource, 'primary_key_arn', terraform.resources);
      const arn = optionalText(values, 'primary_key_arn');
      const id = primary && isKey(primary) ? placeOf(primary)?.keyId : arn && keyPlace(arn)?.keyId;
      if (id !== undefined) return id;
      throw new OpenValue(resource, 'primary_key_arn', 'the replica is left out');
    }
    const uuid = terraform.options.uuid();
    return optionalBoolean(values, 'multi_region') ? `mrk-${uuid.replaceAll('-', '')}` : uuid;
  };
  for (const resource of terraform.resources) if (isKey(resource)) placeOf(resource);
  return {
    places,
    keyArnOf(resource, name) {
      const part = attribute(resource, name);
      if (part && !isOpen(resource, name)) {
        const text = textOf(part);
        if (keyPlace(text)) return text;
        const place = [...places.values()].find(({ keyId }) => keyId === text);
        return place ? arnOf(place) : text;
      }
      const target = terraform.configuration.target(resource, name, terraform.resources);
      return target && this.arnAt(target);
    },
    arnAt(resource) {
      const place = places.get(resource.address);
      if (place) return arnOf(place);
      return resource.type === 'aws_kms_alias' ? this.keyArnOf(resource, 'target_key_id') : undefined;
    },
  };
}
