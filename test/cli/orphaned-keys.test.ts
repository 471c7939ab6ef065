import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { OTHER_ACCOUNT } from '../support/harness.ts';

const TERMINAL = { terminal: 120 };
const iam = (rest: string) => `arn:aws:iam::111122223333:${rest}`;
const statement = (AWS: readonly string[], Action: string) => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource: '*',
});

/** The user carl and the role keeper, and a key with such a policy. @returns the key's ARN. */
async function newKey(line: CommandLine, ...Statement: readonly object[]): Promise<string> {
  const trust = { Effect: 'Allow', Principal: { AWS: iam('root') }, Action: 'sts:AssumeRole' };
  await line.ok(['iam', 'create-user', '--user-name', 'carl']);
  const document = (statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await line.ok(['iam', 'create-role', '--role-name', 'keeper', '--assume-role-policy-document', document([trust])]);
  const create = ['kms', 'create-key', '--bypass-policy-lockout-safety-check', '--policy', document(Statement)];
  const { json } = await line.ok([...create, '--query', 'KeyMetadata.Arn']);
  return String(json);
}

const deleteUser = ['iam', 'delete-user', '--user-name', 'carl'];
const deleteRole = ['iam', 'delete-role', '--role-name', 'keeper'];
const warning = (key: string, who: string) =>
  `warning: nobody can change the key policy of ${key} any more: it allowed only ${who} to do so\n`;

// AWS KMS Developer Guide, "Default key policy": a key whose policy names only a user who is deleted is unmanageable.
test.for([
  ['user', 'carl', deleteUser],
  ['role', 'keeper', deleteRole],
] as const)('deleting the only %s that manages a key warns about the key', async ([kind, name, words]) => {
  const line = newCommandLine();
  const other = statement([iam('root')], 'kms:Decrypt');
  const key = await newKey(line, statement([iam(`${kind}/${name}`)], 'kms:*'), other);
  expect((await line.ok(words, TERMINAL)).err).toBe(warning(key, `${kind}/${name}`));
});

test('only deleting the last of several who manage a key causes a warning', async () => {
  const line = newCommandLine();
  const key = await newKey(line, statement([iam('user/carl')], 'kms:*'), statement([iam('role/keeper')], 'kms:Put*'));
  expect((await line.ok(deleteUser, TERMINAL)).err).toBe('');
  expect((await line.ok(deleteRole, TERMINAL)).err).toBe(warning(key, 'role/keeper'));
});

test('there is no warning about a key that the account manages or that is being deleted, nor to a script', async () => {
  const line = newCommandLine();
  await newKey(line, statement([iam('user/carl'), iam('root')], 'kms:*'));
  expect((await line.ok(deleteUser, TERMINAL)).err).toBe('');
  const going = newCommandLine();
  const key = await newKey(
    going,
    statement([iam('user/carl'), iam('user/admin')], 'kms:ScheduleKeyDeletion'),
    statement([iam('user/carl')], 'kms:*'),
  );
  await going.ok(['kms', 'schedule-key-deletion', '--key-id', key]);
  expect((await going.ok(deleteUser, TERMINAL)).err).toBe('');
  const script = newCommandLine();
  await newKey(script, statement([iam('user/carl')], 'kms:*'));
  expect((await script.ok(deleteUser)).err).toBe('');
});

test('deleting a user of the same name in another account causes no warning', async () => {
  const line = newCommandLine();
  const key = await newKey(line, statement([iam('user/carl')], 'kms:*'));
  const inOther = ['--as', `${OTHER_ACCOUNT}:user/admin`];
  const deleteOther = async () => {
    await line.ok(['iam', 'create-user', '--user-name', 'carl', ...inOther]);
    return (await line.ok([...deleteUser, ...inOther], TERMINAL)).err;
  };
  expect(await deleteOther()).toBe('');
  expect((await line.ok(deleteUser, TERMINAL)).err).toBe(warning(key, 'user/carl'));
  expect(await deleteOther()).toBe('');
});
