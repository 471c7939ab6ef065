/** What was typed for one command, by the names that its record gives. */

import { UsageError } from '../../api/errors.ts';
import type { CommandValues } from '../command.ts';

/** An argument that the command cannot do without; it has been asked for where a person was there. */
export function argument({ args }: CommandValues, name: string): string {
  const value = args[name];
  if (typeof value === 'string') return value;
  throw new UsageError(`the following arguments are required: ${name}`);
}

export function optionalArgument({ args }: CommandValues, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

/** Every word of an argument that takes all that are left. */
export function argumentList({ args }: CommandValues, name: string): readonly string[] {
  const value = args[name];
  return typeof value === 'string' ? [value] : (value ?? []);
}

export function textOption({ options }: CommandValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The words of an option that takes several. */
export function wordsOption({ options }: CommandValues, name: string): readonly string[] {
  const value = options[name];
  return typeof value === 'object' ? value : [];
}

export function numberOption({ options }: CommandValues, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}

/** Whether a switch is on. */
export const isSet = ({ options }: CommandValues, name: string): boolean => options[name] === true;
