/** A sample of requests beside one: other actions, resources, callers, and calls without the service between. */

import { rootArn } from '../api/arn.ts';
import { type AlikeRequests, S3_CONTEXT } from './added-statement.ts';
import { type Caller, callerAccount } from './caller.ts';
import { ChangedContext } from './context.ts';
import { evaluate, type Question } from './evaluate.ts';
import type { Policies } from './gates.ts';
import { readPolicy } from './policy-document.ts';

/** One request beside another. */
export interface Probe {
  readonly axis: 'action' | 'resource' | 'principal' | 'via' | 'object';
  /** What it asks for, for a person. */
  readonly text: string;
  /** The question, asked about it. */
  of(question: Question): Question;
}

/** The requests of the sample that are denied now and would be allowed afterwards. */
export const openedBy = (before: Question, after: Question, alike: AlikeRequests): readonly string[] =>
  sampleOf(before, alike)
    .filter((probe) => !isAllowed(probe.of(before)) && isAllowed(probe.of(after)))
    .map(({ text }) => text);

const isAllowed = ({ request, policies }: Question): boolean => evaluate(request, policies).allowed;

export function sampleOf(question: Question, { resources, objects }: AlikeRequests = {}): readonly Probe[] {
  const { action, resource, context } = question.request;
  const service = action.slice(0, action.indexOf(':'));
  const where = resource === '*' ? '' : ` on ${resource}`;
  const isVia = context.values('kms:viaservice') !== undefined;
  return [
    ...(ACTIONS[service] ?? [])
      .filter((name) => `${service}:${name}` !== action)
      .map((name): Probe => {
        const other = `${service}:${name}`;
        return {
          axis: 'action',
          text: `${other}${where}`,
          of: (asked) => withoutGrants(withRequest(asked, { action: other })),
        };
      }),
    // Of many resources a pattern is allowed, and their neighbours with them.
    ...(resources?.hasMore ? [] : neighboursOf(resource))
      .filter((other) => !resources?.listed.includes(other))
      .map((other): Probe => ({ axis: 'resource', text: `${action} on ${other}`, of: elsewhere(other) })),
    // Nobody in particular is everybody.
    ...(question.request.caller.kind === 'anonymous' ? [] : others).map(
      ({ text, caller }): Probe => ({
        axis: 'principal',
        text: `${action}${where} for ${text}`,
        of: (asked) => as(caller(asked.request.owner), asked),
      }),
    ),
    ...(isVia ? [directly(`${action}${where} without a service between`)] : []),
    ...(isVia && !objects?.hasMore ? otherObject(`${action}${where} for another object`, question) : []),
  ];
}

/** A few of each service, of all kinds. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  kms: ['Decrypt', 'Encrypt', 'GenerateDataKey', 'DescribeKey', 'CreateGrant', 'PutKeyPolicy', 'ScheduleKeyDeletion'],
  s3: ['GetObject', 'PutObject', 'DeleteObject', 'PutObjectAcl', 'GetObjectTagging', 'ListBucket', 'PutBucketPolicy'],
  sts: ['AssumeRole', 'TagSession', 'SetSourceIdentity'],
  iam: ['GetUser', 'PutUserPolicy', 'CreateAccessKey', 'DeleteUser'],
};

function neighboursOf(resource: string): readonly string[] {
  if (resource === '*') return [];
  const [, bucket, key] = /^arn:aws:s3:::([^/]+)(?:\/(.*))?$/s.exec(resource) ?? [];
  if (bucket === undefined) return [`${resource.slice(0, resource.lastIndexOf('/') + 1)}00000000-another`];
  if (key === undefined) return [`arn:aws:s3:::${bucket}-another`];
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  return [
    `arn:aws:s3:::${bucket}/${key}-another`,
    `arn:aws:s3:::${bucket}/${folder}another`,
    `arn:aws:s3:::${bucket}/another/${key}`,
    `arn:aws:s3:::${bucket}-another/${key}`,
  ];
}

/** Grants are those that cover the request itself. */
const withoutGrants = (question: Question): Question => ({
  ...question,
  policies: { ...question.policies, grants: undefined },
});

const withRequest = (question: Question, changes: Partial<Question['request']>): Question => ({
  ...question,
  request: { ...question.request, ...changes },
});

/** A key or role has a policy of its own, which leaves it to the account; a bucket without one does so, too. */
const elsewhere =
  (resource: string) =>
  (question: Question): Question => {
    const { policies, request } = question;
    const isSameBucket = bucketOf(resource) !== undefined && bucketOf(resource) === bucketOf(request.resource);
    const other = policies.resource && !isSameBucket ? delegated(policies, request.owner) : policies;
    return withoutGrants({ policies: other, request: { ...request, resource } });
  };

const bucketOf = (resource: string): string | undefined => /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];

function delegated({ grants: _, resource, ...others }: Policies, owner: string): Policies {
  if (!resource) return others;
  const Statement = { Effect: 'Allow', Principal: { AWS: rootArn(owner) }, Action: '*', Resource: '*' };
  const isBucket = resource.kind === 'bucket-policy';
  const document = isBucket ? undefined : readPolicy({ Version: '2012-10-17', Statement });
  return { ...others, resource: { kind: resource.kind, name: resource.name, document } };
}

const user = (account: string, name: string): Caller => ({
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/${name}`,
  userId: 'AIDAANOTHERANOTHER000',
  name,
  tags: {},
});

const FOREIGN = '999999999999';

const others: readonly { readonly text: string; readonly caller: (owner: string) => Caller }[] = [
  { text: 'another user of the account', caller: (owner) => user(owner, 'another') },
  { text: 'a user of another account', caller: () => user(FOREIGN, 'another') },
  { text: 'anybody', caller: () => ({ kind: 'anonymous' }) },
];

/** Somebody whose own policies allow everything, so that only those of the resource decide. */
function as(caller: Caller, question: Question): Question {
  const { request, policies } = question;
  const { grants: _, ...rest } = policies;
  const identity = caller.kind === 'user' ? [{ name: 'all', document: EVERYTHING }] : undefined;
  const tags = Object.keys(request.context.entries()).filter((name) => /^aws:PrincipalTag\//i.test(name));
  const account = callerAccount(caller);
  const context = new ChangedContext(request.context, {
    ...Object.fromEntries(tags.map((name) => [name, undefined])),
    'aws:PrincipalArn': caller.kind === 'user' ? caller.arn : undefined,
    'aws:PrincipalAccount': account ?? 'anonymous',
    'aws:PrincipalType': caller.kind === 'user' ? 'User' : 'Anonymous',
    'aws:userid': caller.kind === 'user' ? caller.userId : 'anonymous',
    'aws:username': caller.kind === 'user' ? caller.name : undefined,
    'aws:PrincipalOrgID': account === request.owner ? request.context.values('aws:principalorgid') : undefined,
    'aws:SourceArn': undefined,
    'aws:SourceAccount': undefined,
    'kms:CallerAccount': account,
  });
  return {
    request: { ...request, caller, context },
    policies: {
      ...rest,
      resource: policies.resource && {
        ...policies.resource,
        // What a setting denies, it denies to other accounts.
        setting: account === request.owner ? undefined : policies.resource.setting,
      },
      identity,
      boundary: undefined,
      session: undefined,
      serviceControl: undefined,
      resourceControl: undefined,
    },
  };
}

const EVERYTHING = readPolicy({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });

const directly = (text: string): Probe => ({
  axis: 'via',
  text,
  of: (question) => {
    const { request } = question;
    const context = new ChangedContext(request.context, { 'kms:ViaService': undefined, 'aws:ViaAWSService': false });
    return { ...question, request: { ...request, context } };
  },
});

function otherObject(text: string, { request: { context } }: Question): Probe[] {
  const [arn] = context.values(S3_CONTEXT.toLowerCase()) ?? [];
  if (arn === undefined) return [];
  const other = `${arn}-another`;
  return [
    {
      axis: 'object',
      text,
      of: (question) => {
        const { request } = question;
        return {
          policies: { ...question.policies, grants: undefined },
          request: { ...request, context: new ChangedContext(request.context, { [S3_CONTEXT]: other }) },
        };
      },
    },
  ];
}
