/**
 * Shell lines that do nothing but call ssebox, run without a shell and without a process for each call: calls joined by
 * `&&`, `;` and line ends, with quotes, `$(…)`, `NAME=…`, `$NAME` and `> file`. Every other line is left to a real shell.
 */

import { writeFileSync } from 'node:fs';

/** One call, its words not yet expanded. */
interface Command {
  readonly assigns: readonly { readonly name: string; readonly word: Word }[];
  /** What comes after `ssebox`; undefined: the command only assigns. */
  readonly words: readonly Word[] | undefined;
  readonly output: Word | undefined;
}

type Word = readonly Part[];
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly isQuoted: boolean }
  | { readonly kind: 'output'; readonly commands: readonly Command[]; readonly isQuoted: boolean };

/** The calls of a line; undefined when it takes a shell to run it. */
export function parseLine(line: string): readonly Command[] | undefined {
  const reader = { line, at: 0 };
  try {
    return readCommands(reader, '');
  } catch (error) {
    if (error instanceof NeedsShell) return undefined;
    throw error;
  }
}

export interface Called {
  readonly code: number;
  readonly bytes: Buffer;
  readonly err: string;
}

export type Call = (words: readonly string[]) => Promise<Called>;

/** Runs calls one after the other, as far as they work, with paths relative to the working directory. */
export async function runLine(
  commands: readonly Command[],
  call: Call,
  variables: Map<string, string> = new Map(),
): Promise<Called> {
  const printed: Buffer[] = [];
  for (const { assigns, words, output } of commands) {
    try {
      for (const { name, word } of assigns) variables.set(name, await expand(word, call, variables));
      if (!words) continue;
      const expanded: string[] = [];
      for (const word of words) expanded.push(await expand(word, call, variables));
      const called = await call(expanded);
      if (called.code !== 0) return called;
      if (output) writeFileSync(await expand(output, call, variables), called.bytes);
      else printed.push(called.bytes);
    } catch (error) {
      if (error instanceof CallFailed) return error.called;
      throw error;
    }
  }
  return { code: 0, bytes: Buffer.concat(printed), err: '' };
}

class NeedsShell extends Error {}

class CallFailed extends Error {
  readonly called: Called;
  constructor(called: Called) {
    super(called.err);
    this.called = called;
  }
}

interface Reader {
  readonly line: string;
  at: number;
}

function readCommands(reader: Reader, end: '' | ')'): Command[] {
  const commands = [readCommand(reader)];
  while (take(reader, /^ *(?:&&|;|\n) */)) commands.push(readCommand(reader));
  if (reader.line.charAt(reader.at) !== end) throw new NeedsShell();
  reader.at += end.length;
  return commands;
}

function readCommand(reader: Reader): Command {
  const assigns: { name: string; word: Word }[] = [];
  for (let name = take(reader, /^([A-Z]+)=/); name; name = take(reader, /^([A-Z]+)=/)) {
    assigns.push({ name: name.slice(0, -1), word: readWord(reader) });
    take(reader, /^ +(?=[A-Z]+=|ssebox )/);
  }
  if (!take(reader, /^ssebox(?= )/)) {
    if (assigns.length === 0) throw new NeedsShell();
    return { assigns, words: undefined, output: undefined };
  }
  const words: Word[] = [];
  while (take(reader, /^ +(?![>;&])/)) words.push(readWord(reader));
  return { assigns, words, output: take(reader, /^ *> */) ? readWord(reader) : undefined };
}

function readWord(reader: Reader): Word {
  const parts: Part[] = [];
  while (reader.at < reader.line.length && !/^[ ;)\n]/.test(reader.line.slice(reader.at))) {
    if (take(reader, /^"/)) parts.push(...readQuoted(reader));
    else parts.push(readPart(reader, /^[\w@%+=:,./-]+|^'[^']*'/, false));
  }
  if (parts.length === 0) throw new NeedsShell();
  return parts;
}

/** What is in double quotes; the first is taken already. */
function readQuoted(reader: Reader): Part[] {
  const parts: Part[] = [{ kind: 'text', text: '' }];
  while (!take(reader, /^"/)) parts.push(readPart(reader, /^[^"$`\\]+/, true));
  return parts;
}

function readPart(reader: Reader, literal: RegExp, isQuoted: boolean): Part {
  if (take(reader, /^\$\((?!\()/)) return { kind: 'output', commands: readCommands(reader, ')'), isQuoted };
  const name = take(reader, /^\$[A-Z]+/);
  if (name) return { kind: 'variable', name: name.slice(1), isQuoted };
  const text = take(reader, literal);
  if (text === undefined) throw new NeedsShell();
  return { kind: 'text', text: isQuoted ? text : text.replaceAll("'", '') };
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  const found = pattern.exec(reader.line.slice(reader.at))?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

async function expand(word: Word, call: Call, variables: Map<string, string>): Promise<string> {
  let expanded = '';
  for (const part of word) expanded += await valueOfPart(part, call, variables);
  return expanded;
}

async function valueOfPart(part: Part, call: Call, variables: Map<string, string>): Promise<string> {
  if (part.kind === 'text') return part.text;
  const value = part.kind === 'variable' ? variables.get(part.name) : await outputOf(part.commands, call, variables);
  // A shell would make several words of it, or none.
  if (!part.isQuoted && !/^\S+$/.test(value ?? '')) throw new Error(`"${value}" is not one word`);
  return value ?? '';
}

async function outputOf(commands: readonly Command[], call: Call, variables: Map<string, string>): Promise<string> {
  const called = await runLine(commands, call, new Map(variables));
  if (called.code !== 0) throw new CallFailed(called);
  return called.bytes.toString().replace(/\n+$/, '');
}
