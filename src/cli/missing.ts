/** What AWS has and ssebox does not, by name: it is refused with NotImplemented, and help lists it as missing. */

import { everyOperation, operationNames } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { CommandSpec } from './command.ts';

/** The commands of a service that AWS has beside those of its model. */
export const missingCommands = (service: ServiceName): readonly string[] => Object.keys(leftOut(service));

/** The command of that name which AWS has beside those of the service's model; none if it has no such command. */
export const missingCommand = (service: ServiceName, word: string | undefined): readonly CommandSpec[] =>
  nodesOf(leftOut(service), service, word);

/** The operations that the model of a service leaves out, by their commands. */
function leftOut(service: ServiceName): Readonly<Record<string, string>> {
  const known = new Set(operationNames(service));
  return Object.fromEntries(Object.entries(everyOperation(service)).filter(([, operation]) => !known.has(operation)));
}

function nodesOf(
  commands: Readonly<Record<string, string>>,
  service: ServiceName,
  word: string | undefined,
): readonly CommandSpec[] {
  const operation = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  return word === undefined || operation === undefined ? [] : [missing(service, word, operation)];
}

/** Whatever options it is given, its call is refused, since nothing is known of it but its name. */
const missing = (service: ServiceName, name: string, operation: string): CommandSpec => ({
  kind: 'command',
  name,
  summary: `Call ${operation}`,
  examples: [],
  isOperation: true,
  unavailable: true,
  takesAnything: true,
  run: async (_values, session) => {
    const value = await session.aws.callByName(service, operation, {});
    return { kind: 'value', value };
  },
});
