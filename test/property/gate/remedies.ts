/** Carries out what `explain --fix` says, as the owners of the policies would. */

import { parseArn } from '../../../src/api/arn.ts';
import { AwsError } from '../../../src/api/errors.ts';
import type { CommandLine } from '../../support/command-line.ts';
import { type Change, changed } from './stage.ts';

/** One change that `--fix` names. */
export interface Fix {
  readonly Kind: 'AddStatement' | 'LiftDeny' | 'OrGrant';
  readonly Gate?: string;
  /** The policy, in words. */
  readonly To?: string;
  readonly Statement?: object;
}

/** A kind of policy: how it is read and written as a whole. */
interface Place {
  /** Absent if a policy of its own takes the statements. */
  readonly read?: (call: Calls) => Promise<string>;
  readonly write: (document: string) => Change;
}

type Calls = (change: Change) => Promise<Answer>;
type Answer = Readonly<Record<string, unknown>>;

let times = 0;

/** Adds the statements. @returns whether every policy took them */
export async function addStatements(line: CommandLine, fixes: readonly Fix[]): Promise<boolean> {
  times += 1;
  const byPlace = new Map<string, object[]>();
  for (const { To = '', Statement = {} } of fixes) {
    const statements = byPlace.get(To) ?? [];
    if (!statements.some((known) => JSON.stringify(known) === JSON.stringify(Statement))) statements.push(Statement);
    byPlace.set(To, statements);
  }
  const call: Calls = async (change) => {
    let answer: unknown;
    await changed(line, [change], (given) => {
      answer = given;
    });
    return answer as Answer;
  };
  for (const [to, statements] of byPlace) {
    const place = placeOf(to);
    if (!place) return false;
    try {
      const old = (await place.read?.(call)) ?? '{}';
      const { Statement = [] } = JSON.parse(old) as { readonly Statement?: object | readonly object[] };
      const all = [...(Array.isArray(Statement) ? Statement : [Statement]), ...statements];
      await call(place.write(JSON.stringify({ Version: '2012-10-17', Statement: all })));
    } catch (error) {
      // A policy that would be too long, or public where that is blocked.
      if (error instanceof AwsError) return false;
      throw error;
    }
  }
  return true;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '{}');

/** The policy that a text names; undefined for one that cannot be written. */
function placeOf(to: string): Place | undefined {
  const [arn = ''] = /arn:aws:[^ ,]*$/.exec(to) ?? [];
  const { service, account = '', resource = '' } = parseArn(arn) ?? {};
  const as = `${account}:user/admin`;
  const name = resource.split('/').at(-1) ?? '';
  if (to.startsWith('an identity-based policy of') && resource.startsWith('user/')) {
    const input = { UserName: name, PolicyName: `mended-${times}` };
    return {
      write: (PolicyDocument) => ({ service: 'iam', name: 'PutUserPolicy', input: { ...input, PolicyDocument }, as }),
    };
  }
  if (to.startsWith('an identity-based policy of') && resource.startsWith('role/')) {
    const input = { RoleName: name, PolicyName: `mended-${times}` };
    return {
      write: (PolicyDocument) => ({ service: 'iam', name: 'PutRolePolicy', input: { ...input, PolicyDocument }, as }),
    };
  }
  if (to.startsWith('the bucket policy of')) {
    const owner = resource === 'foreign' ? { as: '444455556666:user/admin' } : {};
    return {
      read: async (call) => {
        try {
          const answer = await call({ service: 's3', name: 'GetBucketPolicy', input: { Bucket: resource }, ...owner });
          return textOf(answer.Policy);
        } catch (error) {
          if (error instanceof AwsError && error.code === 'NoSuchBucketPolicy') return '{}';
          throw error;
        }
      },
      write: (Policy) => ({ service: 's3', name: 'PutBucketPolicy', input: { Bucket: resource, Policy }, ...owner }),
    };
  }
  if (to.startsWith('the key policy of') && service === 'kms' && resource.startsWith('key/')) {
    return {
      read: async (call) =>
        textOf((await call({ service: 'kms', name: 'GetKeyPolicy', input: { KeyId: arn }, as })).Policy),
      write: (Policy) => ({
        service: 'kms',
        name: 'PutKeyPolicy',
        input: { KeyId: arn, Policy, BypassPolicyLockoutSafetyCheck: true },
        as,
      }),
    };
  }
  if (to.startsWith('the trust policy of')) {
    return {
      read: async (call) => {
        const { Role } = await call({ service: 'iam', name: 'GetRole', input: { RoleName: name }, as });
        return decodeURIComponent(textOf((Role as Answer).AssumeRolePolicyDocument));
      },
      write: (PolicyDocument) => ({
        service: 'iam',
        name: 'UpdateAssumeRolePolicy',
        input: { RoleName: name, PolicyDocument },
        as,
      }),
    };
  }
  if (to.startsWith('the permissions boundary of') && /^\d+$/.test(account) && resource.startsWith('policy/')) {
    return {
      read: async (call) => {
        const { Policy } = await call({ service: 'iam', name: 'GetPolicy', input: { PolicyArn: arn }, as });
        const input = { PolicyArn: arn, VersionId: (Policy as Answer).DefaultVersionId };
        const { PolicyVersion } = await call({ service: 'iam', name: 'GetPolicyVersion', input, as });
        return decodeURIComponent(textOf((PolicyVersion as Answer).Document));
      },
      write: (PolicyDocument) => ({
        service: 'iam',
        name: 'CreatePolicyVersion',
        input: { PolicyArn: arn, PolicyDocument, SetAsDefault: true },
        as,
      }),
    };
  }
  // What a session was created with stays, and an AWS managed policy is AWS's.
  return undefined;
}
