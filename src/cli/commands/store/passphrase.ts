/** `ssebox store passphrase`: only those who know it can open the root key and read the store. */

import { UsageError } from '../../../api/errors.ts';
import { isSealed } from '../../../store/root-key-file.ts';
import { inputFiles, loadParamFile } from '../../aws-input/param-file.ts';
import { type CommandNode, command } from '../../command.ts';
import type { Session } from '../../session.ts';

const set = command({
  name: 'set',
  summary: 'Seal the root key with a passphrase, or change the passphrase',
  description:
    'Every later command that looks into the store needs the passphrase, from the variable SSEBOX_PASSPHRASE or a prompt on the terminal; only store info, backup, restore and compact do without. It costs each command some 0.2 seconds and 32 MiB of memory, once (scrypt), which is what makes guessing slow. For a session of many commands, read it into the variable without showing it: read -rs SSEBOX_PASSPHRASE && export SSEBOX_PASSPHRASE. Without the passphrase nobody can ever read the store again. Copies of the unsealed root key, such as those in old backups, still open it.',
  args: {
    passphrase: { about: '- for standard input, or file://PATH (default: a prompt)', optional: true },
  },
  examples: [
    "printf 'open sesame' | ssebox store passphrase set -",
    "printf 'open sesame' | ssebox store passphrase set - && SSEBOX_PASSPHRASE='open sesame' ssebox store info",
  ],
  async run(values, session) {
    const given = values.args.passphrase;
    // A passphrase that cannot be read must not cost a prompt for the old one.
    const ready = given === undefined ? undefined : usable(await read(given, session));
    const { store, sealRootKey } = await session.store.assembly();
    sealRootKey(ready ?? usable(await typed(session)));
    return { kind: 'value', title: 'Passphrase', value: { Store: store.folder, Sealed: true } };
  },
});

const remove = command({
  name: 'remove',
  summary: 'Unseal the root key, so that anyone who can read its file can read the store',
  examples: [
    "SSEBOX_PASSPHRASE='open sesame' ssebox store passphrase remove",
    'ssebox store passphrase remove --query Sealed',
  ],
  async run(_values, session) {
    const { store, sealRootKey } = await session.store.assembly();
    if (isSealed(store.folder)) sealRootKey(undefined);
    else session.tell(`the store "${store.folder}" has no passphrase`);
    return { kind: 'value', title: 'Passphrase', value: { Store: store.folder, Sealed: false } };
  },
});

function usable(passphrase: string): string {
  if (passphrase === '') throw new UsageError('a passphrase must have at least one character');
  return passphrase;
}

/** The content of a file, without the trailing newline. Others could see a passphrase on the command line. */
async function read(given: string, { stdin }: Session): Promise<string> {
  if (given !== '-' && !given.startsWith('file://')) {
    throw new UsageError(
      'a passphrase on the command line would be visible to others: use - for standard input, or file://PATH for a file',
      'ssebox store passphrase set',
    );
  }
  const content = given === '-' ? await stdin.readAll() : loadParamFile('passphrase', given, inputFiles(stdin));
  return (typeof content === 'string' ? content : Buffer.from(content).toString()).replace(/\r?\n$/, '');
}

/** Typed twice, since nobody sees it. */
async function typed({ askSecret }: Session): Promise<string> {
  const first = await askSecret('new passphrase');
  if (first === undefined) throw new UsageError('the following arguments are required: passphrase');
  if (first !== '' && (await askSecret('repeat the passphrase')) !== first) {
    throw new UsageError('the passphrases do not match: nothing was changed');
  }
  return first;
}

export const passphraseCommands: readonly CommandNode[] = [set, remove];
