/**
 * The names that an endpoint has, for prompts and completion: one page of AWS's own listings, asked for once and briefly.
 * What is refused, or does not come in time, is no list: then a person is just asked.
 */

import { AwsError, EndpointError } from '../../api/errors.ts';
import { isRecord } from '../../api/message.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { Typing } from '../command.ts';
import type { Choice, Session } from '../session.ts';
import { areTogether, isRemote } from './place.ts';

/** What names are of: a kind, or what is below a prefix in a bucket. */
export type NamesOf = keyof typeof kinds | ObjectsUnder;

export interface ObjectsUnder {
  readonly bucket: string;
  readonly prefix: string;
  /** Whether what is deleted counts, as long as it has versions. */
  readonly hasVersions: boolean;
}

/** Names that somebody else has said. */
export interface ListedNames {
  /** The service that has them. */
  readonly service: ServiceName;
  /** Undefined: they are in the store on this machine. */
  readonly choices: readonly Choice[] | undefined;
}

/**
 * The names that there are where a command's calls go. What is for a service elsewhere cannot be named there.
 * @throws StoreError without credentials, AbortError
 */
export async function namesThere(of: NamesOf, session: Session, at: Typing): Promise<ListedNames> {
  const service = typeof of === 'string' ? kinds[of].service : 's3';
  if (at.service !== undefined && !areTogether(at.service, service, session)) return { service, choices: [] };
  if (!isRemote(service, session)) return { service, choices: undefined };
  const ask = asker(session, service);
  if (typeof of !== 'string') return { service, choices: await entriesUnder(of, ask) };
  const found = await Promise.all(kinds[of].lists(at).map((listing) => itemsOf(listing, ask)));
  return { service, choices: found.flat() };
}

/** Makes a call once for a session. @returns undefined if there is no answer that helps */
type Ask = (operation: string, input: Message) => Promise<Message | undefined>;

type Message = Readonly<Record<string, unknown>>;

interface Asked {
  readonly answers: Map<string, Promise<Message | undefined>>;
  /** The endpoints that have not answered, which nobody waits for again. */
  readonly silent: Set<string | undefined>;
}

const askedBy = new WeakMap<Session, Asked>();

function asker(session: Session, service: ServiceName): Ask {
  const known = askedBy.get(session) ?? { answers: new Map(), silent: new Set() };
  askedBy.set(session, known);
  const endpoint = session.endpoints?.of(service)?.text;
  return (operation, input) => {
    if (known.silent.has(endpoint)) return Promise.resolve(undefined);
    const id = JSON.stringify([service, operation, input]);
    const answer = known.answers.get(id) ?? askOnce(operation, input);
    known.answers.set(id, answer);
    return answer;
  };
  async function askOnce(operation: string, input: Message): Promise<Message | undefined> {
    try {
      const output = await session.aws.callByName(service, operation, input, { isAside: true });
      return isRecord(output) ? output : undefined;
    } catch (error) {
      if (error instanceof EndpointError) known.silent.add(endpoint);
      else if (!(error instanceof AwsError)) throw error;
      return undefined;
    }
  }
}

/** One call that lists names. */
interface Listing {
  readonly operation: string;
  readonly input: Message;
  /** The member of its output with the list. */
  readonly list: string;
  /** The name of an item, if it has a fit one. */
  readonly value: (item: Message) => unknown;
  readonly about?: ((item: Message) => unknown) | undefined;
}

const itemsOf = async ({ operation, input, ...listing }: Listing, ask: Ask): Promise<readonly Choice[]> =>
  choicesIn((await ask(operation, input))?.[listing.list], listing);

/** The items that are what they should be; a text alone is an item, too. */
function choicesIn(items: unknown, { value, about }: Pick<Listing, 'value' | 'about'>): Choice[] {
  const all = typeof items === 'string' ? [items] : Array.isArray(items) ? items : [];
  return all.flatMap((each: unknown) => {
    const item = isRecord(each) ? each : { [ALONE]: each };
    const [name, said] = [value(item), about?.(item)];
    return typeof name === 'string' ? [{ value: name, about: typeof said === 'string' ? said : undefined }] : [];
  });
}

/** The member of an item that is a text alone. */
const ALONE = '';

interface Kind {
  readonly service: ServiceName;
  /** The calls whose lists follow one another. */
  readonly lists: (at: Typing) => readonly Listing[];
}

/** A listing whose items have their name in a member, and in another one perhaps what tells them apart. */
const named = (
  operation: string,
  list: string,
  member: string,
  more: { input?: Message; about?: string } = {},
): Listing => ({
  operation,
  input: more.input ?? {},
  list,
  value: (item) => item[member],
  about: (item) => (more.about === undefined ? undefined : item[more.about]),
});

/** A listing about what another option names; none without it. */
function below({ values }: Typing, option: string, listing: (named: string) => Listing): readonly Listing[] {
  const value = values.options[option];
  return typeof value === 'string' ? [listing(value)] : [];
}

const isArn = ({ typed }: Typing): boolean => typed.startsWith('arn:');

const aliases = (at: Typing): Listing =>
  named('ListAliases', 'Aliases', isArn(at) ? 'AliasArn' : 'AliasName', {
    input: { Limit: 100 },
    about: 'TargetKeyId',
  });

const keyIds = (at: Typing): Listing =>
  named('ListKeys', 'Keys', isArn(at) ? 'KeyArn' : 'KeyId', { input: { Limit: 100 } });

const trails = (member: string): Listing => ({
  ...named('DescribeTrails', 'trailList', member),
  about: ({ S3BucketName }) => `to ${S3BucketName}`,
});

/** Kinds whose listing depends on nothing. */
const plain = (service: ServiceName, ...listings: readonly Listing[]) => ({ service, lists: () => listings });

/** The kinds of names, by the service that has them. */
const kinds = {
  account: plain('sts', named('GetCallerIdentity', 'Account', ALONE)),

  aliases: { service: 'kms', lists: (at) => [aliases(at)] },
  keys: { service: 'kms', lists: (at) => [aliases(at), keyIds(at)] },
  keyIds: { service: 'kms', lists: (at) => [keyIds(at)] },
  grants: {
    service: 'kms',
    lists: (at) =>
      below(at, 'key-id', (KeyId) => named('ListGrants', 'Grants', 'GrantId', { input: { KeyId }, about: 'Name' })),
  },

  buckets: plain('s3', named('ListBuckets', 'Buckets', 'Name', { about: 'BucketRegion' })),
  uploadKeys: {
    service: 's3',
    lists: (at) =>
      below(at, 'bucket', (Bucket) => named('ListMultipartUploads', 'Uploads', 'Key', { input: { Bucket } })),
  },
  uploads: {
    service: 's3',
    lists: (at) =>
      below(at, 'bucket', (Bucket) => {
        const { key } = at.values.options;
        const listing = named('ListMultipartUploads', 'Uploads', 'UploadId', { input: { Bucket, Prefix: key } });
        return { ...listing, value: ({ Key, UploadId }) => (Key === key ? UploadId : undefined) };
      }),
  },

  users: plain('iam', named('ListUsers', 'Users', 'UserName')),
  groups: plain('iam', named('ListGroups', 'Groups', 'GroupName')),
  roles: plain('iam', named('ListRoles', 'Roles', 'RoleName')),
  roleArns: plain('iam', named('ListRoles', 'Roles', 'Arn')),
  principalArns: plain('iam', named('ListUsers', 'Users', 'Arn'), named('ListRoles', 'Roles', 'Arn')),
  customerPolicies: plain('iam', named('ListPolicies', 'Policies', 'Arn', { input: { Scope: 'Local' } })),
  policyVersions: {
    service: 'iam',
    lists: (at) =>
      below(at, 'policy-arn', (PolicyArn) =>
        named('ListPolicyVersions', 'Versions', 'VersionId', { input: { PolicyArn } }),
      ),
  },
  inlinePolicies: {
    service: 'iam',
    lists: (at) =>
      (['User', 'Group', 'Role'] as const).flatMap((holder) =>
        below(at, `${holder.toLowerCase()}-name`, (name) =>
          named(`List${holder}Policies`, 'PolicyNames', ALONE, { input: { [`${holder}Name`]: name } }),
        ),
      ),
  },
  accessKeys: {
    service: 'iam',
    lists: ({ values }) => {
      const name = values.options['user-name'];
      const input = typeof name === 'string' ? { UserName: name } : {};
      return [named('ListAccessKeys', 'AccessKeyMetadata', 'AccessKeyId', { input, about: 'UserName' })];
    },
  },

  trails: plain('cloudtrail', trails('Name')),
  trailArns: plain('cloudtrail', trails('TrailARN')),

  alarms: plain('cloudwatch', named('DescribeAlarms', 'MetricAlarms', 'AlarmName', { about: 'StateValue' })),
  alarmArns: plain('cloudwatch', named('DescribeAlarms', 'MetricAlarms', 'AlarmArn')),

  quotaServices: plain('service-quotas', named('ListServices', 'Services', 'ServiceCode', { about: 'ServiceName' })),
  quotaCodes: {
    service: 'service-quotas',
    lists: (at) =>
      below(at, 'service-code', (ServiceCode) =>
        named('ListServiceQuotas', 'Quotas', 'QuotaCode', { input: { ServiceCode }, about: 'QuotaName' }),
      ),
  },
  // They are only listed service by service.
  quotaArns: plain('service-quotas'),
  quotaRequests: plain(
    'service-quotas',
    named('ListRequestedServiceQuotaChangeHistory', 'RequestedQuotas', 'Id', { about: 'QuotaName' }),
  ),

  roots: plain('organizations', named('ListRoots', 'Roots', 'Id', { about: 'Name' })),
  // They are only listed parent by parent.
  units: plain('organizations'),
  accounts: plain('organizations', named('ListAccounts', 'Accounts', 'Id', { about: 'Name' })),
  policies: plain(
    'organizations',
    named('ListPolicies', 'Policies', 'Id', { input: { Filter: 'SERVICE_CONTROL_POLICY' }, about: 'Name' }),
  ),
} as const satisfies Record<string, Kind>;

/** As many as are offered of the store's. */
const ENTRIES = 500;

/** The folders and objects below a prefix; of a folder with more than a page, those that begin with what is typed. */
async function entriesUnder({ bucket, prefix, hasVersions }: ObjectsUnder, ask: Ask): Promise<readonly Choice[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const page = (Prefix: string) =>
    ask(hasVersions ? 'ListObjectVersions' : 'ListObjectsV2', {
      Bucket: bucket,
      Prefix,
      Delimiter: '/',
      MaxKeys: ENTRIES,
    });
  const whole = await page(folder);
  const found = whole?.IsTruncated === true && prefix !== folder ? await page(prefix) : whole;
  const { CommonPrefixes, Contents, Versions, DeleteMarkers } = found ?? {};
  const keys = [Contents, Versions, DeleteMarkers].flatMap((list) => choicesIn(list, { value: ({ Key }) => Key }));
  const folders = choicesIn(CommonPrefixes, { value: ({ Prefix }) => Prefix });
  const names = new Set([...folders, ...keys].map(({ value }) => value).filter((value) => value !== folder));
  return [...names].sort().map((value) => ({ value }));
}
