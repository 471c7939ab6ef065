/** How the text of `--help` is laid out: wrapped once, between words, at any width. */

import { type Command, Help, Option } from 'commander';
import type { OptionSpec } from './command.ts';
import { optionText } from './docs/option-text.ts';
import type { Screen } from './io.ts';
import { displayWidth } from './output/display-width.ts';
import { wrapped } from './output/wrap.ts';

/** The widest names of options and of commands that still have their texts beside them. */
const [WIDEST_OPTION, WIDEST_NAME] = [26, 34];
/** The narrowest column for texts beside names; where less is left, texts stand below the names. */
const NARROWEST_TEXT = 30;
const [INDENT, GAP, BELOW] = [2, 2, 6];
const USAGE = 'Usage: '.length;

/** The texts of `--help` for one screen. */
export interface HelpLayout {
  /** The parts of commander's help that are laid out otherwise. */
  readonly parts: Partial<Help>;
  /** The heading above names that AWS has and ssebox does not, which stand next to one another. */
  readonly missing: string;
  readonly ofOption: (option: OptionSpec) => string;
  /** The examples of a command, and where the global options are. */
  readonly ofExamples: (examples: readonly string[]) => string;
}

/** The layout for a screen. In a pipe, examples are not broken, since programs may look for them there. */
export function helpLayout({ width, isTerminal }: Screen): HelpLayout {
  const [first, next] = ['  $ ', '\n    '];
  const exampleLines = (line: string) => (isTerminal ? copiedLines(line, width - next.length + 1) : [line]);
  return {
    parts: partsOf(width),
    missing: MISSING,
    ofOption: optionText,
    ofExamples: (examples) => {
      const shown = examples.map((lines) => first + lines.split('\n').flatMap(exampleLines).join(next));
      const last = wrapped('Global options, such as --region and --query: ssebox --help', width);
      return `\nExamples:\n${shown.join('\n')}\n\n${last.join('\n')}\n`;
    },
  };
}

const MISSING = 'In AWS and not part of ssebox:';

function partsOf(width: number): Partial<Help> {
  return {
    boxWrap: (text, columns) => paragraphLines(text, columns).join('\n'),
    padWidth: (command, helper) => {
      const options = helper.longestOptionTermLength(command, helper);
      const names = Math.max(
        helper.longestSubcommandTermLength(command, helper),
        helper.longestArgumentTermLength(command, helper),
      );
      return Math.max(Math.min(names, WIDEST_NAME), Math.min(options, WIDEST_OPTION));
    },
    formatItem: (term, column, text) => item(term, column, text, width).join('\n'),
    formatItemList: (heading, items, helper) => {
      if (items.length === 0) return [];
      const listed = heading === MISSING ? namesInLines(items, width) : items;
      return [helper.styleTitle(heading), ...listed, ''];
    },
    styleUsage: (text) => wrapped(text, width - USAGE).join(`\n${' '.repeat(USAGE)}`),
    visibleOptions: pairsAsOne,
    optionDescription: ({ description }) => description,
  };
}

/** A name and its text, in two columns where there is room for them. */
function item(term: string, column: number, text: string, width: number): string[] {
  const name = wrapped(term, width - INDENT)
    .map((line, i) => ' '.repeat(i === 0 ? INDENT : BELOW) + line)
    .join('\n');
  if (text === '') return [name];
  const beside = INDENT + column + GAP;
  const isBelow = width - beside < NARROWEST_TEXT;
  const start = isBelow ? BELOW : beside;
  const lines = wrapped(oneLine(text), width - start).map((line) => ' '.repeat(start) + line);
  if (isBelow || displayWidth(term) > column) return [name, ...lines];
  const [first = '', ...others] = lines;
  return [name.padEnd(start) + first.trimStart(), ...others];
}

const namesInLines = (items: readonly string[], width: number): string[] =>
  wrapped(items.map((name) => name.trim()).join(', '), width - INDENT).map((line) => ' '.repeat(INDENT) + line);

/** Paragraphs, between empty lines, in lines of this width; line breaks within a paragraph count as blanks. */
function paragraphLines(text: string, width: number): string[] {
  return text.split(/\n\s*\n/).flatMap((each, i) => [...(i > 0 ? [''] : []), ...wrapped(oneLine(each), width)]);
}

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/** The options that are shown, each with its `--no-` half as one: `--[no-]dry-run`. */
function pairsAsOne(command: Command): Option[] {
  const options = new Help().visibleOptions(command);
  const names = new Set(options.map(({ long }) => long));
  const switches = new Set(options.flatMap((option) => (option.isBoolean() ? [option.attributeName()] : [])));
  return options.flatMap((option) => {
    if (option.negate && switches.has(option.attributeName())) return [];
    const isPair = option.isBoolean() && names.has(`--no-${option.name()}`);
    return isPair ? [new Option(`--[no-]${option.name()}`, option.description)] : [option];
  });
}

/**
 * A command line to be copied, broken between words, each line but the last with the backslash that lets a shell read
 * on. A word that is wider than a line has a line of its own.
 */
function copiedLines(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of together(shellWords(line))) {
    const longer = current === '' ? word : `${current} ${word}`;
    // Two columns are left for the backslash, or for the indent of the lines after the first.
    if (current !== '' && displayWidth(longer) > width - 4) {
      lines.push(`${current} \\`);
      current = word;
    } else {
      current = longer;
    }
  }
  return [...lines, current].map((each, i) => (i === 0 ? each : `  ${each}`));
}

/** Options with their values, so that these stay on one line. */
function together(words: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const word of words) {
    const last = pieces.at(-1);
    if (last?.startsWith('--') && !last.includes(' ') && !word.startsWith('-')) pieces.push(`${pieces.pop()} ${word}`);
    else pieces.push(word);
  }
  return pieces;
}

/** The pieces of a line between blanks at which a shell lets it be broken: those within quotes are not. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  const inside: ('"' | '(')[] = [];
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '\\') at++;
    else if (char === '"') inside.at(-1) === '"' ? inside.pop() : inside.push('"');
    else if (char === '(' && line[at - 1] === '$') inside.push('(');
    else if (inside.at(-1) === '"') continue;
    else if (char === "'") at = line.indexOf("'", at + 1);
    else if (char === ')' && inside.at(-1) === '(') inside.pop();
    else if (char === ' ') {
      words.push(line.slice(start, at));
      start = at + 1;
    }
  }
  return [...words, line.slice(start)];
}
