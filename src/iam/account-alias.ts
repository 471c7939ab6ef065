/** The name that an account can have besides its number: IAM User Guide, "Use an alias for your AWS account ID". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import type { AccountRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { requestAccount } from './identity.ts';
import { pageOfNames } from './listing.ts';

const accessTo =
  (name: string) =>
  (account: AccountId): Access[] => [{ action: `iam:${name}`, resource: '*', owner: account }];

/** It takes the place of the one that the account has, if any. */
export const CreateAccountAlias = operation('iam', 'CreateAccountAlias', {
  resolve: (_input, call) => requestAccount(call),
  authorize: accessTo('CreateAccountAlias'),
  run(account, { AccountAlias }, { tx }) {
    if (/^\d{12}$/.test(AccountAlias)) {
      throw new AwsError(
        'InvalidInput',
        `The account alias ${AccountAlias} is not valid.`,
        {},
        'an alias must not look like the number of an account',
      );
    }
    for (const { value } of tx.accounts.range()) {
      if (value.alias === AccountAlias) {
        throw new AwsError('EntityAlreadyExists', `The account alias ${AccountAlias} already exists.`);
      }
    }
    tx.accounts.put([account], { ...recordOf(account, tx), alias: AccountAlias });
  },
});

export const DeleteAccountAlias = operation('iam', 'DeleteAccountAlias', {
  resolve: (_input, call) => requestAccount(call),
  authorize: accessTo('DeleteAccountAlias'),
  run(account, { AccountAlias }, { tx }) {
    const { alias, ...record } = recordOf(account, tx);
    if (alias !== AccountAlias) {
      throw new AwsError('NoSuchEntity', `The account alias ${AccountAlias} cannot be found.`);
    }
    tx.accounts.put([account], record);
  },
});

export const ListAccountAliases = operation('iam', 'ListAccountAliases', {
  resolve: (_input, call) => requestAccount(call),
  authorize: accessTo('ListAccountAliases'),
  run(account, request, { tx }) {
    const { alias } = recordOf(account, tx);
    const { items, ...more } = pageOfNames(request, alias === undefined ? [] : [alias]);
    return { AccountAliases: items, ...more };
  },
});

/** Whoever calls is in an account that the store has. */
function recordOf(account: AccountId, tx: Tx): AccountRecord {
  const record = tx.accounts.get([account]);
  if (!record) throw new Error(`the account ${account} of a caller is missing`);
  return record;
}
