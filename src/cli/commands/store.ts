/** `ssebox store`: the store itself. */

import { folderWarnings } from '../../upkeep/folder-access.ts';
import { type CommandNode, command, group, type Painter } from '../command.ts';
import { knownFile } from '../known-file.ts';
import { humanSize, progressOf } from '../progress.ts';
import { init } from './store/init.ts';

const info = command({
  name: 'info',
  profileMayLack: true,
  hasPage: true,
  summary: 'Show where the store is and what it holds',
  description:
    'Tables are shown with their rows and the size of their pages in store.mdb. Records of calls go after a while: the settings trail.keep-management and trail.keep-data-events say when. Of a sealed store this shows what its files say, without a prompt. What is in it is shown if SSEBOX_PASSPHRASE is set.',
  examples: [
    'ssebox store info',
    'ssebox store info --query Counts',
    'ssebox store info --query "Tables[:3].[Name,Rows,Bytes]" --output text',
  ],
  run: async (_values, session) => (await import('./store/info.ts')).info(session),
});

const verify = command({
  name: 'verify',
  hasPage: true,
  summary: 'Read every row, key and object to its last byte, and report any damage',
  description:
    'Other processes can keep using the store. No permissions are checked, and nothing that is decrypted is written anywhere. Rows are also compared with one another, such as versions with their files. Exits with 253 if anything differs from what was written: then restore a backup, or save what is whole with --salvage. Files that no row names are listed as well; they take up space but are not damage.',
  options: {
    salvage: {
      about:
        'save every row that is whole, and the files of objects that exist in full, as a store in this folder, which does not exist yet or is empty; exits with 1 if something is lost',
      value: 'DIR',
      type: 'string',
    },
  },
  examples: [
    'ssebox store verify',
    'ssebox store verify --query Damaged',
    'ssebox store verify --salvage ./saved && ssebox store verify --store ./saved',
  ],
  async run(values, session) {
    const { salvage: into } = values.options;
    if (into !== undefined) return (await import('./store/salvage.ts')).salvage(into, session);
    const { asVerdict, damageOf, verifyStore } = await import('../../upkeep/verify.ts');
    const { requireStructure } = await import('../../store/structure-check.ts');
    const { storeFolder } = await import('../open-assembly.ts');
    const progress = progressOf(session);
    progress.expect(undefined);
    const verified = async () => {
      await requireStructure(storeFolder(session.globals, session.environment, session.settings), {
        onBytes: progress.add,
        signal: session.signal,
      });
      const assembly = await session.store.assembly();
      const report = await verifyStore(assembly, progress.add, session.signal);
      return { report, folder: assembly.store.folder };
    };
    const { report, folder } = await verified().catch((error: unknown) => {
      throw asVerdict(error);
    });
    const Warnings = folderWarnings(folder);
    progress.clear();
    const page = ({ good, bad, faint }: Painter) => [
      `${report.Rows} rows`,
      `${report.Keys} KMS keys with ${report.BackingKeys} generations of material`,
      `${report.Objects} object versions with ${humanSize(report.Bytes)}`,
      ...report.UnderCustomerKeys.map((name) => faint(`not read, encrypted under a customer-provided key: ${name}`)),
      ...report.Closed.map((name) => faint(`unreadable, its KMS key has been deleted: ${name}`)),
      ...report.Unnamed.map((name) => faint(`not damage, but no row names this file: ${name}`)),
      ...report.Damaged.map((name) => bad(`damaged: ${name}`)),
      ...Warnings.map((warning) => bad(warning)),
      report.Damaged.length === 0 ? good('nothing is damaged') : bad(`${report.Damaged.length} damaged`),
    ];
    const failure = damageOf(report, `the store "${folder}"`);
    return { kind: 'page', value: { ...report, Warnings }, page, failure };
  },
});

const backup = command({
  name: 'backup',
  hasPage: true,
  summary: 'Copy the store, as it is now, to a folder that is itself a store',
  description:
    'Other processes can keep using the store; what they delete in the meantime leaves the disk once the backup is done. The backup contains the root key: unless that is sealed with a passphrase, anyone who can read the folder can read everything. Everything is copied as it is and nothing is checked, so that no passphrase is needed: store verify --store FOLDER checks the backup, which works with --store right away. It leaves out the free space of the store, so restoring a backup makes a store as small as possible.',
  args: { folder: { about: 'a folder that does not exist yet, or is empty' } },
  examples: ['ssebox store backup ./backup', 'ssebox store backup ./backup && ssebox store verify --store ./backup'],
  run: async (values, session) => (await import('./store/backup.ts')).backup(values, session),
});

const restore = command({
  name: 'restore',
  hasPage: true,
  summary: 'Replace the store with a backup',
  description:
    'The backup is copied and checked before anything is touched: its rows, its root key, and whether every object is there in full. If the root key is sealed, changed rows are found only with --verify. A store that is not empty is replaced only after you confirm, or with --yes, and is then gone, so back it up first if you need it. The replacement is a single step, whatever happens. Processes that have the old store open fail at their next step without changing anything. The backup itself is only read. In the restored store, trail tail shows when it was restored.',
  args: { backup: { about: 'the folder of a backup, or any store that is not being written to', check: knownFile } },
  options: {
    verify: { about: 'also read every object to its last byte before anything is touched', type: 'boolean' },
  },
  examples: [
    'ssebox store backup ./backup && ssebox store restore ./backup --yes',
    'ssebox store backup ./backup && ssebox store restore ./backup --verify --store ./copy',
  ],
  run: async (values, session) => (await import('./store/restore.ts')).restore(values, session),
});

const passphrase = group({
  name: 'passphrase',
  summary: 'Seal the root key with a passphrase, and unseal it',
  load: async () => (await import('./store/passphrase.ts')).passphraseCommands,
});

const rekey = command({
  name: 'rekey',
  summary: 'Give the store a new root key, because the old one may have leaked',
  description:
    'Everything that the root key protects is wrapped and authenticated again under a fresh one, in a single step, whatever happens. Then the database is compacted, as store compact does it, since its free pages still have what the old key has wrapped. A sealed store stays sealed with the same passphrase. Earlier copies of the root key do not open the store any more. Ids, ciphertexts, credentials and grant tokens that were given out stay valid; import tokens do not, so call get-parameters-for-import again. Commands that are running on the store fail at their next step. A new root key does not help where somebody has both the old one and a copy of the store: that copy stays readable, and so do the material of its KMS keys and whatever is encrypted under it, later as well. Then also rotate the KMS keys, delete the access keys, and encrypt objects again.',
  examples: ['ssebox store rekey --yes', 'ssebox store rekey --yes && ssebox store verify'],
  run: async (_values, session) => (await import('./store/rekey.ts')).rekey(session),
});

const compact = command({
  name: 'compact',
  hasPage: true,
  summary: 'Write the database anew, so that nothing of what was deleted is left in it',
  description:
    'A deleted row, such as the wrapped material of a KMS key, stays in a free page of store.mdb until the page is used again; store info says how much of the file is free. This copies the rows that there are to a new file, which takes the place of the old one in a single step, whatever happens. It needs no passphrase. Commands that are running on the store fail at their next step, and those that start meanwhile fail at once: run them again. What was committed is not lost. Earlier backups, snapshots of the disk and the disk itself can still contain what was deleted.',
  examples: ['ssebox store compact', 'ssebox store compact --query BytesAfter'],
  run: async (_values, session) => (await import('./store/compact.ts')).compact(session),
});

export const storeCommands: readonly CommandNode[] = [init, info, verify, backup, restore, passphrase, rekey, compact];
