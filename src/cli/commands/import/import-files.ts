/** Imports what files say of accounts: reads, asks where an account would be replaced, and stores it in one step. */

import { isAccountId } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import { clearAccount, losses } from '../../../import/clear-account.ts';
import type { Configuration } from '../../../import/configuration.ts';
import type { Findings } from '../../../import/findings.ts';
import { readDump } from '../../../import/read-dump.ts';
import { clashes, storeConfiguration } from '../../../import/store-configuration.ts';
import { clearOrganization } from '../../../import/store-organization.ts';
import { storeNow } from '../../../store/clock.ts';
import { noteOwnEvent } from '../../../store/own-events.ts';
import type { Tx } from '../../../store/tables.ts';
import type { Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { readDumpFiles } from './dump-files.ts';
import { importPage, importValue } from './page.ts';

export interface ImportOptions {
  readonly account: string | undefined;
  readonly isPartial: boolean;
}

/** @throws UsageError for files that cannot be read or say nothing, and where an account is in the way */
export async function importFiles(
  files: readonly string[],
  { account, isPartial }: ImportOptions,
  session: Session,
): Promise<Result> {
  if (account !== undefined && !isAccountId(account)) {
    throw new UsageError(`--account takes 12 digits, not "${account}"`);
  }
  const sources = await readDumpFiles(files, session);
  const { environment, region } = session;
  const { configuration, findings } = readDump(sources, { account, region, uuid: environment.uuid });
  const isEmpty = configuration.accounts.size === 0 && configuration.organizations.length === 0;
  if (findings.list.length > 0 && (isEmpty || !isPartial)) {
    const shown = { configuration, findings, replaced: [], isImported: false };
    return {
      kind: 'page',
      value: importValue(shown),
      page: (painter) => importPage(shown, painter),
      failed: true,
      verdict: verdictOn(findings, isEmpty),
    };
  }
  if (isEmpty) {
    throw new UsageError(`nothing in ${files.join(', ')} belongs to an account, so there is nothing to import`);
  }
  const replaced = await store(configuration, session);
  const shown = { configuration, findings, replaced, isImported: true };
  return { kind: 'page', value: importValue(shown), page: (painter) => importPage(shown, painter) };
}

function verdictOn({ list }: Findings, isEmpty: boolean): string {
  const isAllOpen = list.every(({ kind }) => kind === 'open');
  const things = list.length === 1 ? '1 thing' : `${list.length} things`;
  const why = `${things} ${isAllOpen ? 'will be known only after terraform apply' : 'could not be read'}`;
  return isEmpty
    ? `nothing was imported: ${why}, and nothing else belongs to an account`
    : `nothing was imported, since ${why}: with --partial the rest is imported`;
}

/** @returns the accounts and organizations that were replaced */
async function store(configuration: Configuration, session: Session): Promise<readonly string[]> {
  const { store, rootKey } = await session.store.assembly();
  const { random, uuid, now } = session.environment;
  const asked = store.transact<InTheWay>((tx) => {
    requireRoom(configuration, tx);
    return inTheWay(configuration, tx);
  });
  if (Object.values(asked).some(({ length }) => length > 0)) await session.confirm(questionOf(asked, store.folder));
  return store.transact<readonly string[]>((tx) => {
    // Others may have changed the store in the meantime.
    requireRoom(configuration, tx);
    const found = inTheWay(configuration, tx);
    if (JSON.stringify(found) !== JSON.stringify(asked)) {
      throw new UsageError('the accounts of the store were changed just now: run the command again');
    }
    const machineMs = now();
    const at = { tx, now: new Date(storeNow(tx, machineMs)), machineMs, random, uuid, rootKey };
    for (const organization of found.organizations) clearOrganization(organization, tx);
    for (const account of found.accounts) clearAccount(account, at);
    storeConfiguration(configuration, at);
    noteOwnEvent(tx, 'import', machineMs);
    return [...found.accounts, ...found.organizations];
  });
}

/** What the store has already. */
interface InTheWay {
  readonly accounts: readonly string[];
  readonly organizations: readonly string[];
  /** Accounts that are not imported, and will be in an organization that is. */
  readonly joining: readonly string[];
}

function inTheWay({ accounts, organizations }: Configuration, tx: Tx): InTheWay {
  const members = organizations.flatMap((each) => each.members.map(({ account }) => account));
  return {
    accounts: [...accounts].filter((account) => tx.accounts.get([account])),
    organizations: organizations.map(({ id }) => id).filter((id) => tx.organizations.get([id])),
    joining: members.filter(
      (account) => !accounts.has(account) && tx.accounts.get([account]) && !tx.organizationMembers.get([account]),
    ),
  };
}

function questionOf({ accounts, organizations, joining }: InTheWay, folder: string): string {
  const replaced = [
    ...(accounts.length > 0 ? [`the identities, keys and buckets of the account ${accounts.join(', ')}`] : []),
    ...(organizations.length > 0 ? [`the organization ${organizations.join(', ')}`] : []),
  ];
  const parts = [
    ...(replaced.length > 0 ? [`replace ${replaced.join(' and ')}`] : []),
    ...(joining.length > 0 ? [`put the account ${joining.join(', ')} in the organization`] : []),
  ];
  return `${parts.join(' and ')} in the store "${folder}"`;
}

/** @throws UsageError if something in the store would be lost, or has the name of what is imported */
function requireRoom(configuration: Configuration, tx: Tx): void {
  for (const account of configuration.accounts) {
    const [loss] = losses(account, tx);
    if (loss !== undefined) {
      throw new UsageError(
        `the store already has the account ${account}, and ${loss}: import into another store, with --store`,
      );
    }
  }
  const [clash] = clashes(configuration, tx);
  if (clash !== undefined) throw new UsageError(`${clash}: import into another store, with --store`);
}
