/** Choices for prompts and completion: names in the store, and regions. */

import type { AccountId } from '../api/arn.ts';
import { regions } from '../api/regions.ts';
import { customerPoliciesOf, groupsOf, roleArn, rolesOf, userArn, usersOf } from '../iam/entities.ts';
import { aliasesOf, keysOf } from '../kms/account-keys.ts';
import { callerAccount } from '../policy/caller.ts';
import { bucketsOf, entriesUnder } from '../s3/objects/names.ts';
import { storeNow } from '../store/clock.ts';
import type { SessionRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import type { Choice, Session } from './session.ts';

export type Choices = (session: Session) => Promise<readonly Choice[]>;

/** More would not fit on a screen, and would take time to load. */
const AT_MOST = 500;

/** KMS keys of the caller's account and region: aliases first, then the ids of the keys. */
export const keyChoices: Choices = (session) =>
  namesIn(session, (tx, account) => [...aliasesIn(tx, account, session), ...keyIdsIn(tx, account, session)]);

/** For operations that do not take an alias. */
export const keyIdChoices: Choices = (session) => namesIn(session, (tx, account) => keyIdsIn(tx, account, session));

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

export const userChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(usersOf(account, tx), ({ name }) => ({ value: name })));

export const roleChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(rolesOf(account, tx), ({ name }) => ({ value: name })));

export const groupChoices: Choices = (session) =>
  namesIn(session, (tx, account) => take(groupsOf(account, tx), ({ name }) => ({ value: name })));

/** Customer managed policies by ARN. */
export const policyChoices: Choices = (session) =>
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

/** What `--as` takes: the principals, and the sessions of the account that can still call. */
export const callerChoices: Choices = async (session) => {
  const [principals, { liveSessionsOf }] = await Promise.all([
    principalChoices(session),
    import('../iam/credentials.ts'),
  ]);
  const sessions = await namesIn(session, (tx, account) => {
    const now = new Date(storeNow(tx, session.environment.now()));
    return take(liveSessionsOf(account, now, tx), ({ accessKeyId, expiresMs, of }) => {
      const whose = of.kind === 'role' ? `role/${of.roleName}/${of.sessionName}` : `a session of ${ownerOf(of, tx)}`;
      return { value: accessKeyId, about: `${whose}, until ${new Date(expiresMs).toISOString()}` };
    });
  });
  return [...principals, ...sessions];
};

const ownerOf = (of: SessionRecord['of'], tx: Tx): string => {
  const place = of.kind === 'user' ? tx.principalIds.get([of.userId]) : undefined;
  return place ? `user/${place.name}` : 'root';
};

export const regionChoices: Choices = async () => regions.map((value) => ({ value }));

/** ARNs of users and roles. */
export const arnChoices: Choices = (session) =>
  namesIn(session, (tx, account) => [
    ...take(usersOf(account, tx), (user) => ({ value: userArn(user) })),
    ...take(rolesOf(account, tx), (role) => ({ value: roleArn(role) })),
  ]);

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
