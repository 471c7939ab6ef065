/** `ssebox shim`: a link named `aws` to this program, for scripts that call the AWS CLI. */

import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { StoreError, UsageError } from '../../api/errors.ts';
import { fileError, systemCode } from '../../api/file-error.ts';
import { shellWord } from '../../api/shell-word.ts';
import type { Environment } from '../../env.ts';
import { makeFolders } from '../../folders.ts';
import { command } from '../command.ts';
import { dataFolder } from '../open-assembly.ts';
import { quoted, shellOf } from '../shell-lines.ts';

const NAME = 'aws';

/** What a link of ours leads to, in this installation or another one. */
const OUR_PROGRAM = /(^|\/)bin\/ssebox\.js$/;

export const shim = command({
  name: 'shim',
  summary: 'Make a link named aws to ssebox, so that scripts written for the AWS CLI call it',
  description:
    'Prints the line that puts the folder of the link first on the PATH, in the syntax of the shell that $SHELL names: eval "$(ssebox shim)" in bash and zsh, ssebox shim | source in fish. From then on every script, and whatever it starts, calls ssebox by the name aws; an alias would not reach them.\n\nCalled as aws, ssebox answers in JSON on a terminal too, never prompts, and has aws in its messages; aws --version names a version of the AWS CLI. source <(aws completion bash) completes the name. Whatever else has the name aws in the folder is left alone.',
  args: { dir: { about: "the link's folder (default: bin in ssebox's data folder)", optional: true } },
  examples: ['eval "$(ssebox shim)" && aws kms list-keys', 'ssebox shim ./bin && ./bin/aws --version'],
  ignoresSettings: true,
  async run({ args: { dir } }, { environment, outputWidth, tell }, { file }) {
    // A script's unset variable must not lead to the working folder.
    if (dir === '') throw new UsageError('dir must be the path of a folder, not ""');
    const folder = dir === undefined ? join(dataFolder(environment), 'bin') : resolve(dir);
    if (folder.includes(delimiter)) {
      throw new UsageError(`"${folder}" cannot be on the PATH, in which "${delimiter}" separates folders: use another`);
    }
    placeLink(folder, programFile(file));
    const line = pathLine(folder, environment);
    if (outputWidth !== undefined) tell(`hint: this shell takes it by ${shellOf(environment) === 'fish' ? FISH : SH}`);
    return { kind: 'lines', lines: [line] };
  },
});

const SH = 'eval "$(ssebox shim)"';
const FISH = 'ssebox shim | source';

/** The file behind whatever link the program was called by. @throws StoreError if it cannot be called by one. */
function programFile(called: string): string {
  const file = realpathSync(called);
  try {
    accessSync(file, constants.X_OK);
  } catch (cause) {
    throw new StoreError(`"${file}" is not executable, so no link can call it`, {
      cause,
      hint: `chmod +x ${shellWord(file)}`,
    });
  }
  return file;
}

/** Makes the link, or has one of ours lead here. @throws StoreError if something else is in its place. */
function placeLink(folder: string, target: string): void {
  const link = join(folder, NAME);
  try {
    makeFolders(folder, (each) => mkdirSync(each));
    const found = whatIs(link);
    if (found === target) return;
    if (found !== undefined && !OUR_PROGRAM.test(found)) {
      throw new StoreError(
        found === ''
          ? `"${link}" is not a link made by ssebox, so it stays as it is: name another folder`
          : `"${link}" is a link to "${found}" and not made by ssebox, so it stays as it is: name another folder`,
        { hint: 'ssebox shim DIR' },
      );
    }
    // A script that starts in the meantime finds the old link or the new one.
    const made = join(folder, `.${basename(link)}-${process.pid}`);
    rmSync(made, { force: true });
    symlinkSync(target, made);
    renameSync(made, link);
  } catch (error) {
    throw fileError(`cannot make the link "${link}"`, error);
  }
}

/** Where a link leads; empty for what is not a link, undefined where there is nothing. */
function whatIs(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : '';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function pathLine(folder: string, environment: Pick<Environment, 'variables'>): string {
  const shell = shellOf(environment);
  const word = quoted(folder, shell);
  return shell === 'fish' ? `set -gx PATH ${word} $PATH` : `export PATH=${word}${delimiter}"$PATH"`;
}
