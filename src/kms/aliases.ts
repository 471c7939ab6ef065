/** The four operations on aliases: AWS KMS Developer Guide, "Aliases in AWS KMS". */

import { type AccountId, aliasArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { AliasListEntry } from '../api/model/kms.types.ts';
import type { Region } from '../api/regions.ts';
import { type Call, operation } from '../call/operation.ts';
import { resourceLimit } from '../quotas/settings.ts';
import type { AliasRecord, KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { addAlias, moveAlias, removeAlias } from './alias.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { awsManagedAliases } from './aws-managed-keys.ts';
import { arnOf, getKey } from './key.ts';
import { aliasNotFound, findKey } from './key-id.ts';
import { asymmetricFacts, isSymmetric } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { pageOf, pageOfArray } from './paging.ts';
import { accountAccess, aliasAccess, keyAccess, requireAccount } from './permissions.ts';

/** Creates an alias. This needs permission on the alias from an IAM policy, and on the key from the key's policy. */
export const CreateAlias = operation('kms', 'CreateAlias', {
  resolve({ AliasName, TargetKeyId }, call) {
    checkAliasName(AliasName);
    const account = requireAccount(call, 'kms:CreateAlias');
    if (call.tx.kmsAliases.get([account, call.region, AliasName])) {
      throw aliasExists(aliasArn(call.region, account, AliasName));
    }
    return { name: AliasName, ...findTarget(TargetKeyId, 'CreateAlias', call) };
  },
  authorize: (found, _input, call) => [
    aliasAccess('CreateAlias', found.name, found.key.account, call),
    keyAccess('CreateAlias', found, call),
  ],
  run({ name, key }, _input, call) {
    requireState(key, 'CreateAlias');
    requireRoom(key, call);
    addAlias(call.tx, key, name, call.now.getTime());
    noteResources(call, [arnOf(key), arnOfAlias(key, name)], key);
  },
  parameters: (input) => auditFields(input),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

/** Points an alias to another key of the same kind and usage. */
export const UpdateAlias = operation('kms', 'UpdateAlias', {
  resolve({ AliasName, TargetKeyId }, call) {
    checkAliasName(AliasName);
    return { ...findAlias(AliasName, 'UpdateAlias', call), to: findTarget(TargetKeyId, 'UpdateAlias', call) };
  },
  authorize: ({ name, from, to }, _input, call) => [
    aliasAccess('UpdateAlias', name, from.account, call),
    keyAccess('UpdateAlias', { key: from }, call),
    keyAccess('UpdateAlias', to, call),
  ],
  run({ name, alias, from, to: { key: to } }, _input, call) {
    requireState(to, 'UpdateAlias');
    requireLikeness(from, to, name);
    if (from.keyId !== to.keyId) requireRoom(to, call);
    moveAlias(call.tx, alias, name, to, call.now.getTime());
    noteResources(call, [arnOfAlias(to, name), arnOf(to)], to);
  },
  parameters: (input) => auditFields(input),
  response: (_output, { to }) => ({ keyId: arnOf(to.key) }),
});

export const DeleteAlias = operation('kms', 'DeleteAlias', {
  resolve({ AliasName }, call) {
    checkAliasName(AliasName);
    return findAlias(AliasName, 'DeleteAlias', call);
  },
  authorize: ({ name, from }, _input, call) => [
    aliasAccess('DeleteAlias', name, from.account, call),
    keyAccess('DeleteAlias', { key: from }, call),
  ],
  run({ name, alias, from }, _input, call) {
    requireState(from, 'DeleteAlias');
    removeAlias(call.tx, from.account, from.region, alias, name);
    noteResources(call, [arnOf(from), arnOfAlias(from, name)], from);
  },
  parameters: (input) => auditFields(input),
  response: (_output, { from }) => ({ keyId: arnOf(from) }),
});

/** Lists the aliases of the account and region, or of one key, including AWS's aliases that have no key yet. */
export const ListAliases = operation('kms', 'ListAliases', {
  resolve: ({ KeyId }, call) => ({
    account: requireAccount(call, 'kms:ListAliases'),
    key: KeyId === undefined ? undefined : findKey(KeyId, 'ListAliases', call).key,
  }),
  authorize: (_target, _input, call) => [accountAccess('ListAliases', call)],
  run({ account, key }, input, { tx, region }) {
    const facts = { defaultLimit: 50, maxLimit: 100 };
    if (key) {
      const list = { list: `aliases of ${arnOf(key)}`, ...facts };
      const { items, more } = pageOfArray(list, input, key.aliases);
      return { Aliases: items.map((name) => entryOf(name, account, region, tx)), ...more };
    }
    const list = { list: `aliases of ${account} in ${region}`, ...facts };
    const { items, more } = pageOf<[string], undefined>(list, input, (range) =>
      aliasNames(account, region, tx, range.start?.[0], range.limit),
    );
    return { Aliases: items.map(({ key: [name] }) => entryOf(name, account, region, tx)), ...more };
  },
  parameters: (input) => {
    const shown = auditMembers(input, 'Limit', 'Marker', 'KeyId');
    return Object.keys(shown).length > 0 ? shown : null;
  },
});

/** The names after a given one, in order, including those that AWS predefines. */
function aliasNames(
  account: AccountId,
  region: Region,
  tx: Tx,
  after: string | number | undefined,
  limit: number | undefined,
): { readonly key: [string]; readonly value: undefined }[] {
  const range = after === undefined ? { limit } : { start: [account, region, after], after: true, limit };
  const stored = Array.from(tx.kmsAliases.under([account, region], range), ({ key }) => key[2]);
  const predefined = awsManagedAliases.filter((name) => after === undefined || name > String(after));
  const names = [...new Set([...stored, ...predefined])].sort();
  return names.slice(0, limit).map((name) => ({ key: [name], value: undefined }));
}

function entryOf(name: string, account: AccountId, region: Region, tx: Tx): AliasListEntry {
  const alias = tx.kmsAliases.get([account, region, name]);
  return {
    AliasName: name,
    AliasArn: aliasArn(region, account, name),
    ...(alias && {
      TargetKeyId: alias.keyId,
      CreationDate: new Date(alias.createdMs),
      LastUpdatedDate: new Date(alias.updatedMs),
    }),
  };
}

/** KMS API Reference, CreateAlias, AliasName. */
function checkAliasName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw new AwsError(
      'ValidationException',
      'Alias must start with the prefix "alias/". Please see ' +
        'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
      {},
      `did you mean "alias/${name}"?`,
    );
  }
  if (name.startsWith('alias/aws/'))
    throw new AwsError(
      'NotAuthorizedException',
      '',
      {},
      'names that begin with alias/aws/ are reserved for AWS managed keys',
    );
  if (name === 'alias/') throw new AwsError('InvalidAliasNameException', '', {}, 'a name must follow alias/');
  if (name.includes(':')) {
    throw new AwsError(
      'ValidationException',
      `${name} contains invalid characters for an alias`,
      {},
      'letters, digits, /, _ and - may follow alias/',
    );
  }
}

function findAlias(
  name: string,
  operation: string,
  call: Call,
): { readonly name: string; readonly alias: AliasRecord; readonly from: KeyRecord } {
  const account = requireAccount(call, `kms:${operation}`);
  const alias = call.tx.kmsAliases.get([account, call.region, name]);
  const from = alias && getKey(call.tx, account, call.region, alias.keyId);
  if (!alias || !from) throw aliasNotFound(name, account, call);
  return { name, alias, from };
}

function findTarget(id: string, operation: 'CreateAlias' | 'UpdateAlias', call: Call) {
  if (id.startsWith('alias/') || /^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(id)) {
    throw new AwsError('ValidationException', 'Aliases must refer to keys. Not aliases');
  }
  return findKey(id, operation, call);
}

function requireRoom(key: KeyRecord, { tx }: Call): void {
  const limit = resourceLimit('kms', 'aliases-per-key', key, tx);
  if (key.aliases.length < limit) return;
  throw new AwsError('LimitExceededException', `A KMS key can have no more than ${limit} aliases`);
}

/** KMS API Reference, UpdateAlias: both symmetric, both asymmetric or both HMAC, and with the same usage. */
function requireLikeness(from: KeyRecord, to: KeyRecord, alias: string): void {
  if (from.usage !== to.usage) throw aliasCannotChange(alias, 'key usage', from.usage, to.usage);
  const [was, is] = [kindOf(from), kindOf(to)];
  if (was !== is) throw aliasCannotChange(alias, 'key type', was, is);
}

const kindOf = ({ spec }: KeyRecord) =>
  isSymmetric(spec) ? 'SYMMETRIC' : asymmetricFacts(spec) ? 'ASYMMETRIC' : 'HMAC';

const aliasCannotChange = (alias: string, what: string, was: string, is: string) =>
  new AwsError(
    'ValidationException',
    `Alias ${alias} cannot be changed from a CMK with ${what} ${was} to a CMK with ${what} ${is}. ` +
      `The ${what} of the current CMK and the new CMK must be the same.`,
  );

const aliasExists = (arn: string) =>
  new AwsError(
    'AlreadyExistsException',
    `An alias with the name ${arn} already exists`,
    {},
    'ssebox kms update-alias points it to another key',
  );

const arnOfAlias = ({ account, region }: KeyRecord, alias: string) => aliasArn(region, account, alias);

/**
 * The audit log gives the alias the type of a key, too. It lists an alias after its key, except that one is updated:
 * AWS KMS Developer Guide, "CreateAlias", "UpdateAlias" and "DeleteAlias" log entries.
 */
function noteResources(call: Call, arns: readonly string[], { account }: KeyRecord): void {
  call.note({ resources: arns.map((arn) => ({ arn, type: 'AWS::KMS::Key', account })) });
}
