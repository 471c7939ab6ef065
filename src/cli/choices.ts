/** Choices for prompts and completion: names in the store or at an endpoint, and regions. */

import { type AccountId, aliasArn, bucketArn, isAccountId, keyArn, parseArn } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { regions } from '../api/regions.ts';
import { trailArn, trailsOf } from '../cloudtrail/trail.ts';
import { alarmArn } from '../cloudwatch/alarm-arn.ts';
import { policyKey } from '../iam/caller-policies.ts';
import { customerPoliciesOf, findUser, groupsOf, roleArn, rolesOf, userArn, usersOf } from '../iam/entities.ts';
import { aliasesOf, keyNamed, keysOf } from '../kms/account-keys.ts';
import { quotaServices } from '../quotas/aws-values.ts';
import { bucketRegion, bucketsOf, entriesUnder } from '../s3/objects/names.ts';
import { codeOf, listedQuotas, quotaArn, serviceTitles } from '../service-quotas/quota.ts';
import { storeNow } from '../store/clock.ts';
import type { SessionRecord } from '../store/records/iam.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import type { Check, Choices, Typing } from './command.ts';
import type { NamesOf } from './endpoint/listed-names.ts';
import { isRemote } from './endpoint/place.ts';
import type { Choice, Session } from './session.ts';

/** More would not fit on a screen, and would take time to load. */
const AT_MOST = 500;

export const fromNothing: Typing = { typed: '', values: { args: {}, options: {} } };

/** KMS keys of the caller's account and region: aliases first, then the ids of the keys; any key by its exact name. */
export const keyChoices: Choices = async (session, at = fromNothing) => {
  // The first call that names it creates the key of an AWS managed alias.
  const isManaged =
    at.typed.startsWith('alias/aws/') && (await import('../kms/aws-managed-keys.ts')).isAwsManagedAlias(at.typed);
  return namesIn('keys', session, at, (tx, account) => [
    ...aliasesIn(tx, account, session, at),
    ...keyIdsIn(tx, account, session, at),
    ...exactly(at, isManaged || keyNamed(at.typed, account, session.region, tx)),
  ]);
};

/** For operations that do not take an alias. */
export const keyIdChoices: Choices = (session, at = fromNothing) => keyIdsWhere(() => true, session, at);

/** For operations that AWS managed keys refuse. */
export const customerKeyChoices: Choices = (session, at = fromNothing) =>
  keyIdsWhere(({ manager }) => manager === 'CUSTOMER', session, at);

/** Keys by id or ARN that fit a condition. */
export const keyIdsWhere = (
  isFit: (key: KeyRecord) => boolean,
  session: Session,
  at: Typing,
): Promise<readonly Choice[]> =>
  namesIn('keyIds', session, at, (tx, account) => {
    const named = at.typed.includes('alias/') ? undefined : keyNamed(at.typed, account, session.region, tx);
    return [...keyIdsIn(tx, account, session, at, isFit), ...exactly(at, named && isFit(named))];
  });

/** Aliases with their prefix. */
export const aliasChoices: Choices = (session, at = fromNothing) =>
  namesIn('aliases', session, at, (tx, account) => aliasesIn(tx, account, session, at));

/** The buckets of the account; any bucket by its exact name. */
export const bucketChoices: Choices = (session, at = fromNothing) =>
  namesIn('buckets', session, at, (tx, account) => [
    ...takeSorted(bucketsOf(account, tx, firstOfBeginning(at)), at, ({ name, region }) => ({
      value: name,
      about: region,
    })),
    ...exactly(at, bucketRegion(at.typed, tx)),
  ]);

/** Buckets as `s3://BUCKET`. */
export const bucketUriChoices: Choices = async (session, at = fromNothing) => {
  const typed = 's3://'.startsWith(at.typed) ? '' : at.typed.replace(/^s3:\/\//, '');
  const buckets = await bucketChoices(session, { ...at, typed });
  return buckets.map(({ value, about }) => ({ value: `s3://${value}`, about }));
};

/** Buckets by their ARNs. */
export const bucketArnChoices: Choices = async (session, at = fromNothing) => {
  const before = bucketArn('');
  const typed = before.startsWith(at.typed) ? '' : at.typed.replace(before, '');
  const buckets = await bucketChoices(session, { ...at, typed });
  return buckets.map(({ value, about }) => ({ value: bucketArn(value), about }));
};

/** The account of the caller. */
export const ownAccountChoices: Choices = (session, at = fromNothing) =>
  namesIn('account', session, at, (_tx, account) => [{ value: account }]);

/** Buckets as `s3://BUCKET/`; after a bucket, the folders and objects that begin with the typed text. */
export const objectChoices: Choices = async (session, at = fromNothing) => {
  // A person may leave out the scheme.
  const [, bucket, prefix = ''] = /^([^/]+)\/(.*)$/s.exec(at.typed.replace(/^s3:\/{0,2}/, '')) ?? [];
  if (bucket === undefined) {
    const buckets = await bucketUriChoices(session, at);
    const empty = await emptyAmong(buckets, session, at);
    return buckets.map(({ value, about }) => ({
      value: `${value}/`,
      about: empty.has(value) ? `${about}, empty` : about,
    }));
  }
  const entries = await entriesIn(bucket, prefix, session, at);
  return entries.map(({ value }) => ({ value: `s3://${bucket}/${value}` }));
};

/** The folders and objects of a bucket that begin with a text, by key. */
const entriesIn = (bucket: string, prefix: string, session: Session, at: Typing): Promise<readonly Choice[]> => {
  const listed = listedFor(at);
  const under = { bucket, prefix, hasVersions: listed === 'with a version' };
  return namesIn(under, session, at, (tx) => firstOf(entriesUnder(bucket, prefix, listed, tx), (value) => ({ value })));
};

/** Of buckets as `s3://BUCKET`, those below which there is nothing to choose. */
async function emptyAmong(buckets: readonly Choice[], session: Session, at: Typing): Promise<ReadonlySet<string>> {
  // An endpoint would be asked for each of them.
  if (isRemote('s3', session) && at.side !== 'store') return new Set();
  const isEmpty = (uri: string, tx: Tx) =>
    [...firstOf(entriesUnder(uri.slice('s3://'.length), '', listedFor(at), tx), (value) => ({ value }), 1)].length ===
    0;
  return session.store.transact(
    (tx) => new Set(buckets.map(({ value }) => value).filter((value) => isEmpty(value, tx))),
  );
}

/** A command that names a version can be about what is deleted. */
const listedFor = ({ values: { options } }: Typing) =>
  options['version-id'] === undefined ? 'that exist' : 'with a version';

/** The keys of the objects in the bucket that the command line names, a folder at a time. */
export const objectKeyChoices: Choices = (session, at = fromNothing) => {
  const bucket = at.values.options.bucket;
  if (typeof bucket !== 'string') return Promise.resolve([]);
  return entriesIn(bucket, at.typed, session, at);
};

/** The keys of the unfinished uploads to the bucket that the command line names. */
export const uploadKeyChoices: Choices = (session, at = fromNothing) => {
  const bucket = at.values.options.bucket;
  if (typeof bucket !== 'string') return Promise.resolve([]);
  return namesIn('uploadKeys', session, at, (tx) =>
    take(tx.multipartUploads.under([bucket]), at, ({ key }) => ({ value: key[1] })),
  );
};

/** Objects as `BUCKET/KEY`, as a copy names its source. */
export const copySourceChoices: Choices = async (session, at = fromNothing) => {
  const found = await objectChoices(session, { ...at, typed: `s3://${at.typed}` });
  return found.map(({ value, about }) => ({ value: value.slice('s3://'.length), about }));
};

/** The unfinished uploads of the object that the command line names. */
export const uploadChoices: Choices = (session, at = fromNothing) => {
  const { bucket, key } = at.values.options;
  if (typeof bucket !== 'string' || typeof key !== 'string') return Promise.resolve([]);
  return namesIn('uploads', session, at, (tx) =>
    firstOf(tx.multipartUploads.under([bucket, key]), ({ value: { uploadId, initiatedMs } }) => ({
      value: uploadId,
      about: `since ${new Date(initiatedMs).toISOString()}`,
    })),
  );
};

/** The grants for the key that the command line names. */
export const grantChoices: Choices = (session, at = fromNothing) => {
  const named = at.values.options['key-id'];
  if (typeof named !== 'string') return Promise.resolve([]);
  return namesIn('grants', session, at, (tx, account) => {
    const key = keyNamed(named, account, session.region, tx);
    if (!key) return [];
    return firstOf(tx.kmsGrants.under([key.account, key.region, key.keyId]), ({ value: grant }) => ({
      value: grant.grantId,
      about: [...(grant.name === undefined ? [] : [grant.name]), grant.operations.join(', ')].join(' · '),
    }));
  });
};

export const userChoices: Choices = (session, at = fromNothing) =>
  namesIn('users', session, at, (tx, account) => take(usersOf(account, tx), at, ({ name }) => ({ value: name })));

export const roleChoices: Choices = (session, at = fromNothing) =>
  namesIn('roles', session, at, (tx, account) => take(rolesOf(account, tx), at, ({ name }) => ({ value: name })));

export const groupChoices: Choices = (session, at = fromNothing) =>
  namesIn('groups', session, at, (tx, account) => take(groupsOf(account, tx), at, ({ name }) => ({ value: name })));

/** Roles by ARN; any role by its exact ARN. */
export const roleArnChoices: Choices = (session, at = fromNothing) =>
  namesIn('roleArns', session, at, (tx, account) => {
    const arn = parseArn(at.typed);
    const name = arn?.resource.startsWith('role/') ? arn.resource.split('/').at(-1) : undefined;
    const isRole = arn && isAccountId(arn.account) && name !== undefined;
    const role = isRole ? tx.roles.get([arn.account, name.toLowerCase()]) : undefined;
    return [
      ...take(rolesOf(account, tx), at, (each) => ({ value: roleArn(each) })),
      ...exactly(at, role && roleArn(role) === at.typed),
    ];
  });

/** Customer managed policies by ARN. */
export const customerPolicyChoices: Choices = (session, at = fromNothing) =>
  namesIn('customerPolicies', session, at, (tx, account) =>
    take(customerPoliciesOf(account, tx), at, ({ arn }) => ({ value: arn })),
  );

/** Managed policies by ARN: the account's own, then AWS's. */
export const policyChoices: Choices = async (session, at = fromNothing) => {
  const { awsManagedPolicies } = await import('../policy/aws-managed-policies.ts');
  const own = await customerPolicyChoices(session, at);
  return [...own, ...take(awsManagedPolicies, at, ({ arn }) => ({ value: arn }))];
};

/** The versions of the managed policy that the command line names. */
export const policyVersionChoices: Choices = (session, at = fromNothing) =>
  namesIn('policyVersions', session, at, (tx, account) => {
    const [owner, pathAndName] = policyKey(`${at.values.options['policy-arn'] ?? ''}`);
    const policy = owner === account ? tx.managedPolicies.get([account, pathAndName]) : undefined;
    return Object.keys(policy?.versions ?? {}).map((number) => ({
      value: `v${number}`,
      about: `v${number}` === policy?.defaultVersion ? 'the default' : undefined,
    }));
  });

/** The inline policies of the user, group or role that the command line names. */
export const inlinePolicyChoices: Choices = (session, at = fromNothing) =>
  namesIn('inlinePolicies', session, at, (tx, account) => {
    const nameOf = (option: string) => String(at.values.options[option] ?? '').toLowerCase();
    const holder =
      tx.users.get([account, nameOf('user-name')]) ??
      tx.groups.get([account, nameOf('group-name')]) ??
      tx.roles.get([account, nameOf('role-name')]);
    return Object.keys(holder?.inlinePolicies ?? {}).map((value) => ({ value }));
  });

/** The access keys of the user that the command line names, or of all users. */
export const accessKeyChoices: Choices = (session, at = fromNothing) =>
  namesIn('accessKeys', session, at, (tx, account) => {
    const name = at.values.options['user-name'];
    const one = typeof name === 'string' ? findUser(tx, account, name) : undefined;
    const users = typeof name === 'string' ? (one ? [one] : []) : usersOf(account, tx);
    return [...users].flatMap((user) =>
      firstOf(tx.userAccessKeys.under([user.id]), ({ key }) => ({ value: key[1], about: user.name })),
    );
  });

/** Callers in the forms of `--as`. Every account of a store gets `user/admin` on its first call. */
export const principalChoices: Choices = async (session, { service, others } = fromNothing) => {
  const at = { ...fromNothing, service, others };
  const users = await userChoices(session, at);
  const names = users.length > 0 || isRemote('iam', session) ? users : [{ value: 'admin' }];
  return [
    { value: 'root', about: 'the account itself' },
    ...names.map(({ value }) => ({ value: `user/${value}` })),
    ...(await roleChoices(session, at)).map(({ value }) => ({ value: `role/${value}` })),
  ];
};

/** What `--as` takes: the principals, and the sessions of the account that can still call. */
export const callerChoices: Choices = async (session) => {
  const [principals, { liveSessionsOf }] = await Promise.all([
    principalChoices(session),
    import('../iam/session-callers.ts'),
  ]);
  const sessions = await storedIn(session, 'sts', (tx, account) => {
    const now = new Date(storeNow(tx, session.environment.now()));
    return firstOf(liveSessionsOf(account, now, tx), ({ accessKeyId, expiresMs, of }) => {
      return { value: accessKeyId, about: `${whoseOf(of, tx)}, until ${new Date(expiresMs).toISOString()}` };
    });
  });
  return [...principals, ...sessions];
};

function whoseOf(of: SessionRecord['of'], tx: Tx): string {
  if (of.kind === 'role') return `role/${of.roleName}/${of.sessionName}`;
  if (of.kind === 'federated-user') return `federated-user/${of.name}`;
  const place = of.kind === 'user' ? tx.principalIds.get([of.userId]) : undefined;
  return `a session of ${place ? `user/${place.name}` : 'root'}`;
}

/** The trails of the account and region, with the shadows of multi-Region trails by ARN. */
export const trailChoices: Choices = (session, at = fromNothing) =>
  namesIn('trails', session, at, (tx, account) =>
    take(trailsOf(account, tx), at, ({ trail }) => ({
      value: trail.homeRegion === session.region ? trail.name : trailArn(trail),
      about: `to ${trail.bucket}`,
    })),
  );

/** Trails by ARN. */
export const trailArnChoices: Choices = (session, at = fromNothing) =>
  namesIn('trailArns', session, at, (tx, account) =>
    take(trailsOf(account, tx), at, ({ trail }) => ({ value: trailArn(trail) })),
  );

/** The alarms of the account and region. */
export const alarmChoices: Choices = (session, at = fromNothing) =>
  namesIn('alarms', session, at, (tx, account) =>
    take(tx.alarms.under([account, session.region]), at, ({ key, value }) => ({
      value: key[2],
      about: value.state.value,
    })),
  );

/** Alarms by ARN. */
export const alarmArnChoices: Choices = (session, at = fromNothing) =>
  namesIn('alarmArns', session, at, (tx, account) =>
    take(tx.alarms.under([account, session.region]), at, ({ key }) => ({
      value: alarmArn({ account, region: session.region }, key[2]),
    })),
  );

/** Services with quotas in the region, by their codes. */
export const serviceCodeChoices: Choices = (session, at = fromNothing) =>
  namesIn('quotaServices', session, at, (tx) =>
    quotaServices
      .filter((service) => listedQuotas(service, { region: session.region, tx }).length > 0)
      .map((value) => ({ value, about: serviceTitles[value] })),
  );

/** Quotas of the service that is named, by their codes. */
export const quotaCodeChoices: Choices = (session, at = fromNothing) =>
  namesIn('quotaCodes', session, at, (tx) =>
    quotaServices
      .filter((service) => service === at.values.options['service-code'])
      .flatMap((service) => listedQuotas(service, { region: session.region, tx }))
      .map((quota) => ({ value: codeOf(quota), about: quota.title })),
  );

/** All quotas, by ARN. */
export const quotaArnChoices: Choices = (session, at = fromNothing) =>
  namesIn('quotaArns', session, at, (tx, account) =>
    quotaServices
      .flatMap((service) => listedQuotas(service, { region: session.region, tx }))
      .map((quota) => ({ value: quotaArn(quota, session.region, account), about: quota.title })),
  );

/** Requests for higher quotas, newest first, by id. */
export const quotaRequestChoices: Choices = (session, at = fromNothing) =>
  namesIn('quotaRequests', session, at, (tx, account) =>
    [...tx.quotaRequests.under([account, session.region], { reverse: true, limit: AT_MOST })].map(({ key, value }) => ({
      value: key[2],
      about: `${value.quota}: ${value.desired}`,
    })),
  );

export const regionChoices: Choices = async () => regions.map((value) => ({ value }));

/** ARNs of users and roles. */
export const arnChoices: Choices = (session, at = fromNothing) =>
  namesIn('principalArns', session, at, (tx, account) => [
    ...take(usersOf(account, tx), at, (user) => ({ value: userArn(user) })),
    ...take(rolesOf(account, tx), at, (role) => ({ value: roleArn(role) })),
  ]);

/** The same choices as names for a service: there are none where it does not know them. */
export const namesFor =
  (service: ServiceName, choices: Choices): Choices =>
  (session, at = fromNothing) =>
    choices(session, { ...at, service });

/**
 * Only what is among the choices for it is a valid answer, unless there may be others.
 * @param what the kind of thing, with its article: `a bucket`
 */
export const oneOf =
  (what: string, choices: Choices): Check =>
  async (answer, session, values) => {
    let mayBeOther = false;
    const others = () => {
      mayBeOther = true;
    };
    const offered = await choices(session, { typed: answer, values, others });
    if (!mayBeOther && !offered.some(({ value }) => value === answer))
      throw new UsageError(`"${answer}" is not ${what}`);
  };

/** By name, or by ARN where one is being typed. */
const aliasesIn = (tx: Tx, account: AccountId, { region }: Session, at: Typing): Choice[] =>
  takeSorted(aliasesOf(account, region, tx, firstOfBeginning(at)), at, ({ name, keyId }) => ({
    value: isArn(at) ? aliasArn(region, account, name) : name,
    about: keyId,
  }));

const isArn = ({ typed }: Typing): boolean => typed.startsWith('arn:');

const keyIdsIn = (
  tx: Tx,
  account: AccountId,
  { region }: Session,
  at: Typing,
  isFit: (key: KeyRecord) => boolean = () => true,
): Choice[] =>
  takeSorted(
    filtered(keysOf(account, region, tx, firstOfBeginning(at)), isFit),
    at,
    ({ keyId, spec, description, aliases }) => ({
      value: isArn(at) ? keyArn(region, account, keyId) : keyId,
      about: [...aliases, ...(description ? [description] : []), spec].join(' · '),
    }),
  );

function* filtered<T>(rows: Iterable<T>, isFit: (row: T) => boolean): Iterable<T> {
  for (const row of rows) if (isFit(row)) yield row;
}

/** What was typed, where it names something that a list of the account's own does not have. */
const exactly = ({ typed }: Typing, found: unknown): Choice[] => (found ? [{ value: typed }] : []);

/**
 * The names that there are where the calls of a command go.
 * @param read finds them in the store on this machine
 */
export async function namesIn(of: NamesOf, session: Session, at: Typing, read: ReadNames): Promise<readonly Choice[]> {
  if (!session.endpoints || at.side === 'store') return storedIn(session, 'sts', read);
  if (at.side === 'elsewhere') {
    at.others?.();
    return [];
  }
  const { namesThere } = await import('./endpoint/listed-names.ts');
  const { service, choices } = await namesThere(of, session, at);
  if (!choices) return storedIn(session, service, read);
  at.others?.();
  return distinct(choices);
}

type ReadNames = (tx: Tx, account: AccountId) => readonly Choice[];

/** What is in the caller's account; nothing for a caller without one. */
async function storedIn(session: Session, service: ServiceName, read: ReadNames): Promise<readonly Choice[]> {
  const account = await session.localAws.account(service);
  if (account === undefined) return [];
  return distinct(await session.store.transact((tx) => read(tx, account)));
}

function distinct(choices: readonly Choice[]): readonly Choice[] {
  const seen = new Set<string>();
  return choices.filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** No name of a bucket, an alias or a key has more characters. */
const LONGEST_NAME = 256;

/** Where rows in the order of their names have what begins with the typed text; at their first, if ARNs are typed. */
const firstOfBeginning = (at: Typing): string => (at.isBeginning && !isArn(at) ? at.typed.slice(0, LONGEST_NAME) : '');

/** The same of rows in the order of the choices' values, from `firstOfBeginning` on. */
function takeSorted<T>(rows: Iterable<T>, at: Typing, choice: (row: T) => Choice): Choice[] {
  if (!at.isBeginning || isArn(at)) return take(rows, at, choice);
  function* beginning(): Iterable<Choice> {
    for (const row of rows) {
      const made = choice(row);
      if (!made.value.startsWith(at.typed)) return;
      yield made;
    }
  }
  return firstOf(beginning(), (made) => made);
}

/** The first choices that contain the words that are typed. */
export function take<T>(rows: Iterable<T>, { typed }: Typing, choice: (row: T) => Choice): Choice[] {
  function* fitting(): Iterable<Choice> {
    for (const row of rows) {
      const made = choice(row);
      if (hasWords(made, typed)) yield made;
    }
  }
  return firstOf(fitting(), (made) => made);
}

/** Whether a choice contains the typed words, in its value or its description, ignoring case. */
export function hasWords({ value, about = '' }: Choice, typed: string): boolean {
  const text = `${value} ${about}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function firstOf<T>(rows: Iterable<T>, choice: (row: T) => Choice, atMost = AT_MOST): Choice[] {
  const found: Choice[] = [];
  for (const row of rows) {
    if (found.length >= atMost) break;
    found.push(choice(row));
  }
  return found;
}
