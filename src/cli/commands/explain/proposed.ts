/** `--with [TARGET=]FILE`: policies that are not there yet, put on the side before something is asked. */

import { type AccountId, isAccountId, parseArn } from '../../../api/arn.ts';
import { AwsError, CallRefused, UsageError } from '../../../api/errors.ts';
import type { Input, OperationName, ServiceName } from '../../../api/model/operations.ts';
import { oneOf } from '../../../api/nearest.ts';
import type { Region } from '../../../api/regions.ts';
import type { TrialPlace } from '../../../assemble.ts';
import { permitted } from '../../../iam/permitted.ts';
import type { Decision } from '../../../policy/decision.ts';
import type { Choices, OptionSpec, WithOptions } from '../../command.ts';
import type { Session } from '../../session.ts';
import type { Proposal } from './proposal-file.ts';
import { statedOptions } from './stated.ts';

/** Paths of files are for the shell to complete. */
const noChoices: Choices = async () => [];

const withOption = {
  with: {
    about:
      'ask as if this policy were in force: FILE, or TARGET=FILE to say whose it is: a user, role or group (user/NAME, or user/NAME/POLICY for an inline policy by its name), a managed policy, a key, a bucket, or a root, unit, account or policy of the organization; repeatable',
    type: 'repeat',
    value: '[TARGET=]FILE',
    choices: noChoices,
  },
} as const satisfies Record<string, OptionSpec>;

/** What an explanation takes as given: condition keys of the request, and policies. */
export const assumingOptions = (service: ServiceName) => ({ ...statedOptions(service), ...withOption });

/** What a proposal without a target is about. */
export interface InQuestion {
  /** The caller, or the one principal that is asked about, as a target; undefined if there is none. */
  readonly principal: () => Promise<string | undefined>;
  /** The ARNs of the keys, buckets and roles in question. */
  readonly resources: () => Promise<readonly string[]>;
}

/** What an explanation is about: its caller, and the resources of the decisions without the proposals. */
export const explainedInQuestion = (
  session: Session,
  decided: () => Promise<readonly Pick<Decision, 'resource'>[]>,
): InQuestion => ({
  principal: async () => {
    const caller = await session.aws.caller('sts');
    if (caller.kind === 'role-session') return caller.roleArn;
    if (caller.kind === 'federated-user') return caller.baseUserArn;
    return caller.kind === 'user' ? caller.arn : undefined;
  },
  resources: async () => resourcesWithPolicies((await decided()).map(({ resource }) => resource)),
});

/** Of these resources, those that have policies: the key, the role, and of an object its bucket. */
export const resourcesWithPolicies = (arns: readonly string[]): readonly string[] =>
  arns.flatMap((arn) => {
    if (arn.startsWith('arn:aws:s3:::') && arn !== 'arn:aws:s3:::*') return arn.replace(/\/.*$/s, '');
    return /^arn:aws:(?:kms:.*:key|iam:.*:role)\//s.test(arn) ? arn : [];
  });

/** Puts policies on a place where calls are tried. */
export type Prepare = (place: TrialPlace) => Promise<void>;

/** Reads the proposed policies, and finds whose they are. @throws UsageError */
export async function proposedIn(
  { options: { with: given = [] } }: WithOptions<typeof withOption>,
  session: Session,
  inQuestion: InQuestion,
): Promise<Prepare | undefined> {
  if (given.length === 0) return undefined;
  const { readProposal } = await import('./proposal-file.ts');
  const placed: (Proposal & { readonly target: string })[] = [];
  for (const text of given) {
    const proposal = readProposal(text);
    placed.push({ ...proposal, target: proposal.target ?? (await targetOf(proposal, inQuestion)) });
  }
  const account = await session.aws.account('sts');
  return async (place) => {
    for (const proposal of placed) await put(proposal, { place, account, region: session.region });
  };
}

/** @throws UsageError if it could be several things' policy, or nobody's */
async function targetOf({ file, text, namesPrincipals }: Proposal, inQuestion: InQuestion): Promise<string> {
  const say = (why: string) => new UsageError(`${why}: say whose policy it is with --with TARGET=${file}`);
  if (!namesPrincipals) {
    const principal = await inQuestion.principal();
    if (principal !== undefined) return principal;
    throw say(`the policy in "${file}" names no principal, so it is a user's, a role's or a group's`);
  }
  const all = [...new Set(await inQuestion.resources())];
  const services = servicesIn(text);
  const fitting = all.filter((arn) => {
    const { service = '' } = parseArn(arn) ?? {};
    return services.has(service === 'iam' ? 'sts' : service);
  });
  // A document about any action could be that of any of them.
  const [first, ...others] = services.size > 0 ? fitting : all;
  if (first === undefined) throw say(`no key, bucket or role is in question that the policy in "${file}" could be of`);
  if (others.length > 0) throw say(`the policy in "${file}" could be that of ${oneOf([first, ...others])}`);
  return first;
}

/** The services of a document's actions. */
function servicesIn(text: string): ReadonlySet<string> {
  const services = [...text.matchAll(/"([a-z0-9-]+):[A-Za-z*?]+"/g)].map(([, service = '']) => service);
  return new Set(services);
}

interface Ground {
  readonly place: TrialPlace;
  /** Of names without one. */
  readonly account: AccountId | undefined;
  readonly region: Region;
}

/** A kind of target: how it is recognized, and how its policy is put. */
async function put(proposal: Proposal & { readonly target: string }, ground: Ground): Promise<void> {
  const { target, file } = proposal;
  const kind = kinds.find(({ is }) => is.test(target));
  if (!kind) {
    throw new UsageError(
      `"${target}" is not something that has policies: write user/NAME, role/NAME, group/NAME, policy/NAME, the ARN of one, a key, s3://BUCKET, or a root, unit, account or policy of the organization`,
    );
  }
  try {
    await kind.put(proposal, ground);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, reason } = error instanceof CallRefused ? error.refusal : error;
    const why = reason === undefined ? '' : ` (${reason})`;
    throw new UsageError(`AWS would refuse the policy in "${file}" for ${target} with ${code}: ${message}${why}`);
  }
}

type Put = (proposal: Proposal & { readonly target: string }, ground: Ground) => Promise<void>;

const kinds: readonly { readonly is: RegExp; readonly put: Put }[] = [
  { is: /^(?:\d{12}:)?(?:user|role|group)\/|^arn:aws:iam::\d{12}:(?:user|role|group)\//, put: putIdentity },
  { is: /^(?:\d{12}:)?policy\/|^arn:aws:iam::\d{12}:policy\//, put: putManaged },
  { is: /^s3:\/\/|^arn:aws:s3:::/, put: putBucket },
  { is: /^r-[0-9a-z]{4,32}$|^ou-[0-9a-z-]+$|^\d{12}$/, put: attachControl },
  { is: /^p-[0-9a-zA-Z_]{8,128}$/, put: updateControl },
  { is: /^alias\/|^arn:aws:kms:|^[0-9a-f]{8}-[0-9a-f-]{27}$|^mrk-/, put: putKey },
  { is: /^[a-z0-9][a-z0-9.-]{2,62}$/, put: putBucket },
];

/** Makes a call as the root user of an account, which is given every permission. */
async function call<S extends ServiceName, N extends OperationName<S>>(
  [service, name]: readonly [S, N],
  input: Input<S, N>,
  account: AccountId,
  { place, region }: Pick<Ground, 'place' | 'region'>,
) {
  await place.load(service, name);
  const caller = { kind: 'root', account, arn: `arn:aws:iam::${account}:root` } as const;
  return (await place.assumed(permitted).invoke(service, name, input, { caller: () => caller, region })).output;
}

/** Its account, its path and name, for a target by name or by ARN. */
function namedTarget(target: string, { account = '' }: Ground) {
  const arn = parseArn(target);
  const [, own = account, rest = ''] = /^(?:(\d{12}):)?(.*)$/s.exec(target) ?? [];
  const [kind = '', ...names] = (arn ? arn.resource : rest).split('/');
  return { account: arn ? arn.account : own, kind, names, isArn: arn !== undefined };
}

const PROPOSED = 'proposed';

async function putIdentity({ target, text, namesPrincipals }: Parameters<Put>[0], ground: Ground): Promise<void> {
  const { account, kind, names, isArn } = namedTarget(target, ground);
  const [name = '', policy = PROPOSED] = isArn ? names.slice(-1) : names;
  if (kind === 'role' && namesPrincipals) {
    await call(['iam', 'UpdateAssumeRolePolicy'], { RoleName: name, PolicyDocument: text }, account, ground);
    return;
  }
  const inline = { PolicyName: policy, PolicyDocument: text };
  switch (kind) {
    case 'user':
      await call(['iam', 'PutUserPolicy'], { ...inline, UserName: name }, account, ground);
      break;
    case 'role':
      await call(['iam', 'PutRolePolicy'], { ...inline, RoleName: name }, account, ground);
      break;
    default:
      await call(['iam', 'PutGroupPolicy'], { ...inline, GroupName: name }, account, ground);
  }
}

const MOST_VERSIONS = 5;

/** A new default version; the oldest one makes room for it. */
async function putManaged({ target, text }: Parameters<Put>[0], ground: Ground): Promise<void> {
  const { account, names } = namedTarget(target, ground);
  const PolicyArn = `arn:aws:iam::${account}:policy/${names.join('/')}`;
  const { Versions = [] } = await call(['iam', 'ListPolicyVersions'], { PolicyArn }, account, ground);
  const oldest = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).at(-1)?.VersionId;
  if (Versions.length >= MOST_VERSIONS && oldest !== undefined) {
    await call(['iam', 'DeletePolicyVersion'], { PolicyArn, VersionId: oldest }, account, ground);
  }
  const version = { PolicyArn, PolicyDocument: text, SetAsDefault: true };
  await call(['iam', 'CreatePolicyVersion'], version, account, ground);
}

/** Whether the caller could still change it afterwards is not what is asked. */
async function putKey({ target, text }: Parameters<Put>[0], ground: Ground): Promise<void> {
  const arn = parseArn(target);
  const account = arn?.account ?? ground.account ?? '';
  // The region of an ARN is that of a key, or the call is refused.
  const at = { ...ground, region: (arn?.region as Region | undefined) ?? ground.region };
  const described = await call(['kms', 'DescribeKey'], { KeyId: target }, account, at);
  const key = { KeyId: described.KeyMetadata?.KeyId ?? target, Policy: text };
  await call(['kms', 'PutKeyPolicy'], { ...key, BypassPolicyLockoutSafetyCheck: true }, account, at);
}

async function putBucket({ target, text }: Parameters<Put>[0], ground: Ground): Promise<void> {
  const Bucket = target.replace(/^s3:\/\/|^arn:aws:s3:::/, '').replace(/\/.*$/s, '');
  const bucket = ground.place.store.transact((tx) => tx.buckets.get([Bucket]));
  const at = { ...ground, region: bucket?.region ?? ground.region };
  await call(['s3', 'PutBucketPolicy'], { Bucket, Policy: text }, bucket?.owner ?? ground.account ?? '', at);
}

/** The management account of the organization that an id is of. @throws UsageError */
function managementOf(target: string, { place, account = '' }: Ground): AccountId {
  const found = place.store.transact((tx) => {
    const ids = [isAccountId(target) ? target : account].flatMap((id) => tx.organizationMembers.get([id]) ?? []);
    const own = ids.flatMap(({ organization }) => tx.organizations.get([organization]) ?? []);
    return (own[0] ?? [...tx.organizations.range({ limit: 1 })][0]?.value)?.managementAccount;
  });
  if (found === undefined) throw new UsageError(`"${target}" is of an organization, and there is none`);
  return found;
}

/** A policy with principals controls resources, and one without what principals may do. */
async function attachControl({ target, text, namesPrincipals }: Parameters<Put>[0], ground: Ground): Promise<void> {
  const management = managementOf(target, ground);
  const Type = namesPrincipals ? 'RESOURCE_CONTROL_POLICY' : 'SERVICE_CONTROL_POLICY';
  const input = { Type, Name: PROPOSED, Description: '', Content: text } as const;
  const { Policy } = await call(['organizations', 'CreatePolicy'], input, management, ground);
  const PolicyId = Policy?.PolicySummary?.Id ?? '';
  await call(['organizations', 'AttachPolicy'], { PolicyId, TargetId: target }, management, ground);
}

async function updateControl({ target, text }: Parameters<Put>[0], ground: Ground): Promise<void> {
  const management = managementOf(target, ground);
  await call(['organizations', 'UpdatePolicy'], { PolicyId: target, Content: text }, management, ground);
}
