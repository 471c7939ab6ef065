/** KMS keys with their policies, grants, aliases, tags and rotation, from the answers about them: KMS API Reference. */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import type { GrantOperation, KeyUsageType, Tag } from '../api/model/kms.types.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { isGrantOperation } from '../kms/grant.ts';
import { keySpecs } from '../kms/key-spec.ts';
import type { Lifecycle, OfferedKeySpec } from '../store/records/kms.ts';
import { isKeptName } from '../store/table.ts';
import type { Answer } from './answers.ts';
import type { AliasDraft, GrantDraft, KeyDraft } from './configuration.ts';
import {
  type Findings,
  items,
  kindText,
  member,
  optionalBoolean,
  optionalNumber,
  optionalText,
  optionalTime,
  type Part,
  reading,
  required,
  requiredText,
  textOf,
  Unreadable,
} from './findings.ts';
import { accountOf, refuseCutList } from './iam-answers.ts';
import { policyLimits, policyText } from './policy-text.ts';
import { type KeyPlace, keyPlace, type Subjects } from './subjects.ts';

export interface KeyConfiguration {
  readonly keys: KeyDraft[];
  readonly aliases: AliasDraft[];
  readonly grants: GrantDraft[];
}

const nameOf = ({ account, region, keyId }: KeyPlace): string => `${account} ${region} ${keyId}`;
const arnOf = ({ account, region, keyId }: KeyPlace): string => `arn:aws:kms:${region}:${account}:key/${keyId}`;

/** Reads what the answers say of keys. One that lacks its policy is left out, since nothing can be decided about it. */
export function readKeys(answers: readonly Answer[], subjects: Subjects, findings: Findings): KeyConfiguration {
  const of = (kind: Answer['kind']) => answers.filter((answer) => answer.kind === kind);
  /** The last answer about each key. */
  const byKey = (kind: Answer['kind'], named?: string): Map<string, Answer> => {
    const found = new Map<string, Answer>();
    for (const answer of of(kind)) {
      const says = named === undefined ? undefined : member(answer.part, named);
      const key = reading(findings, () => subjects.keyOf(answer, says));
      if (key) found.set(nameOf(key), answer);
    }
    return found;
  };
  const policies = byKey('get-key-policy');
  const rotations = byKey('get-key-rotation-status', 'KeyId');
  const tags = byKey('list-resource-tags');
  const keys = new Map<string, KeyDraft>();
  const described = new Map<string, Part>();
  for (const { part } of of('describe-key')) {
    const metadata = reading(findings, () => required(part, 'KeyMetadata'));
    const place = metadata && reading(findings, () => placeOf(metadata));
    if (!place) continue;
    const name = nameOf(place);
    described.set(name, metadata);
    const policy = policies.get(name);
    if (!policy) {
      findings.add(metadata, `the key policy of ${arnOf(place)} is missing, so the key is left out`);
      continue;
    }
    const key = reading(findings, () => readKey(metadata, place, policy.part));
    if (!key) continue;
    const rotation = rotations.get(name);
    const tagged = tags.get(name);
    keys.set(name, {
      ...key,
      ...(rotation && { rotation: reading(findings, () => rotationOf(rotation.part)) }),
      ...(tagged && { tags: reading(findings, () => tagsOf(tagged.part)) ?? [] }),
    });
  }
  for (const answer of of('list-keys')) {
    refuseCutList(answer.part, findings);
    for (const listed of reading(findings, () => items(answer.part, 'Keys')) ?? []) {
      const place = reading(findings, () => listedPlace(listed));
      if (!place || described.has(nameOf(place))) continue;
      findings.add(listed, `the answer of describe-key for ${arnOf(place)} is missing, so the key is left out`);
    }
  }
  const orphaned = [...policies].filter(([name]) => !described.has(name));
  for (const [name, { part }] of orphaned) {
    if (!isListed(name, of('list-keys')))
      findings.add(part, `the answer of describe-key for the key of this policy is missing, so the key is left out`);
  }
  return {
    keys: [...keys.values()],
    aliases: of('list-aliases').flatMap(({ part }) => readAliases(part, keys, findings)),
    grants: of('list-grants').flatMap((answer) => readGrants(answer, keys, subjects, findings)),
  };
}

function isListed(name: string, lists: readonly Answer[]): boolean {
  return lists.some(({ part }) => {
    const list = member(part, 'Keys')?.value;
    return (
      Array.isArray(list) &&
      list.some((key: unknown) => {
        const arn = (key as { readonly KeyArn?: unknown } | null)?.KeyArn;
        const place = typeof arn === 'string' ? keyPlace(arn) : undefined;
        return place && nameOf(place) === name;
      })
    );
  });
}

const listedPlace = (listed: Part): KeyPlace => placeIn(required(listed, 'KeyArn'));

const placeOf = (metadata: Part): KeyPlace => placeIn(required(metadata, 'Arn'));

function placeIn(arn: Part): KeyPlace {
  const place = keyPlace(textOf(arn));
  if (place) return place;
  const { region = '' } = parseArn(textOf(arn)) ?? {};
  throw new Unreadable(
    arn,
    region !== '' && !isRegion(region)
      ? `ssebox does not have the region ${region}`
      : `${kindText(arn)} is not the ARN of a KMS key`,
  );
}

function readKey(metadata: Part, place: KeyPlace, policy: Part): KeyDraft {
  const manager = requiredText(metadata, 'KeyManager');
  if (manager !== 'AWS' && manager !== 'CUSTOMER') {
    throw new Unreadable(required(metadata, 'KeyManager'), `KeyManager is AWS or CUSTOMER, not ${manager}`);
  }
  const origin = requiredText(metadata, 'Origin');
  if (origin !== 'AWS_KMS' && origin !== 'EXTERNAL') {
    throw new Unreadable(
      required(metadata, 'Origin'),
      `the key ${arnOf(place)} is in a custom key store, which ssebox does not have, so it is left out`,
    );
  }
  const { spec, usage } = specOf(metadata);
  const lifecycle = lifecycleOf(metadata);
  const multiRegion = optionalBoolean(metadata, 'MultiRegion') ?? false;
  const hasMaterial = lifecycle.state !== 'PendingImport';
  return {
    ...place,
    manager,
    spec,
    usage,
    origin,
    createdMs: optionalTime(metadata, 'CreationDate'),
    description: optionalText(metadata, 'Description') ?? '',
    lifecycle,
    policy: policyText(required(policy, 'Policy'), policyLimits.key),
    tags: [],
    multiRegion,
    ...(origin === 'EXTERNAL' && hasMaterial && { expiration: expirationOf(metadata) }),
    ...(multiRegion && { related: relatedTo(metadata) }),
  };
}

function specOf(metadata: Part): { readonly spec: OfferedKeySpec; readonly usage: KeyUsageType } {
  const part = member(metadata, 'KeySpec') ?? required(metadata, 'CustomerMasterKeySpec');
  const text = textOf(part);
  if (!isOfferedSpec(text)) throw new Unreadable(part, `ssebox does not have the key spec ${kindText(part)}`);
  const usage = required(metadata, 'KeyUsage');
  const found = keySpecs[text].usages.find((each) => each === usage.value);
  if (!found) throw new Unreadable(usage, `a key of the spec ${text} cannot have the usage ${kindText(usage)}`);
  return { spec: text, usage: found };
}

const isOfferedSpec = (text: string): text is OfferedKeySpec => Object.hasOwn(keySpecs, text);

function lifecycleOf(metadata: Part): Lifecycle {
  const state = required(metadata, 'KeyState');
  switch (state.value) {
    case 'Enabled':
    // Both end within minutes, after the answer was given.
    case 'Creating':
    case 'Updating':
      return { state: 'Enabled' };
    case 'Disabled':
      return { state: 'Disabled' };
    case 'PendingImport':
      return { state: 'PendingImport' };
    case 'PendingDeletion': {
      const deletionMs = optionalTime(metadata, 'DeletionDate');
      if (deletionMs === undefined) throw new Unreadable(metadata, 'DeletionDate is missing');
      return { state: 'PendingDeletion', deletionMs };
    }
    case 'PendingReplicaDeletion':
      return {
        state: 'PendingReplicaDeletion',
        windowDays: optionalNumber(metadata, 'PendingDeletionWindowInDays') ?? 30,
      };
    default:
      throw new Unreadable(state, `${kindText(state)} is not the state of a key that ssebox can have`);
  }
}

function expirationOf(metadata: Part): NonNullable<KeyDraft['expiration']> {
  const validToMs = optionalTime(metadata, 'ValidTo');
  return validToMs === undefined
    ? { model: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
    : { model: 'KEY_MATERIAL_EXPIRES', validToMs };
}

function relatedTo(metadata: Part): NonNullable<KeyDraft['related']> {
  const configuration = required(metadata, 'MultiRegionConfiguration');
  const regionIn = (key: Part): Region => placeIn(required(key, 'Arn')).region;
  return {
    primary: regionIn(required(configuration, 'PrimaryKey')),
    replicas: items(configuration, 'ReplicaKeys').map(regionIn),
  };
}

/** AWS KMS Developer Guide, "Enable automatic key rotation": the period without one of its own. */
const ROTATION_DAYS = 365;

function rotationOf(part: Part): KeyDraft['rotation'] {
  if (part.value === null || optionalBoolean(part, 'KeyRotationEnabled') !== true) return undefined;
  const periodDays = optionalNumber(part, 'RotationPeriodInDays') ?? ROTATION_DAYS;
  return { periodDays, nextMs: optionalTime(part, 'NextRotationDate') };
}

const tagsOf = (part: Part): Tag[] =>
  items(part, 'Tags').map((tag) => ({
    TagKey: requiredText(tag, 'TagKey'),
    TagValue: optionalText(tag, 'TagValue') ?? '',
  }));

/** AWS's predefined aliases do not point to a key before their first use. */
function readAliases(part: Part, keys: ReadonlyMap<string, KeyDraft>, findings: Findings): AliasDraft[] {
  refuseCutList(part, findings);
  return (reading(findings, () => items(part, 'Aliases')) ?? []).flatMap((alias) => {
    if (!member(alias, 'TargetKeyId')) return [];
    return reading(findings, () => readAlias(alias, keys)) ?? [];
  });
}

function readAlias(alias: Part, keys: ReadonlyMap<string, KeyDraft>): AliasDraft {
  const arnPart = required(alias, 'AliasArn');
  const arn = parseArn(textOf(arnPart));
  const account = accountOf(arnPart);
  const region = arn?.region ?? '';
  if (!isRegion(region)) throw new Unreadable(arnPart, `ssebox does not have the region ${region}`);
  const name = requiredText(alias, 'AliasName');
  if (arn?.resource !== name || !/^alias\/[\w/-]{1,250}$/.test(name)) {
    throw new Unreadable(arnPart, `the ARN is not that of the alias ${kindText({ value: name })}`);
  }
  const keyId = requiredText(alias, 'TargetKeyId');
  if (!keys.has(nameOf({ account, region, keyId }))) {
    throw new Unreadable(
      alias,
      `${name} in ${region} points to the key ${keyId}, which is not imported, so the alias is left out`,
    );
  }
  return {
    account,
    region,
    name,
    keyId,
    createdMs: optionalTime(alias, 'CreationDate'),
    updatedMs: optionalTime(alias, 'LastUpdatedDate'),
  };
}

function readGrants(
  answer: Answer,
  keys: ReadonlyMap<string, KeyDraft>,
  subjects: Subjects,
  findings: Findings,
): GrantDraft[] {
  refuseCutList(answer.part, findings);
  return (reading(findings, () => items(answer.part, 'Grants')) ?? []).flatMap(
    (grant) =>
      reading(findings, () => {
        const key = subjects.keyOf(answer, member(grant, 'KeyId'));
        if (keys.has(nameOf(key))) return readGrant(grant, key);
        throw new Unreadable(grant, `the grant is for ${arnOf(key)}, which is not imported, so it is left out`);
      }) ?? [],
  );
}

function readGrant(grant: Part, { account, region, keyId }: KeyPlace): GrantDraft {
  const operations = items(grant, 'Operations').map((operation): GrantOperation => {
    const name = textOf(operation);
    if (isGrantOperation(name)) return name;
    throw new Unreadable(operation, `${kindText(operation)} is not an operation of grants, so the grant is left out`);
  });
  const constraints = member(grant, 'Constraints');
  const pairs = (name: string): Readonly<Record<string, string>> | undefined => {
    const part = constraints && member(constraints, name);
    if (!part) return undefined;
    return Object.fromEntries(
      Object.keys(part.value as object).map((key) => {
        if (!isKeptName(key)) throw new Unreadable(part, `a pair cannot be named ${key} in ssebox`);
        return [key, requiredText(part, key)];
      }),
    );
  };
  const subset = pairs('EncryptionContextSubset');
  const equals = pairs('EncryptionContextEquals');
  const sourceArn = constraints && optionalText(constraints, 'SourceArn');
  const short = (name: string): string | undefined => shortText(grant, name);
  return {
    account,
    region,
    keyId,
    grantId: shortText(grant, 'GrantId') ?? requiredText(grant, 'GrantId'),
    name: short('Name') ?? '',
    createdMs: optionalTime(grant, 'CreationDate'),
    grantee: short('GranteePrincipal') ?? short('GranteeServicePrincipal') ?? requiredText(grant, 'GranteePrincipal'),
    retiring: short('RetiringPrincipal') ?? short('RetiringServicePrincipal'),
    issuer: issuerOf(grant) ?? account,
    operations,
    constraints: {
      ...(subset && { subset }),
      ...(equals && { equals }),
      ...(sourceArn !== undefined && { sourceArn }),
    },
  };
}

/** KMS API Reference, GrantListEntry: none of its texts is longer. */
const MAX_CHARACTERS = 256;

export function shortText(part: Part, name: string): string | undefined {
  const text = optionalText(part, name);
  if (text === undefined || /^[!-~]{0,256}$/.test(text)) return text;
  throw new Unreadable(
    part,
    `${name} must have at most ${MAX_CHARACTERS} characters of ASCII, so the grant is left out`,
  );
}

/** `arn:aws:iam::ACCOUNT:root`, or the account's id. */
function issuerOf(grant: Part): AccountId | undefined {
  const issuing = member(grant, 'IssuingAccount');
  if (!issuing) return undefined;
  const text = textOf(issuing);
  return isAccountId(text) ? text : accountOf(issuing);
}
