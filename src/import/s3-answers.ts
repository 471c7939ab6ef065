/** Buckets with their policies and settings, from the answers about them: S3 API Reference. */

import type { AccountId } from '../api/arn.ts';
import type { ReplicationConfiguration } from '../api/model/s3.types.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { isOwnership } from '../s3/buckets/ownership-controls.ts';
import { isBucketName } from '../s3/request/bucket-name.ts';
import type { BucketDefault, PublicAccessBlock } from '../store/records/s3.ts';
import type { Answer } from './answers.ts';
import type { BucketDraft } from './configuration.ts';
import {
  type Findings,
  items,
  kindText,
  member,
  optionalBoolean,
  optionalText,
  optionalTime,
  type Part,
  reading,
  required,
  requiredText,
  textOf,
  Unreadable,
} from './findings.ts';
import { policyLimits, policyText } from './policy-text.ts';
import type { Subjects } from './subjects.ts';

export interface BucketConfigurations {
  readonly buckets: BucketDraft[];
  readonly accountBlocks: Map<AccountId, PublicAccessBlock>;
  readonly canonicalUsers: Map<string, AccountId>;
}

/** What the answers say of one bucket: the last of each kind. */
interface Told {
  readonly name: string;
  readonly at: Part;
  readonly answers: Map<Answer['kind'], Answer>;
  listed?: Part | undefined;
}

const kinds: ReadonlySet<Answer['kind']> = new Set<Answer['kind']>([
  'get-bucket-policy',
  'get-bucket-encryption',
  'get-bucket-replication',
  'get-public-access-block',
  'get-bucket-ownership-controls',
  'get-bucket-location',
  'get-bucket-tagging',
  'get-bucket-versioning',
]);

/** @param region where buckets are whose location no answer says */
export function readBuckets(
  answers: readonly Answer[],
  subjects: Subjects,
  region: Region,
  findings: Findings,
): BucketConfigurations {
  const told = new Map<string, Told>();
  const canonicalUsers = new Map<string, AccountId>();
  const accountBlocks = new Map<AccountId, PublicAccessBlock>();
  const about = (name: string, at: Part): Told => {
    const known = told.get(name);
    if (known) return known;
    const bucket: Told = { name, at, answers: new Map() };
    told.set(name, bucket);
    return bucket;
  };
  for (const answer of answers) {
    const { kind, part, asked } = answer;
    if (kind === 'list-buckets') {
      reading(findings, () => readList(part, subjects, canonicalUsers, about, findings));
    } else if (kind === 'get-public-access-block' && typeof asked.input.AccountId === 'string') {
      const account = asked.input.AccountId;
      reading(findings, () => {
        if (part.value !== null) accountBlocks.set(account, blockOf(part));
      });
    } else if (kinds.has(kind)) {
      const name = reading(findings, () => subjects.bucketOf(answer));
      if (name !== undefined) about(name, part).answers.set(kind, answer);
    }
  }
  const buckets = [...told.values()].flatMap((bucket) => {
    return reading(findings, () => readBucket(bucket, subjects, region, findings)) ?? [];
  });
  return { buckets, accountBlocks, canonicalUsers };
}

function readList(
  part: Part,
  subjects: Subjects,
  canonicalUsers: Map<string, AccountId>,
  about: (name: string, at: Part) => Told,
  findings: Findings,
): void {
  for (const bucket of items(part, 'Buckets')) {
    const name = reading(findings, () => requiredText(bucket, 'Name'));
    if (name !== undefined) about(name, bucket).listed = bucket;
  }
  const owner = member(part, 'Owner');
  const id = owner && optionalText(owner, 'ID');
  if (id !== undefined) canonicalUsers.set(id, subjects.accountOf(part));
}

function readBucket(
  { name, at, answers, listed }: Told,
  subjects: Subjects,
  region: Region,
  findings: Findings,
): BucketDraft {
  if (!isBucketName(name)) {
    throw new Unreadable(
      at,
      `${kindText({ value: name })} is not the name of a general purpose bucket, so it is left out`,
    );
  }
  /** What an answer says; undefined if there is none, or it says that there is nothing. */
  const said = <T>(kind: Answer['kind'], absence: string, read: (part: Part) => T): T | undefined => {
    const answer = answers.get(kind);
    if (!answer) findings.assume(`without an answer of ${kind}, ${absence}`, name);
    if (!answer || answer.part.value === null) return undefined;
    return reading(findings, () => read(answer.part));
  };
  const policy = said('get-bucket-policy', 'a bucket has no policy', (part) =>
    policyText(required(part, 'Policy'), policyLimits.bucket),
  );
  const encryption = said('get-bucket-encryption', 'a bucket encrypts with SSE-S3', encryptionOf);
  return {
    name,
    owner: subjects.accountOf(listed ?? at),
    ...placeOf({ name, at, answers, listed }, region, findings),
    createdMs: listed && optionalTime(listed, 'CreationDate'),
    ...(encryption ?? {
      encryption: { kind: 'SSE-S3', bucketKey: false },
      encryptionIsExplicit: false,
      blocksCustomerKeys: false,
    }),
    versioning: said('get-bucket-versioning', 'a bucket has no versions', versioningOf),
    publicAccessBlock: said('get-public-access-block', 'a bucket does not block public access', blockOf),
    ownership:
      said('get-bucket-ownership-controls', 'the owner of a bucket owns its objects', ownershipOf) ??
      (answers.has('get-bucket-ownership-controls') ? undefined : 'BucketOwnerEnforced'),
    policy,
    tags: answers.has('get-bucket-tagging') ? said('get-bucket-tagging', '', tagsOf) : undefined,
    replication: answers.has('get-bucket-replication') ? said('get-bucket-replication', '', replicationOf) : undefined,
  };
}

/** S3 API Reference, GetBucketLocation: null for us-east-1, EU for an old bucket in eu-west-1. */
function placeOf(
  { name, answers, listed }: Told,
  region: Region,
  findings: Findings,
): Pick<BucketDraft, 'region' | 'location'> {
  const answer = answers.get('get-bucket-location');
  const constraint = answer && member(answer.part, 'LocationConstraint');
  if (answer) {
    const location = constraint && textOf(constraint);
    if (location === undefined || location === '') return { region: 'us-east-1', location: undefined };
    if (location === 'EU') return { region: 'eu-west-1', location };
    return { region: knownRegion(constraint ?? answer.part, location), location };
  }
  const told = listed && member(listed, 'BucketRegion');
  const here = told ? knownRegion(told, textOf(told)) : region;
  if (!told) findings.assume(`without an answer of get-bucket-location, a bucket is in ${region}`, name);
  return { region: here, location: here === 'us-east-1' ? undefined : here };
}

function knownRegion(part: Part, text: string): Region {
  if (isRegion(text)) return text;
  throw new Unreadable(part, `ssebox does not have the region ${kindText({ value: text })}, so the bucket is left out`);
}

/** S3 API Reference, ServerSideEncryptionRule. */
function encryptionOf(part: Part): Pick<BucketDraft, 'encryption' | 'encryptionIsExplicit' | 'blocksCustomerKeys'> {
  const [rule, another] = items(required(part, 'ServerSideEncryptionConfiguration'), 'Rules');
  if (!rule || another) throw new Unreadable(part, 'the default encryption of a bucket has one rule');
  const apply = member(rule, 'ApplyServerSideEncryptionByDefault');
  const bucketKey = optionalBoolean(rule, 'BucketKeyEnabled') ?? false;
  const blocked = member(rule, 'BlockedEncryptionTypes');
  const types = blocked ? items(blocked, 'EncryptionType').map(textOf) : [];
  const encryption = apply ? defaultOf(apply, bucketKey) : ({ kind: 'SSE-S3', bucketKey } as const);
  return {
    encryption,
    // Every bucket has the default of SSE-S3, whether it was ever set or not.
    encryptionIsExplicit: encryption.kind !== 'SSE-S3' || bucketKey,
    blocksCustomerKeys: types.includes('SSE-C'),
  };
}

function defaultOf(apply: Part, bucketKey: boolean): BucketDefault {
  const algorithm = required(apply, 'SSEAlgorithm');
  const keyId = optionalText(apply, 'KMSMasterKeyID');
  switch (algorithm.value) {
    case 'AES256':
      return { kind: 'SSE-S3', bucketKey };
    case 'aws:kms':
      return { kind: 'SSE-KMS', keyId, bucketKey };
    case 'aws:kms:dsse':
      return { kind: 'DSSE-KMS', keyId, bucketKey };
    default:
      throw new Unreadable(algorithm, `SSEAlgorithm is AES256, aws:kms or aws:kms:dsse, not ${kindText(algorithm)}`);
  }
}

function versioningOf(part: Part): BucketDraft['versioning'] {
  const status = member(part, 'Status');
  if (!status) return undefined;
  if (status.value === 'Enabled' || status.value === 'Suspended') return status.value;
  throw new Unreadable(status, `Status is Enabled or Suspended, not ${kindText(status)}`);
}

/** S3 API Reference, PublicAccessBlockConfiguration. */
function blockOf(part: Part): PublicAccessBlock {
  const configuration = required(part, 'PublicAccessBlockConfiguration');
  const is = (name: keyof PublicAccessBlock) => optionalBoolean(configuration, name) ?? false;
  return {
    BlockPublicAcls: is('BlockPublicAcls'),
    IgnorePublicAcls: is('IgnorePublicAcls'),
    BlockPublicPolicy: is('BlockPublicPolicy'),
    RestrictPublicBuckets: is('RestrictPublicBuckets'),
  };
}

function ownershipOf(part: Part): BucketDraft['ownership'] {
  const [rule] = items(required(part, 'OwnershipControls'), 'Rules');
  const ownership = required(rule ?? part, 'ObjectOwnership');
  const text = textOf(ownership);
  if (isOwnership(text)) return text;
  throw new Unreadable(ownership, `${kindText(ownership)} is not a setting of Object Ownership`);
}

const tagsOf = (part: Part): BucketDraft['tags'] =>
  items(part, 'TagSet').map((tag) => ({ Key: requiredText(tag, 'Key'), Value: requiredText(tag, 'Value') }));

/** As given: what S3 has accepted. */
function replicationOf(part: Part): ReplicationConfiguration {
  const configuration = required(part, 'ReplicationConfiguration');
  requiredText(configuration, 'Role');
  const rules = items(configuration, 'Rules');
  if (rules.length === 0) throw new Unreadable(configuration, 'a replication configuration has rules');
  for (const rule of rules) {
    requiredText(rule, 'Status');
    requiredText(required(rule, 'Destination'), 'Bucket');
  }
  // Its members are those of the model, of which the ones that everything depends on are there.
  return configuration.value as unknown as ReplicationConfiguration;
}
