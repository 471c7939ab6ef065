/**
 * The ARN of an alias where AWS compares the ARN of a key: it never matches, so the key's belongs there. AWS KMS Developer
 * Guide, "Specifying KMS keys in IAM policy statements".
 */

import { isRecord } from '../api/message.ts';
import type { StatementPlace } from './blocking.ts';
import type { Change, Surroundings } from './change.ts';
import type { Question } from './evaluate.ts';
import { listOf } from './policy-document.ts';
import { namedStatement, withStatement, writtenStatement } from './policy-edit.ts';

type Json = Readonly<Record<string, unknown>>;

const isAlias = (text: unknown): text is string =>
  typeof text === 'string' && /^arn:aws:kms:[^:]*:\d*:alias\//.test(text);

/** The ARNs of aliases that a text has in it. */
export const aliasArnsIn = (text: string): readonly string[] => [
  ...new Set(text.match(/arn:aws:kms:[a-z0-9-]+:\d{12}:alias\/[A-Za-z0-9/_-]+/g)),
];

/** The statement with the key's ARN in place of an alias, for each alias of a key that the request is about. */
export function* replacedAlias(
  place: StatementPlace,
  { request }: Question,
  { keyOf }: Surroundings,
): Iterable<Change> {
  if (!keyOf) return;
  const written = writtenStatement(place);
  const keys = [request.resource, ...(request.context.values(KEY_HEADER) ?? [])];
  for (const { element, from, replaced } of aliasesOf(written)) {
    const to = keyOf(from);
    if (to === undefined || !keys.includes(to)) continue;
    const statement = replaced(to);
    yield {
      remedy: { kind: 'replace-value', ...namedStatement(place), element, from, to, statement },
      apply: (asked) => withStatement(asked, place, statement),
    };
  }
}

const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id';

interface FoundAlias {
  readonly element: string;
  readonly from: string;
  /** The statement with another text in its place. */
  replaced(to: string): Json;
}

function aliasesOf(statement: Json): FoundAlias[] {
  const { Resource: resources, Condition: conditions } = statement;
  const inResource = listOf(resources)
    .filter(isAlias)
    .map(
      (from): FoundAlias => ({
        element: 'Resource',
        from,
        replaced: (to) => ({ ...statement, Resource: exchanged(resources, from, to) }),
      }),
    );
  const inConditions = Object.entries(isRecord(conditions) ? conditions : {}).flatMap(([operator, keys]) =>
    Object.entries(isRecord(keys) ? keys : {}).flatMap(([key, values]) =>
      listOf(values)
        .filter(isAlias)
        .map(
          (from): FoundAlias => ({
            element: `${operator} ${key}`,
            from,
            replaced: (to) => {
              const changed = { ...(isRecord(keys) ? keys : {}), [key]: exchanged(values, from, to) };
              return { ...statement, Condition: { ...(isRecord(conditions) ? conditions : {}), [operator]: changed } };
            },
          }),
        ),
    ),
  );
  return [...inResource, ...inConditions];
}

const exchanged = (values: unknown, from: string, to: string): unknown =>
  Array.isArray(values) ? values.map((value: unknown) => (value === from ? to : value)) : to;
