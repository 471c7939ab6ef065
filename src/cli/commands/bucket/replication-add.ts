/**
 * `ssebox bucket replication add`: a rule that copies new objects to another bucket, with a role that may do it. Amazon
 * S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects".
 */

import { createHash } from 'node:crypto';
import { bucketArn } from '../../../api/arn.ts';
import { AwsError, UsageError } from '../../../api/errors.ts';
import type { ReplicationConfiguration, ReplicationRule } from '../../../api/model/s3.types.ts';
import type { Region } from '../../../api/regions.ts';
import { shellWord } from '../../../api/shell-word.ts';
import { bucketChoices, keyChoices, namesFor, roleChoices } from '../../choices.ts';
import { command } from '../../command.ts';
import { areTogether, isRemote } from '../../endpoint/place.ts';
import { cleanUp, unlessRefused } from '../../overlooked.ts';
import { principalArn } from '../../principal-arn.ts';
import type { Session } from '../../session.ts';
import { bucket, bucketName, nameIn } from './bucket-argument.ts';
import { regionOf } from './seen.ts';

const enabled = 'ssebox bucket versioning enable drafts';

export const add = command({
  name: 'add',
  callsEndpoint: true,
  summary: 'Replicate new objects to another bucket: make the rule, and a role for it',
  description:
    'Versioning must be enabled on both buckets. The other rules of the bucket stay; a rule of the same destination and prefix is replaced. Without --role, the role is that of the other rules, or a new one that S3 can assume and that may do no more than this.',
  args: { bucket },
  options: {
    to: {
      about: 'the bucket that gets the replicas',
      type: 'string',
      value: 'BUCKET',
      required: true,
      choices: bucketChoices,
      check: bucket.check,
    },
    'kms-key': {
      about:
        "the KMS key of the replicas, in their bucket's region: id, ARN or alias. Without one, objects under KMS keys are not replicated",
      type: 'string',
      value: 'KEY',
      choices: namesFor('s3', keyChoices),
    },
    role: {
      about: 'an existing role, which is used as it is, for all rules of the bucket: its name or ARN',
      type: 'string',
      value: 'ROLE',
      choices: namesFor('s3', roleChoices),
    },
    prefix: { about: 'only objects whose key begins with this', type: 'string', value: 'PREFIX' },
    'delete-markers': { about: 'also replicate delete markers', type: 'boolean' },
  },
  examples: [
    `${enabled}\nssebox bucket replication add reports --to drafts`,
    `${enabled}\nssebox bucket replication add reports --to drafts --kms-key alias/app --prefix 2026/`,
    `${enabled}\nssebox bucket replication add reports --to drafts --role reader --delete-markers --query Rule.ID`,
  ],
  async run(values, session) {
    const source = await placeOf(bucketName(values), session);
    const destination = await placeOf(bucketIn(values.options.to), session);
    for (const { name } of [source, destination]) await requireVersioning(name, session);
    const key = values.options['kms-key'];
    requireTogether(values.options, session);
    const wish: Wish = {
      source,
      destination,
      keyArn: key === undefined ? undefined : await keyArnOf(key, destination, session),
      prefix: values.options.prefix,
      replicatesMarkers: values.options['delete-markers'],
    };
    const value = await undisturbed(session, () => addRule(wish, values.options.role, session));
    if (session.terminal && !isRemote('s3', session)) {
      session.tell(
        `hint: for objects that are there already: ssebox s3 replicate ${shellWord(source.name)} --existing`,
      );
    }
    return { kind: 'value', value, title: 'Replication' };
  },
});

/**
 * Runs work as one change of the store. S3 replaces the rules of a bucket as a whole: of two commands that read them at
 * the same moment, one would remove the other's rule; and one that is killed would leave a role without a rule. What is
 * refused has been cleaned up, and stays in the audit log.
 */
async function undisturbed<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { rehearses, store } = session;
  if (rehearses || isRemote('s3', session)) return work();
  const opened = await store.assembly();
  // What is loaded later would be loaded while others wait.
  await opened.load('iam');
  const ended = await opened.store.together<{ readonly value: T } | { readonly refusal: AwsError | UsageError }>(
    async () => {
      try {
        return { value: await work() };
      } catch (error) {
        if (error instanceof AwsError || error instanceof UsageError) return { refusal: error };
        throw error;
      }
    },
  );
  if ('refusal' in ended) throw ended.refusal;
  return ended.value;
}

/** A role and a key that the rules name have to be where the bucket is. @throws UsageError */
function requireTogether(
  given: { readonly role?: string | undefined; readonly 'kms-key'?: string | undefined },
  session: Session,
): void {
  const parts = [
    ['iam', 'role', given.role === undefined || !given.role.startsWith('arn:')],
    ['kms', 'kms-key', given['kms-key']?.startsWith('arn:') === false],
  ] as const;
  for (const [service, option, isLookedUp] of parts) {
    if (!isLookedUp || areTogether('s3', service, session)) continue;
    throw new UsageError(
      `calls to S3 and to ${service.toUpperCase()} go to different places: write an ARN of the bucket's place with --${option}`,
    );
  }
}

async function addRule(wish: Wish, role: string | undefined, session: Session) {
  const { aws } = session;
  const Bucket = wish.source.name;
  const existing = await unlessRefused(hasNoRules, aws, 's3', 'GetBucketReplication', { Bucket });
  const plan: Plan = { ...wish, existing: existing?.ReplicationConfiguration };
  const rules = plan.existing?.Rules ?? [];
  const replaced = rules.find((each) => isFor(plan, each));
  const others = rules.filter((each) => each !== replaced);
  const rule = ruleOf(plan, replaced, others);
  const { arn: Role, undo } = await settleRole(role, plan, [...others, rule], session);
  const ReplicationConfiguration = { Role, Rules: [...others, rule] };
  try {
    await aws.call('s3', 'PutBucketReplication', { Bucket, ReplicationConfiguration });
  } catch (error) {
    await undo();
    throw error;
  }
  return { Role, Rule: rule };
}

interface Place {
  readonly name: string;
  readonly region: Region;
}

interface Wish {
  readonly source: Place;
  readonly destination: Place;
  readonly keyArn: string | undefined;
  readonly prefix: string | undefined;
  readonly replicatesMarkers: boolean;
}

interface Plan extends Wish {
  readonly existing: ReplicationConfiguration | undefined;
}

/** A bucket as it is typed: its name, with `s3://` before it, or its ARN. */
const bucketIn = (text: string): string => nameIn(text.replace(/^arn:aws:s3:::/, ''));

async function placeOf(name: string, { aws }: Session): Promise<Place> {
  const { LocationConstraint } = await aws.call('s3', 'GetBucketLocation', { Bucket: name });
  return { name, region: regionOf(LocationConstraint) };
}

/** Before a role is made in vain. Where the caller may not see it, S3 checks it with the rule. @throws UsageError */
async function requireVersioning(name: string, { aws }: Session): Promise<void> {
  const versioning = await unlessRefused(isDenied, aws, 's3', 'GetBucketVersioning', { Bucket: name });
  if (!versioning || versioning.Status === 'Enabled') return;
  throw new UsageError(
    `replication needs versioning, which is not enabled on the bucket "${name}"`,
    `ssebox bucket versioning enable ${shellWord(name)}`,
  );
}

const isDenied = ({ code }: AwsError): boolean => code === 'AccessDenied';
const hasNoRules = ({ code }: AwsError): boolean => code === 'ReplicationConfigurationNotFoundError';

/** The ARN of a key in the destination's region. @throws AwsError for a key that does not exist there. */
async function keyArnOf(text: string, { region }: Place, { aws }: Session): Promise<string> {
  if (/^arn:aws:kms:[^:]*:[^:]*:key\//.test(text)) return text;
  const { KeyMetadata } = await aws.call('kms', 'DescribeKey', { KeyId: text }, { region });
  return KeyMetadata?.Arn ?? text;
}

/** Whether a rule has the destination and the prefix that were asked for, and nothing else that chooses objects. */
function isFor({ destination, prefix = '' }: Plan, { Destination, Filter, Prefix }: ReplicationRule): boolean {
  if (Filter?.Tag || Filter?.And) return false;
  return Destination.Bucket === bucketArn(destination.name) && (Filter?.Prefix ?? Prefix ?? '') === prefix;
}

const MAX_ID_LENGTH = 255;

/**
 * The id of a new rule says what it is for. A long one is cut, and `to-a` with the prefix `b` reads like `to-a-b`: where
 * another rule has it, a digest keeps them apart.
 */
function idOf({ destination, prefix }: Plan, others: readonly ReplicationRule[]): string {
  const whole = `to-${destination.name}${prefix ? `-${prefix}` : ''}`;
  const ID = whole.slice(0, MAX_ID_LENGTH);
  if (!others.some((each) => each.ID === ID)) return ID;
  const digest = createHash('sha256')
    .update(`${destination.name}/${prefix ?? ''}`)
    .digest('hex')
    .slice(0, 8);
  return `${whole.slice(0, MAX_ID_LENGTH - 9)}-${digest}`;
}

function ruleOf(
  plan: Plan,
  replaced: ReplicationRule | undefined,
  others: readonly ReplicationRule[],
): ReplicationRule {
  const { destination, keyArn, prefix, replicatesMarkers } = plan;
  const highest = Math.max(0, ...others.map(({ Priority = 0 }) => Priority));
  return {
    ID: replaced?.ID ?? idOf(plan, others),
    Priority: replaced?.Priority ?? highest + 1,
    Status: 'Enabled',
    Filter: prefix ? { Prefix: prefix } : {},
    DeleteMarkerReplication: { Status: replicatesMarkers ? 'Enabled' : 'Disabled' },
    ...(keyArn !== undefined && { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } }),
    Destination: {
      Bucket: bucketArn(destination.name),
      ...(keyArn !== undefined && { EncryptionConfiguration: { ReplicaKmsKeyID: keyArn } }),
    },
  };
}

interface SettledRole {
  readonly arn: string;
  /** Removes what was made for it. */
  readonly undo: () => Promise<void>;
}

const nothingToUndo = async () => {};

/** The role that is named, that of the other rules, or one of the bucket's own. */
async function settleRole(
  named: string | undefined,
  plan: Plan,
  rules: readonly ReplicationRule[],
  session: Session,
): Promise<SettledRole> {
  if (named !== undefined) {
    return {
      arn: await principalArn(/[/:]/.test(named) ? named : `role/${named}`, session, 's3'),
      undo: nothingToUndo,
    };
  }
  const RoleName = ownRoleName(plan.source.name);
  const current = plan.existing?.Role;
  if (current !== undefined && !current.endsWith(`/${RoleName}`)) {
    if (session.terminal) session.tell(`hint: ${current} is used as it is, and must be allowed to replicate`);
    return { arn: current, undo: nothingToUndo };
  }
  return ownRole(RoleName, plan, permissions(plan, rules), session);
}

/** Makes the role if it is not there yet, and gives it what the rules for the destination need. */
async function ownRole(RoleName: string, plan: Plan, document: object, { aws }: Session): Promise<SettledRole> {
  const made = await unlessRefused(isThere, aws, 'iam', 'CreateRole', {
    RoleName,
    Description: `Lets S3 replicate the objects of ${plan.source.name}`,
    AssumeRolePolicyDocument: JSON.stringify(
      policy([{ Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }]),
    ),
  });
  const { Role } = made ?? (await aws.call('iam', 'GetRole', { RoleName }));
  const named = { RoleName, PolicyName: `to-${plan.destination.name}` };
  const before = made ? undefined : await unlessRefused(isMissing, aws, 'iam', 'GetRolePolicy', named);
  const undo = async () => {
    if (before) await cleanUp(aws, 'iam', 'PutRolePolicy', { ...named, PolicyDocument: before.PolicyDocument });
    else await cleanUp(aws, 'iam', 'DeleteRolePolicy', named);
    if (made) await cleanUp(aws, 'iam', 'DeleteRole', { RoleName });
  };
  try {
    await aws.call('iam', 'PutRolePolicy', { ...named, PolicyDocument: JSON.stringify(document) });
  } catch (error) {
    await undo();
    throw error;
  }
  return { arn: Role?.Arn ?? '', undo };
}

const isThere = ({ code }: AwsError): boolean => code === 'EntityAlreadyExists';
const isMissing = ({ code }: AwsError): boolean => code === 'NoSuchEntity';

const MAX_ROLE_NAME = 64;

/** A long bucket name is cut, and a digest keeps it apart from others. */
function ownRoleName(bucket: string): string {
  const name = `s3-replication-${bucket}`;
  if (name.length <= MAX_ROLE_NAME) return name;
  const digest = createHash('sha256').update(bucket).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_ROLE_NAME - 9)}-${digest}`;
}

const policy = (statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});

/** What the role needs for all rules of the destination. */
function permissions({ source, destination }: Plan, rules: readonly ReplicationRule[]): object {
  const from = bucketArn(source.name);
  const to = bucketArn(destination.name);
  const keyArns = rules.flatMap(({ Destination: { Bucket, EncryptionConfiguration } }) =>
    Bucket === to ? (EncryptionConfiguration?.ReplicaKmsKeyID ?? []) : [],
  );
  /** Only through S3, and only for these objects or, with a bucket key, their bucket. */
  const forObjects = ({ region }: Place, arn: string) => ({
    StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
    StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arn, `${arn}/*`] },
  });
  return policy([
    { Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: from },
    {
      Action: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
      Resource: `${from}/*`,
    },
    { Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], Resource: `${to}/*` },
    ...(keyArns.length === 0
      ? []
      : [
          { Action: 'kms:Decrypt', Resource: '*', Condition: forObjects(source, from) },
          {
            Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
            Resource: [...new Set(keyArns)],
            Condition: forObjects(destination, to),
          },
        ]),
  ]);
}
