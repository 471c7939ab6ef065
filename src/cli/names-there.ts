/**
 * The names that a refused call could have used, for the line below the refusal: `there are alias/app, alias/aws/s3`.
 * They are listed as the caller, by AWS's own operations: whoever may not list them gets no names. In the store the
 * listing is only tried, so that neither the audit log nor a quota knows of it. An endpoint is asked once, and briefly.
 */

import { AwsError, CallRefused, EndpointError, ReceivedRefusal } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { nearest, oneOf } from '../api/nearest.ts';
import { isRegion, type Region } from '../api/regions.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { Refusal } from '../store/records/refusal.ts';
import type { Session } from './session.ts';

/**
 * The refusal with a hint that has the names; any other error unchanged. What a command looks up by itself, without a
 * call, is refused in the same words.
 */
export async function withNames(error: unknown, session: Session): Promise<unknown> {
  if (!(error instanceof AwsError) || (error instanceof CallRefused && error.hint !== undefined)) return error;
  const names = await namesAfter(
    factsOf(error),
    error instanceof ReceivedRefusal ? asAsked(session) : asTried(session),
  );
  if (names === undefined) return error;
  const reason = joined(error.reason, names);
  if (error instanceof CallRefused) return error.withHint(reason);
  const { code, message, detail, stack } = error;
  return Object.assign(new AwsError(code, message, detail, reason), { stack });
}

/** The reason of a kept refusal, with the names that there are now; undefined if nothing is known. */
export async function reasonWithNames(
  { code, message, reason }: Refusal,
  call: CallRecord | undefined,
  session: Session,
): Promise<string | undefined> {
  const names = await namesAfter(factsOfRecord(code, message, call?.parameters ?? {}), asTried(session));
  return names === undefined ? reason : joined(reason, names);
}

const joined = (reason: string | undefined, names: string): string =>
  reason === undefined ? names : `${reason}: ${names}`;

/** What a refusal says about the thing that is not there. */
interface Facts {
  readonly code: string;
  readonly message: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

const factsOf = (error: AwsError): Facts => {
  const { code, message, detail } = error;
  const asked = error instanceof CallRefused ? error.call.input : detail;
  const input = isRecord(asked) ? asked : {};
  const { BucketName = input.Bucket, Key = input.Key } = detail;
  return { code, message, input, ...objectOf(BucketName, Key, code === 'NoSuchBucket' ? undefined : input.CopySource) };
};

/** The audit log has the members of an input with a lower-case first letter, and S3's by the names of its headers. */
function factsOfRecord(code: string, message: string, parameters: NonNullable<CallRecord['parameters']>): Facts {
  const { bucketName, key, 'x-amz-copy-source': source } = parameters;
  const input = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
  );
  return { code, message, input, ...objectOf(bucketName, key, source) };
}

/** The object that a call reads: a copy's is its source. */
function objectOf(bucket: unknown, key: unknown, source: unknown): Pick<Facts, 'bucket' | 'key'> {
  const [, bucketOfSource, keyOfSource] = /^\/?([^/]+)\/([^?]*)/s.exec(String(source ?? '')) ?? [];
  if (bucketOfSource !== undefined) return { bucket: bucketOfSource, key: keyOfSource };
  return { bucket: textOf(bucket), key: textOf(key) };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A call that lists names of one kind. */
interface Listing {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region?: Region | undefined;
  /** The member of its output with the list. */
  readonly list: string;
  /** The member of each item that is its name, which can depend on the item, unless items are names. */
  readonly name: string | ((item: Readonly<Record<string, unknown>>) => string);
  /** Which of the items count; absent: all. */
  readonly only?: (item: Readonly<Record<string, unknown>>) => boolean;
  /** What was named in vain. */
  readonly typed: string;
  /** What begins the list: `the buckets are`. */
  readonly are: string;
  /** Said if there are none; absent: nothing. */
  readonly none?: string;
}

/** How many names fit in a line. */
const SHOWN = 8;

/** Makes the call of a listing. @returns its output; undefined if it is refused */
type Ask = (listing: Listing) => Promise<unknown>;

async function namesAfter(facts: Facts, ask: Ask): Promise<string | undefined> {
  const listing = listingAfter(facts);
  const page = listing && namesIn(listing, await ask(listing));
  if (!listing || !page) return undefined;
  const { names, isWhole } = page;
  const { are, none, typed } = listing;
  if (names.length === 0) return isWhole ? none : undefined;
  const near = nearest(typed, names, 2);
  const more = names.length - SHOWN;
  const others = isWhole ? (more > 0 ? ` and ${more} more` : '') : ' and others';
  const all = `${are} ${names.slice(0, SHOWN).join(', ')}${others}`;
  if (near.length === 0) return all;
  return names.length === 1 && isWhole ? `did you mean ${near[0]}?` : `did you mean ${oneOf(near)}? ${all}`;
}

/** The names in the first page, and whether they are all; undefined if the caller may not list them. */
function namesIn(
  { list, name, only }: Listing,
  output: unknown,
): { readonly names: readonly string[]; readonly isWhole: boolean } | undefined {
  if (!isRecord(output)) return undefined;
  const {
    [list]: items,
    NextToken: next,
    ContinuationToken: rest = next,
    IsTruncated = rest !== undefined,
    Truncated = IsTruncated,
  } = output;
  const counted = (Array.isArray(items) ? items : []).filter((item) => !isRecord(item) || (only?.(item) ?? true));
  const member = typeof name === 'string' ? () => name : name;
  const names = counted.map((item: unknown) => (isRecord(item) ? item[member(item)] : item));
  return { names: names.filter((each): each is string => typeof each === 'string'), isWhole: Truncated !== true };
}

/** In the store that the session works with. */
const asTried =
  (session: Session): Ask =>
  async ({ service, operation, input, region }) => {
    const tried = session.rehearse({ report: () => {}, denied: 'end', isUnseen: true }, () => {});
    try {
      return await tried.aws.callByName(service, operation, input, { region });
    } catch (error) {
      // The refusal before it is what counts.
      if (error instanceof AwsError) return undefined;
      throw error;
    } finally {
      await tried.close();
    }
  };

/** At the endpoint that refused, which may have none for the service of the names. */
const asAsked =
  (session: Session): Ask =>
  async ({ service, operation, input, region }) => {
    if (!session.endpoints?.of(service)) return undefined;
    try {
      return await session.aws.callByName(service, operation, input, { region, isAside: true });
    } catch (error) {
      if (error instanceof AwsError || error instanceof EndpointError) return undefined;
      throw error;
    }
  };

/** The call that lists what there is instead of the thing that a refusal says is not there. */
function listingAfter(facts: Facts): Listing | undefined {
  const { code, message, bucket, key, input } = facts;
  switch (code.replace(/^KMS\./, '')) {
    case 'NotFoundException':
      return ofKms(message, input);
    case 'NoSuchBucket':
      return bucketsBeside(bucket ?? '');
    case 'S3BucketDoesNotExistException':
      return bucketsBeside(/^S3 bucket (\S+) does not exist!$/.exec(message)?.[1] ?? '');
    case 'TrailNotFoundException':
      return ofCloudTrail(message);
    case 'ResourceNotFound':
      return ofCloudWatch(message);
    case 'NoSuchKey':
      return bucket === undefined || key === undefined ? undefined : objectsBeside(bucket, key);
    case 'NoSuchVersion':
      return bucket === undefined || key === undefined ? undefined : versionsOf(bucket, key, input);
    case 'InvalidArgument':
      return message !== 'Invalid version id specified' || bucket === undefined || key === undefined
        ? undefined
        : versionsOf(bucket, key, input);
    case 'NoSuchUpload':
      return bucket === undefined
        ? undefined
        : {
            service: 's3',
            operation: 'ListMultipartUploads',
            input: { Bucket: bucket, ...(key !== undefined && { Prefix: key }) },
            list: 'Uploads',
            name: 'UploadId',
            only: (item) => key === undefined || item.Key === key,
            typed: textOf(input.UploadId) ?? '',
            are: 'the uploads of this key are',
            none: 'no upload of this key is under way',
          };
    case 'PolicyNotFoundException':
    case 'AccountNotFoundException':
      return ofOrganizations(code, input);
    case 'NoSuchEntity':
      return ofIam(message, input);
    default:
      return undefined;
  }
}

const bucketsBeside = (typed: string): Listing => ({
  service: 's3',
  operation: 'ListBuckets',
  input: {},
  list: 'Buckets',
  name: 'Name',
  typed,
  are: 'the buckets are',
  none: 'there are no buckets: create one with ssebox bucket create',
});

function ofCloudTrail(message: string): Listing | undefined {
  const [, region = '', typed] = /^Unknown trail: arn:aws:cloudtrail:([^:]+):\d+:trail\/(\S+) /.exec(message) ?? [];
  if (typed === undefined || !isRegion(region)) return undefined;
  return {
    service: 'cloudtrail',
    operation: 'DescribeTrails',
    input: {},
    region,
    list: 'trailList',
    // A trail of all regions is found in the others by its ARN alone.
    name: ({ HomeRegion }) => (HomeRegion === region ? 'Name' : 'TrailARN'),
    typed,
    are: `the trails in ${region} are`,
    none: `there are no trails in ${region}: create one with ssebox trail data-events enable`,
  };
}

function ofCloudWatch(message: string): Listing | undefined {
  const [, typed] = /^Unknown alarm: (.+)$/.exec(message) ?? [];
  if (typed === undefined) return undefined;
  return {
    service: 'cloudwatch',
    operation: 'DescribeAlarms',
    input: {},
    list: 'MetricAlarms',
    name: 'AlarmName',
    typed,
    are: 'the alarms of this region are',
    none: 'there are no alarms in this region: create one with ssebox cloudwatch put-metric-alarm',
  };
}

/** Only what is named alone: an account that is to be moved may just be elsewhere. */
function ofOrganizations(
  code: string,
  { PolicyId, AccountId, DestinationParentId }: Facts['input'],
): Listing | undefined {
  const service = 'organizations';
  if (code === 'AccountNotFoundException') {
    if (DestinationParentId !== undefined) return undefined;
    const list = { operation: 'ListAccounts', input: {}, list: 'Accounts', name: 'Id' };
    return { service, ...list, typed: textOf(AccountId) ?? '', are: 'the accounts are' };
  }
  const list = { operation: 'ListPolicies', input: { Filter: 'SERVICE_CONTROL_POLICY' }, list: 'Policies', name: 'Id' };
  return { service, ...list, typed: textOf(PolicyId) ?? '', are: 'the service control policies are' };
}

function objectsBeside(bucket: string, key: string): Listing {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  return {
    service: 's3',
    operation: 'ListObjectsV2',
    input: { Bucket: bucket, Prefix: folder, MaxKeys: 100 },
    list: 'Contents',
    name: 'Key',
    typed: key,
    are: folder === '' ? 'there are' : `in ${folder} there are`,
    none: folder === '' ? 'the bucket is empty' : `there are no objects in ${folder}`,
  };
}

const versionsOf = (bucket: string, key: string, { VersionId }: Facts['input']): Listing => ({
  service: 's3',
  operation: 'ListObjectVersions',
  input: { Bucket: bucket, Prefix: key, MaxKeys: 100 },
  list: 'Versions',
  name: 'VersionId',
  only: (item) => item.Key === key,
  typed: textOf(VersionId) ?? '',
  are: 'the versions of this key are',
});

function ofKms(message: string, input: Facts['input']): Listing | undefined {
  const [, region = '', alias] = /^Alias arn:aws:kms:([^:]+):\d+:(alias\/.*) is not found\.$/s.exec(message) ?? [];
  const [, name] = /^Invalid keyId '(.*)'$/s.exec(message) ?? [];
  if (alias !== undefined || name !== undefined) {
    return {
      service: 'kms',
      operation: 'ListAliases',
      input: { Limit: 100 },
      region: isRegion(region) ? region : undefined,
      list: 'Aliases',
      name: 'AliasName',
      typed: alias ?? `alias/${name}`,
      are: 'there are',
      none: `there are no aliases${region === '' ? '' : ` in ${region}`}`,
    };
  }
  const [, regionOfKey = '', keyId] = /^Key 'arn:aws:kms:([^:]+):\d+:key\/(.*)' does not exist$/s.exec(message) ?? [];
  if (keyId !== undefined) {
    return {
      service: 'kms',
      operation: 'ListKeys',
      input: { Limit: 100 },
      region: isRegion(regionOfKey) ? regionOfKey : undefined,
      list: 'Keys',
      name: 'KeyId',
      typed: keyId,
      are: 'the keys are',
      none: `there are no keys in ${regionOfKey}`,
    };
  }
  const [, grantId] = /^Grant ID (.*) not found$/s.exec(message) ?? [];
  if (grantId === undefined || typeof input.KeyId !== 'string') return undefined;
  return {
    service: 'kms',
    operation: 'ListGrants',
    input: { KeyId: input.KeyId },
    list: 'Grants',
    name: 'GrantId',
    typed: grantId,
    are: 'the grants of the key are',
    none: 'the key has no grants',
  };
}

const IDENTITIES = {
  user: { operation: 'ListUsers', list: 'Users', name: 'UserName', inline: 'ListUserPolicies' },
  role: { operation: 'ListRoles', list: 'Roles', name: 'RoleName', inline: 'ListRolePolicies' },
  group: { operation: 'ListGroups', list: 'Groups', name: 'GroupName', inline: 'ListGroupPolicies' },
} as const;

const isIdentity = (kind: string | undefined): kind is keyof typeof IDENTITIES =>
  kind !== undefined && Object.hasOwn(IDENTITIES, kind);

function ofIam(message: string, input: Facts['input']): Listing | undefined {
  const [, kind, inline, typed = ''] = /^The (\w+) (policy )?with name (.*) cannot be found\.$/s.exec(message) ?? [];
  if (isIdentity(kind)) {
    const { operation, list, name, inline: policies } = IDENTITIES[kind];
    if (inline === undefined) {
      const are = `the ${kind}s are`;
      return { service: 'iam', operation, input: {}, list, name, typed, are, none: `there are no ${kind}s` };
    }
    const owner = input[name];
    return typeof owner === 'string'
      ? {
          service: 'iam',
          operation: policies,
          input: { [name]: owner },
          list: 'PolicyNames',
          name: '',
          typed,
          are: `the inline policies of the ${kind} are`,
          none: `the ${kind} has no inline policies`,
        }
      : undefined;
  }
  const [, arn = '', version] =
    /^(?:Policy|Scope ARN:) (\S+)(?: version (\S+))? (?:was not found|does not exist or is not attachable)\.$/.exec(
      message,
    ) ?? [];
  if (version !== undefined) {
    return {
      service: 'iam',
      operation: 'ListPolicyVersions',
      input: { PolicyArn: arn },
      list: 'Versions',
      name: 'VersionId',
      typed: version,
      are: 'its versions are',
    };
  }
  if (arn !== '') {
    const isOfAws = arn.startsWith('arn:aws:iam::aws:');
    return {
      service: 'iam',
      operation: 'ListPolicies',
      input: { Scope: isOfAws ? 'AWS' : 'Local' },
      list: 'Policies',
      name: 'Arn',
      typed: arn,
      are: 'the policies are',
      none: 'there are no policies of the account',
    };
  }
  const [, accessKey] = /^The Access Key with id (.*) cannot be found\.$/s.exec(message) ?? [];
  const { UserName } = input;
  return accessKey === undefined
    ? undefined
    : {
        service: 'iam',
        operation: 'ListAccessKeys',
        input: typeof UserName === 'string' ? { UserName } : {},
        list: 'AccessKeyMetadata',
        name: 'AccessKeyId',
        typed: accessKey,
        are: 'the access keys are',
        none: 'there are no access keys',
      };
}
