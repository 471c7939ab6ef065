/** Choices for prompts and completion: names in the store, regions, and the values that a model allows. */

import type { AccountId } from '../api/arn.ts';
import { operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { regions } from '../api/regions.ts';
import { customerPoliciesOf, groupsOf, roleArn, rolesOf, userArn, usersOf } from '../iam/entities.ts';
import { aliasesOf, keysOf } from '../kms/account-keys.ts';
import { acceptsAlias } from '../kms/key-id.ts';
import { callerAccount } from '../policy/caller.ts';
import { bucketsOf, entriesUnder } from '../s3/objects/names.ts';
import type { Tx } from '../store/tables.ts';
import type { Choice, Session } from './session.ts';

type Choices = (session: Session) => Promise<readonly Choice[]>;

/** More would not fit on a screen, and would take time to load. */
const AT_MOST = 500;

/** KMS keys of the caller's account and region: aliases first, then the ids of the keys. */
export const keyChoices: Choices = (session) =>
  namesIn(session, (tx, account) => [...aliasesIn(tx, account, session), ...keyIdsIn(tx, account, session)]);

/** For operations that do not take an alias. */
const keyIdChoices: Choices = (session) => namesIn(session, (tx, account) => keyIdsIn(tx, account, session));

/** Aliases with their prefix. */
export const aliasChoices: Choices = (session) => namesIn(session, (tx, account) => aliasesIn(tx, account, session));

export const bucketChoices: Choices = (session) =>
  namesIn(session, (tx, account) =>
    take(bucketsOf(account, tx), ({ name, region }) => ({ value: name, about: region })),
  );

/** Buckets as `s3://BUCKET/`; after a bucket, the folders and objects that begin with the typed text. */
export const objectChoices =
  (typed: string): Choices =>
  async (session) => {
    const [, bucket, prefix = ''] = /^s3:\/\/([^/]*)\/(.*)$/s.exec(typed) ?? [];
    if (bucket === undefined) {
      return (await bucketChoices(session)).map(({ value, about }) => ({ value: `s3://${value}/`, about }));
    }
    return namesIn(session, (tx) =>
      take(entriesUnder(bucket, prefix, tx), (entry) => ({ value: `s3://${bucket}/${entry}` })),
    );
  };

const userChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(usersOf(account, tx), ({ name }) => ({ value: name })));

const roleChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(rolesOf(account, tx), ({ name }) => ({ value: name })));

const groupChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(groupsOf(account, tx), ({ name }) => ({ value: name })));

/** Customer managed policies by ARN. */
const policyChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(customerPoliciesOf(account, tx), ({ arn }) => ({ value: arn })));

/** Callers in the forms of `--as`. Every account gets `user/admin` on its first call. */
export const principalChoices: Choices = async (session) => {
  const users = await userChoices(session);
  const names = users.length > 0 ? users : [{ value: 'admin' }];
  return [
    { value: 'root', about: 'the account itself' },
    ...names.map(({ value }) => ({ value: `user/${value}` })),
    ...(await roleChoices(session)).map(({ value }) => ({ value: `role/${value}` })),
  ];
};

export const regionChoices: Choices = async () => regions.map((value) => ({ value }));

const arns: Choices = (session) =>
  namesIn(session, (tx, account) => [
    ...take(usersOf(account, tx), (user) => ({ value: userArn(user) })),
    ...take(rolesOf(account, tx), (role) => ({ value: roleArn(role) })),
  ]);

/** What the members of AWS's inputs refer to, by the name of the member. */
const namedByMember: Readonly<Record<string, Choices>> = {
  AliasName: aliasChoices,
  Bucket: bucketChoices,
  DestinationKeyId: keyChoices,
  GranteePrincipal: arns,
  GroupName: groupChoices,
  KeyId: keyChoices,
  PolicyArn: policyChoices,
  ReplicaRegion: regionChoices,
  RetiringPrincipal: arns,
  RoleName: roleChoices,
  SSEKMSKeyId: keyChoices,
  SourceKeyId: keyChoices,
  TargetKeyId: keyIdChoices,
  UserName: userChoices,
};

/**
 * The choices for a member of an operation's input: the values of its enum, or the names in the store that it can refer
 * to; undefined when it is free text. There are no choices for what is about to be created.
 */
export function memberChoices(service: ServiceName, operation: string, member: string): Choices | undefined {
  const model = operationModel(service, operation);
  const input = model?.input && model.shapes[model.input.shape];
  const ref = input?.type === 'structure' ? input.members[member] : undefined;
  let shape = ref && model?.shapes[ref.shape];
  if (shape?.type === 'list') shape = model?.shapes[shape.member.shape];
  const values = shape?.type === 'string' ? shape.enum : undefined;
  if (values) return async () => values.map((value) => ({ value }));
  const isNew = operation.startsWith('Create') && member === madeBy(operation);
  if (isNew) return undefined;
  return service === 'kms' && member === 'KeyId' && !acceptsAlias(operation) ? keyIdChoices : namedByMember[member];
}

/** The member that names what an operation creates: `UserName` of CreateUser, `Bucket` of CreateBucket. */
function madeBy(operation: string): string {
  const noun = operation.slice('Create'.length);
  return noun === 'Bucket' ? noun : `${noun}Name`;
}

const aliasesIn = (tx: Tx, account: AccountId, { region }: Session): Choice[] =>
  take(aliasesOf(account, region, tx), ({ name, keyId }) => ({ value: name, about: keyId }));

const keyIdsIn = (tx: Tx, account: AccountId, { region }: Session): Choice[] =>
  take(keysOf(account, region, tx), ({ keyId, spec, description, aliases }) => ({
    value: keyId,
    about: [...aliases, ...(description ? [description] : []), spec].join(' · '),
  }));

/** What is in the caller's account; nothing for a caller without one. */
async function namesIn(
  session: Session,
  read: (tx: Tx, account: AccountId) => readonly Choice[],
): Promise<readonly Choice[]> {
  const account = callerAccount(await session.aws.caller());
  return account === undefined ? [] : session.store.transact((tx) => read(tx, account));
}

function take<T>(rows: Iterable<T>, choice: (row: T) => Choice): Choice[] {
  const found: Choice[] = [];
  for (const row of rows) {
    if (found.length >= AT_MOST) break;
    found.push(choice(row));
  }
  return found;
}
