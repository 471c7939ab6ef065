/**
 * What the simulator is asked: its caller, actions, resources and condition keys, each refused as IAM refuses it. IAM API
 * Reference, SimulatePrincipalPolicy.
 */

import { type AccountId, isAccountId, parseArn, rootArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { ContextEntry, ContextKeyTypeEnum } from '../api/model/iam.types.ts';
import type { UserCaller } from '../policy/caller.ts';
import { isBool, parseAddressRange, parseDecimal } from '../policy/condition-operators.ts';
import { type Context, RecordContext } from '../policy/context.ts';
import { parseInstant } from '../policy/instant.ts';
import type { Tx } from '../store/tables.ts';
import { userCaller } from './callers.ts';
import { findUser, userArn } from './entities.ts';

const invalid = (message: string, reason?: string) => new AwsError('InvalidInput', message, {}, reason);

/** Refuses what does not name one action of a service. @throws InvalidInput */
export function checkActions(actions: readonly string[]): void {
  const wrong = actions.filter((action) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action));
  if (wrong.length === 0) return;
  throw invalid(
    `ActionNames are not in a valid format: ${wrong.join(', ')}.`,
    'an action is a service and an operation of it, without wildcards, such as s3:GetObject',
  );
}

/** Refuses what is not an ARN, except for `*` alone. @throws InvalidInput */
export function checkResources(resources: readonly string[]): void {
  const wrong = resources.filter((resource) => resource !== '*' && !parseArn(resource));
  if (wrong.length > 0) throw invalid(`ResourceNames are not in a valid ARN format: ${wrong.join(', ')}.`);
  if (resources.length > 1 && resources.includes('*')) {
    throw invalid(
      'ResourceNames cannot have * beside other resources.',
      'simulate * and the other resources in separate calls',
    );
  }
}

const SCENARIOS = ['EC2-VPC-InstanceStore', 'EC2-VPC-InstanceStore-Subnet', 'EC2-VPC-EBS', 'EC2-VPC-EBS-Subnet'];

/** Refuses a scenario that IAM does not have. Those that it has are about EC2, whose resources ssebox does not check. */
export function checkScenario(option: string | undefined): void {
  if (option === undefined || SCENARIOS.includes(option)) return;
  throw invalid(`${option} is not a valid Resource Handling Option.`, `it is one of ${SCENARIOS.join(', ')}`);
}

/** The account that owns resources whose ARNs do not say it. @throws InvalidInput */
export function ownerNamed(owner: string): AccountId {
  const { account = '' } = parseArn(owner) ?? {};
  if (isAccountId(account) && owner === rootArn(account)) return account;
  throw invalid(
    `'${owner}' is not a valid as a Resource Owner.`,
    'the owner is given as the ARN of its root user: arn:aws:iam::ACCOUNT:root',
  );
}

/** The user who makes the simulated calls; it does not have to exist. @throws InvalidInput */
export function callerNamed(arn: string, tx: Tx): UserCaller {
  const { service, account = '', resource = '' } = parseArn(arn) ?? {};
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  if (service !== 'iam' || !isAccountId(account) || !resource.startsWith('user/') || name === '') {
    throw invalid(`Invalid Caller Arn: ${arn} is not the ARN of an IAM user.`);
  }
  const user = findUser(tx, account, name);
  return user && userArn(user) === arn ? userCaller(user) : imaginedUser(account, arn, name);
}

/** A user whom nobody has. */
export const imaginedUser = (account: AccountId, arn: string, name: string): UserCaller => ({
  kind: 'user',
  account,
  arn,
  userId: '',
  name,
  tags: {},
});

/** The simulator fills in nothing but the region, which is that of its own endpoint. */
const REGION = { 'aws:RequestedRegion': 'us-east-1' };

/** The condition keys of the simulated calls. @throws InvalidInput */
export function contextOf(entries: readonly ContextEntry[] = []): Context {
  const record: Record<string, string | readonly string[]> = { ...REGION };
  for (const { ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type = 'string' } of entries) {
    if (name === undefined) throw invalid('ContextKeyName is missing from a context entry.');
    for (const value of values) checkValue(name, value, type);
    const isList = type.endsWith('List');
    if (!isList && values.length !== 1) {
      throw invalid(
        `Context key ${name} of type ${type} must have one value.`,
        `a key with several values has a type that ends in List, such as ${type}List`,
      );
    }
    for (const other of Object.keys(record)) if (other.toLowerCase() === name.toLowerCase()) delete record[other];
    record[name] = isList ? values : (values[0] ?? '');
  }
  return new RecordContext(record);
}

/** What values of each type look like. */
const types = {
  string: () => true,
  numeric: (text) => parseDecimal(text) !== undefined,
  boolean: isBool,
  ip: (text) => parseAddressRange(text) !== undefined,
  binary: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  date: (text) => parseInstant(text) !== undefined,
} as const satisfies Record<string, (text: string) => boolean>;

function checkValue(name: string, value: string, type: ContextKeyTypeEnum): void {
  const kind = type.replace(/List$/, '') as keyof typeof types;
  if (!types[kind](value)) throw invalid(`'${value}' is not a valid ${kind} value for context key ${name}.`);
}
