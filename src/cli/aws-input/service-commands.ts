/** The 1:1 commands of a service, made from its model: the AWS CLI's names, flags and behaviour. */

import { operationNames } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import {
  type CommandNode,
  type CommandSpec,
  type CommandValues,
  command,
  type OptionSpec,
  type Result,
} from '../command.ts';
import { memberChoices } from '../member-choices.ts';
import type { OperationProse } from '../prose/operation-prose.ts';
import type { Session } from '../session.ts';
import { commandName, type Flag, flagsOf, operationNamed } from './flags.ts';

/** Every operation of a service as a command. Only help, manuals and completion need prose. */
export function serviceCommands(
  service: ServiceName,
  prose: Readonly<Record<string, OperationProse>> | undefined,
): readonly CommandNode[] {
  return operationNames(service).map((operation) => serviceCommand(service, operation, prose?.[operation]));
}

/** The command of this name, to be run and not to be shown; undefined if the service has none. */
export function serviceCommandNamed(service: ServiceName, name: string): CommandNode | undefined {
  const operation = operationNamed(service, name);
  return operation === undefined ? undefined : serviceCommand(service, operation, undefined);
}

function serviceCommand(service: ServiceName, operation: string, prose: OperationProse | undefined): CommandSpec {
  const shown = {
    name: commandName(operation),
    summary: prose?.summary ?? '',
    description: prose?.description,
    examples: prose?.examples ?? [],
    unavailable: prose?.unavailable,
  };
  return operationCommand(service, operation, shown, async (flags, values, session) => {
    const { callOperation } = await import('./call-operation.ts');
    return callOperation({ service, operation, flags, values }, session);
  });
}

/** What help shows of a command with the options of an operation. */
type Presented = Pick<CommandSpec, 'name' | 'summary' | 'description' | 'examples' | 'unavailable'>;

/** A command with the options of an operation. */
export function operationCommand(
  service: ServiceName,
  operation: string,
  presented: Presented,
  run: (flags: readonly Flag[], values: CommandValues, session: Session) => Promise<Result>,
): CommandSpec {
  let flags: readonly Flag[] | undefined;
  const known = () => {
    flags ??= flagsOf(service, operation);
    return flags;
  };
  return {
    ...command({
      ...presented,
      isOperation: true,
      run: (values, session) => run(known(), values, session),
    }),
    // A model is read only when its command runs or help shows it.
    get options() {
      const shown = known().filter(({ kind, negated }) => (kind === 'member' || kind === 'shortcut') && !negated);
      return Object.fromEntries(shown.map((flag) => [flag.flag.slice(2), optionOf(service, operation, flag)]));
    },
    get args() {
      const outfile = known().find(({ kind }) => kind === 'outfile');
      const about = 'the file to write the bytes to, or - for standard output';
      return outfile ? { outfile: { about, optional: !outfile.required } } : {};
    },
  };
}

function optionOf(service: ServiceName, operation: string, flag: Flag): OptionSpec {
  const { member, type, required, hidden } = flag;
  const kind = type === 'boolean' ? 'boolean-pair' : type === 'list' ? 'list' : 'string';
  const choices = memberChoices(service, operation, member);
  return { about: `${member} (${type})`, type: kind, required, hidden, choices };
}
