/**
 * When services were last used, from the store's calls: IAM User Guide, "Refine permissions in AWS using last accessed
 * information".
 */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { DAY_MS } from '../api/duration.ts';
import { AwsError } from '../api/errors.ts';
import type { EntityDetails, ServiceLastAccessed, TrackedActionLastAccessed } from '../api/model/iam.types.ts';
import { operationFacts } from '../api/operation-facts.ts';
import { callRows } from '../call/call-log.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import { allowedServices } from '../policy/allowed-services.ts';
import { machineTimeOf } from '../store/clock.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { LastAccessedRecord, ReportedEntity, ReportedService, ReportedUse } from '../store/records/iam-reports.ts';
import type { Tx } from '../store/tables.ts';
import { managedPolicyText } from './caller-policies.ts';
import { findGroup, findRole, findUser, roleArn, userArn } from './entities.ts';
import {
  asGroup,
  asRole,
  asUser,
  type Identity,
  type IdentityPolicies,
  identityArn,
  requestAccount,
} from './identity.ts';
import { pageOf } from './listing.ts';
import { isPolicyArn, requirePolicy } from './managed-policies.ts';

/** The services here, by their prefixes in actions: Service Authorization Reference. */
const services: Readonly<Record<string, string>> = {
  cloudtrail: 'AWS CloudTrail',
  cloudwatch: 'Amazon CloudWatch',
  iam: 'AWS Identity and Access Management (IAM)',
  kms: 'AWS Key Management Service',
  organizations: 'AWS Organizations',
  s3: 'Amazon S3',
  servicequotas: 'Service Quotas',
  sts: 'AWS Security Token Service',
};

/** AWS reports at least that much. */
const TRACKED_MS = 400 * DAY_MS;

/** What a report is about. */
interface Subject {
  readonly arn: string;
  /** Documents of the policies that say what can be used. */
  readonly policies: readonly string[];
  readonly entities: readonly ReportedEntity[];
}

export const GenerateServiceLastAccessedDetails = operation('iam', 'GenerateServiceLastAccessedDetails', {
  resolve: ({ Arn }, call) => subjectOf(Arn, call),
  authorize: ({ arn }, _input, call): Access[] => [
    { action: 'iam:GenerateServiceLastAccessedDetails', resource: arn, owner: requestAccount(call) },
  ],
  run({ policies, entities }, { Granularity = 'SERVICE_LEVEL' }, call) {
    const { tx, now } = call;
    const account = requestAccount(call);
    const jobId = call.uuid();
    const machineMs = machineTimeOf(tx, now.getTime());
    const used = usesBy(entities, account, now, tx);
    tx.iamReports.put([account, jobId], {
      v: 1,
      kind: 'last-accessed',
      account,
      jobId,
      granularity: Granularity,
      createdMs: now.getTime(),
      ...(machineMs !== now.getTime() && { machineMs }),
      entities,
      services: allowedServices(policies, Object.keys(services)).map((namespace): ReportedService => {
        const { byEntity, byAction } = used.get(namespace) ?? NO_USES;
        return {
          namespace,
          uses: [...byEntity.values()],
          actions: Array.from(byAction, ([name, use]) => ({ name, ...use })),
        };
      }),
    });
    return { JobId: jobId };
  },
});

export const GetServiceLastAccessedDetails = operation('iam', 'GetServiceLastAccessedDetails', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account): Access[] => [{ action: 'iam:GetServiceLastAccessedDetails', resource: '*', owner: account }],
  run(account, { JobId, ...request }, { tx }) {
    const job = requireJob(account, JobId, tx);
    const { items, ...more } = pageOf(request, (after) => afterNamed(job.services, after, namespaceOf), namespaceOf);
    return {
      ...statusOf(job),
      JobType: job.granularity,
      ServicesLastAccessed: items.map((service) => shownService(service, job)),
      ...more,
    };
  },
});

export const GetServiceLastAccessedDetailsWithEntities = operation('iam', 'GetServiceLastAccessedDetailsWithEntities', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account): Access[] => [
    { action: 'iam:GetServiceLastAccessedDetailsWithEntities', resource: '*', owner: account },
  ],
  run(account, { JobId, ServiceNamespace, ...request }, { tx }) {
    const job = requireJob(account, JobId, tx);
    const service = job.services.find(({ namespace }) => namespace === ServiceNamespace);
    if (!service) {
      throw new AwsError(
        'InvalidInput',
        `Service namespace ${ServiceNamespace} is not part of the report.`,
        {},
        `the report has ${job.services.map(namespaceOf).join(', ') || 'no services'}`,
      );
    }
    const timeOf = ({ id }: ReportedEntity) =>
      service.uses.find((use) => use.id === id)?.timeMs ?? Number.NEGATIVE_INFINITY;
    const newestFirst = job.entities.toSorted((a, b) => timeOf(b) - timeOf(a) || (a.arn < b.arn ? -1 : 1));
    const idOf = ({ id }: ReportedEntity) => id;
    const { items, ...more } = pageOf(request, (after) => afterNamed(newestFirst, after, idOf), idOf);
    return {
      ...statusOf(job),
      EntityDetailsList: items.map((entity) => shownEntity(entity, service)),
      ...more,
    };
  },
});

const namespaceOf = ({ namespace }: ReportedService): string => namespace;

const afterNamed = <T>(items: readonly T[], after: string | undefined, nameOf: (item: T) => string): readonly T[] =>
  after === undefined ? items : items.slice(items.findIndex((item) => nameOf(item) === after) + 1);

/** A job is done with the call that asked for it. */
const statusOf = ({ createdMs }: LastAccessedRecord) => ({
  JobStatus: 'COMPLETED' as const,
  JobCreationDate: new Date(createdMs),
  JobCompletionDate: new Date(createdMs),
});

function requireJob(account: AccountId, jobId: string, tx: Tx): LastAccessedRecord {
  const job = tx.iamReports.get([account, jobId]);
  if (job?.kind === 'last-accessed') return job;
  throw new AwsError('NoSuchEntity', `The job with id ${jobId} cannot be found.`);
}

function shownService({ namespace, uses, actions }: ReportedService, job: LastAccessedRecord): ServiceLastAccessed {
  const last = newest(uses);
  const tracked = job.granularity === 'ACTION_LEVEL' && actions.length > 0;
  return {
    ServiceName: services[namespace] ?? namespace,
    ...(last && { LastAuthenticated: new Date(last.timeMs) }),
    ServiceNamespace: namespace,
    ...(last && { LastAuthenticatedEntity: arnOf(last, job), LastAuthenticatedRegion: last.region }),
    TotalAuthenticatedEntities: uses.length,
    ...(tracked && {
      TrackedActionsLastAccessed: actions.map(
        ({ name, ...use }): TrackedActionLastAccessed => ({
          ActionName: name,
          LastAccessedEntity: arnOf(use, job),
          LastAccessedTime: new Date(use.timeMs),
          LastAccessedRegion: use.region,
        }),
      ),
    }),
  };
}

const arnOf = ({ id }: ReportedUse, { entities }: LastAccessedRecord): string | undefined =>
  entities.find((entity) => entity.id === id)?.arn;

const newest = (uses: readonly ReportedUse[]): ReportedUse | undefined =>
  uses.reduce<ReportedUse | undefined>((last, use) => (last && last.timeMs >= use.timeMs ? last : use), undefined);

function shownEntity({ kind, id, arn, name, path }: ReportedEntity, { uses }: ReportedService): EntityDetails {
  const use = uses.find((each) => each.id === id);
  return {
    EntityInfo: { Arn: arn, Name: name, Type: kind === 'user' ? 'USER' : 'ROLE', Id: id, Path: path },
    ...(use && { LastAuthenticated: new Date(use.timeMs) }),
  };
}

/** @throws NoSuchEntity, InvalidInput for an ARN of something else */
function subjectOf(text: string, call: Call): Subject {
  const { tx } = call;
  if (isPolicyArn(text)) {
    const { record } = requirePolicy(text, call);
    return {
      arn: text,
      policies: [managedPolicyText(record.arn, tx) ?? '{}'],
      entities: entitiesWith(text, requestAccount(call), tx),
    };
  }
  const { service, account = '', resource = '' } = parseArn(text) ?? {};
  const [, kind, name = ''] = /^(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
  const find = { user: asUser, group: asGroup, role: asRole }[kind as Identity['kind']];
  if (service !== 'iam' || !isAccountId(account) || account !== requestAccount(call) || !find) {
    throw new AwsError(
      'InvalidInput',
      `Invalid Arn: ${text}`,
      {},
      'give the ARN of a user, group, role or managed policy of the account',
    );
  }
  const identity = find(name, call);
  return { arn: identityArn(identity), policies: documentsOf(identity, tx), entities: entitiesOf(identity, tx) };
}

/** The documents of an identity's policies, and of a user's groups. */
function documentsOf(identity: Identity, tx: Tx): string[] {
  const groups = identity.kind === 'user' ? identity.record.groups : [];
  return [identity.record, ...groups.flatMap((name) => findGroup(tx, identity.record.account, name) ?? [])].flatMap(
    ({ inlinePolicies, attachedPolicies }: IdentityPolicies) => [
      ...Object.values(inlinePolicies),
      ...attachedPolicies.flatMap((arn) => managedPolicyText(arn, tx) ?? []),
    ],
  );
}

/** Whose calls count: the entity's own, those of a group's members. */
function entitiesOf({ kind, record }: Identity, tx: Tx): ReportedEntity[] {
  if (kind === 'group') {
    return [...tx.groupMembers.under([record.account, record.name.toLowerCase()])].flatMap(
      ({ key: [account, , name] }) => reportedUser(account, name, tx),
    );
  }
  return kind === 'user'
    ? reportedUser(record.account, record.name, tx)
    : reportedRole(record.account, record.name, tx);
}

/** The users and roles that have a policy, by way of a group, too. */
function entitiesWith(policyArn: string, account: AccountId, tx: Tx): ReportedEntity[] {
  const found = new Map<string, ReportedEntity>();
  for (const { key, value } of tx.policyUses.under([policyArn])) {
    const [, kind, place] = key;
    if (value.account !== account || value.as !== 'policy') continue;
    const name = place.slice(place.indexOf('/') + 1);
    const group = kind === 'group' ? findGroup(tx, account, name) : undefined;
    const entities = group
      ? entitiesOf({ kind: 'group', record: group }, tx)
      : kind === 'user'
        ? reportedUser(account, name, tx)
        : reportedRole(account, name, tx);
    for (const entity of entities) found.set(entity.id, entity);
  }
  return [...found.values()];
}

function reportedUser(account: AccountId, name: string, tx: Tx): ReportedEntity[] {
  const user = findUser(tx, account, name);
  return user ? [{ kind: 'user', id: user.id, arn: userArn(user), name: user.name, path: user.path }] : [];
}

function reportedRole(account: AccountId, name: string, tx: Tx): ReportedEntity[] {
  const role = findRole(tx, account, name);
  return role ? [{ kind: 'role', id: role.id, arn: roleArn(role), name: role.name, path: role.path }] : [];
}

/** The last uses of a service, by entity and by operation. */
interface Uses {
  readonly byEntity: ReadonlyMap<string, ReportedUse>;
  readonly byAction: ReadonlyMap<string, ReportedUse>;
}

const NO_USES: Uses = { byEntity: new Map(), byAction: new Map() };

/** The last attempts of the entities, allowed or not, by service; reads the records of all calls of the account. */
function usesBy(entities: readonly ReportedEntity[], account: AccountId, now: Date, tx: Tx): ReadonlyMap<string, Uses> {
  const ids = new Set(entities.map(({ id }) => id));
  const found = new Map<string, { byEntity: Map<string, ReportedUse>; byAction: Map<string, ReportedUse> }>();
  for (const { value } of callRows({ under: [account] }, tx)) {
    const id = entityOf(value);
    if (id === undefined || !ids.has(id) || value.timeMs < now.getTime() - TRACKED_MS) continue;
    const namespace = namespaces[value.service] ?? value.service;
    const uses = found.get(namespace) ?? { byEntity: new Map(), byAction: new Map() };
    found.set(namespace, uses);
    const use: ReportedUse = { id, timeMs: value.timeMs, region: value.region };
    keepNewest(uses.byEntity, id, use);
    // AWS tracks no data events by action.
    if (!operationFacts(value.service, value.operation).isData) keepNewest(uses.byAction, value.operation, use);
  }
  return found;
}

function keepNewest(uses: Map<string, ReportedUse>, key: string, use: ReportedUse): void {
  const before = uses.get(key);
  if (!before || before.timeMs <= use.timeMs) uses.set(key, use);
}

/** Services whose actions begin with another name. */
const namespaces: Readonly<Record<string, string>> = { s3control: 's3', 'service-quotas': 'servicequotas' };

/** The unique id of the user or role that made a call itself: what services do for it is theirs. */
function entityOf({ caller, viaService, serviceEvent }: CallRecord): string | undefined {
  if (viaService !== undefined || serviceEvent) return undefined;
  if (caller.type === 'IAMUser') return caller.principalId;
  return caller.type === 'AssumedRole' ? caller.issuer?.principalId : undefined;
}
