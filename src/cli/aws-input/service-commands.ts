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
import { isGlobal } from '../globals.ts';
import { memberAsking } from '../member-choices.ts';
import type { OperationProse } from '../prose/operation-prose.ts';
import type { Session } from '../session.ts';
import { commandName, type Flag, flagsOf, operationNamed } from './flags.ts';

/** What is said of a service's operations and of their options. */
export interface ServiceProse {
  readonly operations: Readonly<Record<string, OperationProse>>;
  readonly describe: DescribeOption;
}

/** An option of an operation with what is said of it. */
export type DescribeOption = (operation: string, member: string, plain: OptionSpec) => OptionSpec;

/** Every operation of a service as a command. Only help, manuals and completion need prose. */
export function serviceCommands(service: ServiceName, prose: ServiceProse | undefined): readonly CommandNode[] {
  return operationNames(service).map((operation) => serviceCommand(service, operation, prose));
}

/**
 * The command of this name, to be run and not to be shown; undefined if the service has none.
 * @param prose what prompts say, if an option is missing
 */
export function serviceCommandNamed(
  service: ServiceName,
  name: string,
  prose: () => Promise<ServiceProse>,
): CommandNode | undefined {
  const operation = operationNamed(service, name);
  if (operation === undefined) return undefined;
  return serviceCommand(service, operation, undefined, async () => serviceCommand(service, operation, await prose()));
}

function serviceCommand(
  service: ServiceName,
  operation: string,
  texts: ServiceProse | undefined,
  described?: CommandSpec['described'],
): CommandSpec {
  const prose = texts?.operations[operation];
  const shown = {
    described,
    describe: texts?.describe,
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

/** What help and prompts show of a command with the options of an operation. */
interface Presented
  extends Pick<CommandSpec, 'name' | 'summary' | 'description' | 'examples' | 'unavailable' | 'described'> {
  /** Absent: its options are only named. */
  readonly describe?: DescribeOption | undefined;
}

/** A command with the options of an operation. */
export function operationCommand(
  service: ServiceName,
  operation: string,
  { describe = (_operation, _member, plain) => plain, ...presented }: Presented,
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
      callsEndpoint: true,
      run: (values, session) => run(known(), values, session),
    }),
    // A model is read only when its command runs or help shows it.
    get options() {
      const shown = known().filter(({ kind, negated }) => (kind === 'member' || kind === 'shortcut') && !negated);
      return Object.fromEntries(
        shown.map((flag) => [flag.flag.slice(2), describe(operation, flag.member, optionOf(service, operation, flag))]),
      );
    },
    get inputOptions() {
      const names = known().flatMap(({ flag, kind }) => (kind === 'paging' || kind === 'form' ? [flag.slice(2)] : []));
      return names.filter(isGlobal);
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
  const asking = memberAsking(service, operation, flag.flag, member);
  return {
    about: flag.about ?? `${member} (${type})`,
    type: kind,
    value: valueWords[type],
    required,
    hidden,
    ...asking,
  };
}

/** What stands for a value that is more than text. */
const valueWords: Readonly<Partial<Record<Flag['type'], string>>> = {
  blob: 'BLOB',
  double: 'NUMBER',
  integer: 'NUMBER',
  long: 'NUMBER',
  map: 'MAP',
  structure: 'STRUCTURE',
  timestamp: 'TIME',
};
