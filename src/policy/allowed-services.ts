/** The services that policies allow something of: IAM API Reference, GetServiceLastAccessedDetails. */

import { documentObject, type StatementObject, statementObjects, texts } from './document-shape.ts';
import { globMatches, parseGlob } from './glob.ts';
import { listOf } from './policy-document.ts';

/**
 * Those of the services, by their prefixes in actions, that a policy allows an action of, on some resource and under some
 * condition. A Deny counts if it denies all of a service everywhere.
 */
export function allowedServices(policies: readonly string[], services: readonly string[]): string[] {
  const statements = policies.flatMap((text) => statementObjects(documentObject(text) ?? {}) ?? []);
  return services.filter(
    (service) =>
      statements.some((statement) => statement.Effect === 'Allow' && concerns(statement, service)) &&
      !statements.some((statement) => statement.Effect === 'Deny' && isWhole(statement, service)),
  );
}

function concerns({ Action, NotAction }: StatementObject, service: string): boolean {
  if (Action !== undefined) return texts(Action).some((action) => globMatches(parseGlob(prefixOf(action)), service));
  return !texts(NotAction).some((action) => isAllOf(action, service));
}

const isWhole = ({ Action, Resource, Condition }: StatementObject, service: string): boolean =>
  Condition === undefined && listOf(Resource).includes('*') && texts(Action).some((action) => isAllOf(action, service));

const isAllOf = (action: string, service: string): boolean => action === '*' || action.toLowerCase() === `${service}:*`;

/** The service's part of an action's pattern. */
const prefixOf = (action: string): string => action.split(':', 1)[0]?.toLowerCase() ?? '';
