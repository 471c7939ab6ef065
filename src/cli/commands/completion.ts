/** `ssebox completion`: scripts for shells, and the query that they run. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../../api/errors.ts';
import { assemble } from '../../assemble.ts';
import { passphraseIn } from '../../env.ts';
import { DATA_FILE } from '../../store/placing.ts';
import { type CommandNode, command } from '../command.ts';
import { configured } from '../configured.ts';

import { type Asking, type CompletedCommand, complete, completionLines } from '../docs/complete.ts';
import { completionScript, type Shell, shells } from '../docs/completion-scripts.ts';
import { readLine } from '../docs/shell-words.ts';
import type { Globals } from '../globals.ts';
import { storeFolder } from '../open-assembly.ts';
import { loadSettings } from '../profiles.ts';
import { newSession, type Session } from '../session.ts';
import { serviceSettings } from '../settings.ts';

const script = (shell: Shell, use: string, examples: readonly string[]) =>
  command({
    name: shell,
    summary: `Print the completion script for ${shell}`,
    description: `Completes commands, options and the names in the store. To use it: ${use}\n\nThe name that is completed is the one that was called: ssebox, or aws, which is a link made by ssebox shim.`,
    examples,
    ignoresSettings: true,
    run: async (_values, _session, { name }) => ({ kind: 'bytes', bytes: Buffer.from(completionScript(shell, name)) }),
  });

const query = command({
  name: 'query',
  summary: 'Print the possible completions at the cursor, for the scripts',
  args: {
    words: {
      about: 'the words up to the cursor; the last one may be empty; for bash, the whole line',
      many: true,
      optional: true,
    },
  },
  options: {
    shell: { about: 'the shell that asks: names are quoted for it', type: 'string', value: 'SHELL', choices: shells },
    breaks: { about: 'the value of COMP_WORDBREAKS in bash', type: 'string', value: 'LETTERS' },
  },
  ignoresSettings: true,
  examples: ['ssebox completion query -- kms des', "ssebox completion query -- bucket show ''"],
  async run(values, session, { tree }) {
    const given = values.args.words.filter((word, i) => word !== '--' || i > 0);
    const { shell, breaks = '' } = values.options;
    const asking: Asking = shell === 'bash' ? { shell, line: readLine(given.join(' '), breaks) } : { shell };
    const words = asking.shell === 'bash' ? asking.line.words.slice(1) : given;
    const opened: Session[] = [];
    try {
      const completion = await complete(words, tree, async (globals, command) => {
        const own = await sessionOf({ ...session.globals, ...globals }, command, session);
        if (!own) return undefined;
        if (own.endpoints) {
          opened.push(own);
          return own;
        }
        // Choices can take calls, such as AssumeRole for a profile: a key that is pressed leaves no trace of them.
        const tried = own.rehearse({ report: () => {}, denied: 'end' }, session.tell);
        opened.push(tried, own);
        return tried;
      });
      return { kind: 'lines', lines: completionLines(completion, asking) };
    } finally {
      for (const each of opened) await closed(each);
    }
  },
});

/** Ends the session; damage that shows only in its last work is for a command to report. */
async function closed(opened: Session): Promise<void> {
  try {
    await opened.close();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/**
 * The session that the completed line would have, except that it never prompts for a passphrase. Undefined if its calls
 * go to a store and there is none.
 */
async function sessionOf(
  globals: Globals,
  command: CompletedCommand | undefined,
  outer: Session,
): Promise<Session | undefined> {
  const { environment, stdin, tell, confirm } = outer;
  const { settings, endpoints } =
    command && !command.spec.ignoresSettings
      ? await configured(command.path, command.spec, { globals, variables: environment.variables })
      : { settings: await loadSettings(globals, environment), endpoints: undefined };
  const folder = storeFolder(globals, environment, settings);
  const hasStore = existsSync(join(folder, DATA_FILE));
  if (!hasStore && !endpoints) return undefined;
  const passphrase = passphraseIn(environment);
  return newSession({
    globals,
    environment,
    settings,
    endpoints,
    get signal() {
      return outer.signal;
    },
    openStore: async () => {
      // Where only some services have an endpoint, the others have the store.
      if (!hasStore) throw new StoreError(`there is no store in "${folder}"`);
      return assemble({ folder, environment, settings: serviceSettings(settings), passphrase });
    },
    stdin,
    tell,
    // Nobody sees more of a refusal than that there are no names.
    overlooks: () => true,
    isMadeOnce: true,
    confirm,
  });
}

export const completionCommands: readonly CommandNode[] = [
  script('bash', 'source <(ssebox completion bash)', [
    'source <(ssebox completion bash)',
    'ssebox completion bash > ssebox.bash',
  ]),
  script('zsh', 'source <(ssebox completion zsh)', [
    'mkdir -p ~/.zfunc && ssebox completion zsh > ~/.zfunc/_ssebox',
    'ssebox completion zsh > _ssebox',
  ]),
  script('fish', 'ssebox completion fish | source', [
    'mkdir -p ~/.config/fish/completions && ssebox completion fish > ~/.config/fish/completions/ssebox.fish',
    'ssebox completion fish > ssebox.fish',
  ]),
  query,
];
