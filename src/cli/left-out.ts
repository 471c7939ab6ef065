/** What a command requires and was not typed. */

import { CommandLineError } from '../api/errors.ts';
import type { ArgumentSpec, CommandSpec, CommandValues, OptionSpec } from './command.ts';
import type { Globals } from './globals.ts';

type Missing =
  | { readonly kind: 'argument'; readonly name: string; readonly shown: string; readonly spec: ArgumentSpec }
  | { readonly kind: 'option'; readonly name: string; readonly shown: string; readonly spec: OptionSpec };

/** @throws CommandLineError that names what a command requires and was not typed, in the AWS CLI's words. */
export function requireWhole(spec: CommandSpec, typed: CommandValues, globals: Globals): void {
  const missing = missingIn(spec, typed, globals);
  // The AWS CLI names options first.
  const names = [...missing.filter(isOption), ...missing.filter((each) => !isOption(each))].map(({ shown }) => shown);
  if (names.length > 0) throw new CommandLineError(`the following arguments are required: ${names.join(', ')}`);
}

/** Where a command's input comes from, or is not needed. */
const ELSEWHERE = ['cli-input-json', 'cli-input-yaml', 'generate-cli-skeleton'] as const;

/**
 * What a command requires and was not typed, in the order in which a person is asked for it; nothing if its input comes
 * in another way.
 * @param asked what a person was asked for before; given only where there is somebody to ask, for whom more is required
 */
export function missingIn(
  spec: CommandSpec,
  { args, options }: CommandValues,
  globals: Globals,
  asked?: ReadonlySet<string>,
): readonly Missing[] {
  if (ELSEWHERE.some((name) => globals[name] !== undefined)) return [];
  const missingArgs = Object.entries(spec.args ?? {}).flatMap(([name, each]): Missing[] => {
    const isRequired = !each.optional && !each.unneeded?.({ args, options });
    const isNeeded = isRequired || (asked && each.needed?.({ args, options }, asked));
    return isNeeded && isMissing(args[name]) ? [{ kind: 'argument', name, shown: name, spec: each }] : [];
  });
  const missingOptions = Object.entries(spec.options ?? {}).flatMap(([name, each]): Missing[] => {
    const isNeeded = each.required || (asked && each.needed?.({ args, options }, asked));
    return isNeeded && options[name] === undefined ? [{ kind: 'option', name, shown: `--${name}`, spec: each }] : [];
  });
  // What a command is about comes first: its arguments, or the options of an operation, whose argument is a file.
  return spec.isOperation ? [...missingOptions, ...missingArgs] : [...missingArgs, ...missingOptions];
}

const isOption = ({ kind }: Missing): boolean => kind === 'option';

const isMissing = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
