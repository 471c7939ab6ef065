/** `ssebox store`: the store itself. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../api/errors.ts';
import { storeNow } from '../../store/clock.ts';
import { getMeta } from '../../store/meta.ts';
import { countRows, isUnused } from '../../upkeep/contents.ts';
import { type CommandNode, command, group, type Painter } from '../command.ts';
import { humanSize, progressOf } from '../progress.ts';
import { isSet } from './given.ts';

const init = command({
  name: 'init',
  summary: 'Make a store; with --sample one with keys, buckets, users and objects to try things on',
  description:
    'A store is also made by the first command that needs one. The sample has the keys alias/app and, in eu-west-1, alias/backup; the buckets photos, reports and drafts with some objects; user/ana and role/reader, who may read, and user/bob, who may not.',
  options: { sample: { about: 'fill it with a little world', type: 'boolean' } },
  examples: ['ssebox store init --sample --store ./try', 'ssebox store init --store ./empty'],
  async run(values, session) {
    const { store, rootKey } = await session.assembly();
    rootKey();
    const isNew = await session.transact(isUnused);
    if (isSet(values, 'sample')) {
      if (!isNew) {
        throw new UsageError(
          `the store "${store.folder}" already has keys or buckets: the sample would be mixed in`,
          'ssebox store init --sample --store ./sample',
        );
      }
      const { makeSample } = await import('../../upkeep/sample.ts');
      await makeSample(session);
    }
    return { kind: 'value', title: 'Store', value: { Store: store.folder, Sample: isSet(values, 'sample') } };
  },
});

const info = command({
  name: 'info',
  summary: 'Show where the store is and how much is in it',
  examples: ['ssebox store info', 'ssebox store info --query Counts'],
  async run(_values, session) {
    const { store } = await session.assembly();
    const machineMs = session.environment.now();
    const { format, now, counts } = await session.transact((tx) => ({
      format: getMeta(tx, 'format')?.version,
      now: storeNow(tx, machineMs),
      counts: countRows(tx),
    }));
    const value = {
      Store: store.folder,
      Format: format,
      Bytes: bytesUnder(store.folder),
      Clock: new Date(now),
      Counts: counts,
    };
    const page = (painter: Painter) =>
      `${[
        `${painter.strong(value.Store)} ${painter.faint(`(format ${value.Format})`)}`,
        `  on the disk  ${humanSize(value.Bytes)}`,
        `  clock        ${value.Clock.toISOString()}`,
        ...Object.entries(counts).map(([name, count]) => `  ${name.padEnd(11)}  ${count}`),
      ].join('\n')}\n`;
    return { kind: 'page', value, page };
  },
});

function bytesUnder(folder: string): number {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Blocks, not length: the database file may have holes.
    if (entry.isDirectory()) bytes += bytesUnder(path);
    else bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }
  return bytes;
}

const verify = command({
  name: 'verify',
  summary: 'Open every key and read every object to its last byte, and say what is damaged',
  description:
    'Permissions are not asked for and nothing is decrypted to anywhere. It ends with 1 when something is not what was written.',
  examples: ['ssebox store verify', 'ssebox store verify --query Damaged'],
  async run(_values, session) {
    const { verifyStore } = await import('../../upkeep/verify.ts');
    const progress = progressOf(session);
    progress.expect(undefined);
    const report = await verifyStore(await session.assembly(), progress.add, session.signal);
    progress.clear();
    const page = ({ good, bad, faint }: Painter) =>
      `${[
        `${report.Keys} KMS keys with ${report.BackingKeys} generations of material`,
        `${report.Objects} object versions with ${humanSize(report.Bytes)}`,
        ...report.UnderCustomerKeys.map((name) => faint(`not read, encrypted under a customer-provided key: ${name}`)),
        ...report.Closed.map((name) => faint(`unreadable, its KMS key has been deleted: ${name}`)),
        ...report.Damaged.map((name) => bad(`damaged: ${name}`)),
        report.Damaged.length === 0 ? good('nothing is damaged') : bad(`${report.Damaged.length} damaged`),
      ].join('\n')}\n`;
    return { kind: 'page', value: report, page, failed: report.Damaged.length > 0 };
  },
});

const backup = command({
  name: 'backup',
  summary: 'Copy the store, as it is at this moment, into a folder that is a store itself',
  description:
    'Other processes may go on working with the store; what they delete meanwhile leaves the disk when the backup is made. The backup has the root key in it: unless that is sealed with a passphrase, whoever can read the folder can read everything. It can be used with --store at once, for store verify too, and has none of the space that the store keeps free: a backup that is restored makes the store as small as it can be.',
  args: { folder: { about: 'a folder that is not there yet, or is empty' } },
  examples: ['ssebox store backup ./backup', 'ssebox store backup ./backup && ssebox store verify --store ./backup'],
  run: async (values, session) => (await import('./store/backup.ts')).backup(values, session),
});

const restore = command({
  name: 'restore',
  summary: 'Make the store what a backup is',
  description:
    'The backup is copied and checked before anything is touched: its rows, its root key, and whether every object is there in full size. A store that has anything in it is replaced only after a question, or with --yes, and is gone then; back it up first where it is of use. It is replaced in one step, whatever happens. Processes that have it open end with an error at their next step and change nothing any more. The backup itself is only read.',
  args: { backup: { about: 'the folder of a backup, or any store that nobody writes to' } },
  options: {
    verify: { about: 'also read every object to its last byte, before anything is touched', type: 'boolean' },
  },
  examples: [
    'ssebox store backup ./backup && ssebox store restore ./backup --yes',
    'ssebox store backup ./backup && ssebox store restore ./backup --verify --store ./copy',
  ],
  run: async (values, session) => (await import('./store/restore.ts')).restore(values, session),
});

const passphrase = group({
  name: 'passphrase',
  summary: 'the passphrase that opens the root key',
  load: async () => (await import('./store/passphrase.ts')).passphraseCommands,
});

export const storeCommands: readonly CommandNode[] = [init, info, verify, backup, restore, passphrase];
