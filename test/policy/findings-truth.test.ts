/**
 * What findings claim, for any policy: that each is at a place in the text, and that a statement without effect can be
 * removed without a change of any decision.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FindingKind } from '../../src/policy/finding.ts';
import { findingsIn } from '../../src/policy/findings.ts';
import { placed } from '../../src/policy/placed-findings.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { type PolicyType, policyTypes } from '../../src/policy/policy-type.ts';
import { drawnSituation } from './naive/drawn-situations.ts';
import { evaluated } from './naive/evaluated.ts';
import { type DocumentJson, listOf, type PoliciesJson, type Situation, type StatementJson } from './naive/situation.ts';

/** Kinds that say that a whole statement decides nothing. */
const WITHOUT_EFFECT: ReadonlySet<FindingKind> = new Set([
  'unreachable-statement',
  'redundant-statement',
  'contradiction',
  'no-effect',
]);

const resourceTypes = { 'key-policy': 'key', 'bucket-policy': 'bucket', 'trust-policy': 'trust' } as const;

interface Drawn {
  readonly situation: Situation;
  readonly type: PolicyType;
  readonly document: DocumentJson;
  /** The same situation with another document in its place. */
  with(document: DocumentJson): Situation;
}

/** One document of a situation after the other. */
function documentsOf(situation: Situation): readonly Drawn[] {
  const { policies } = situation;
  const drawn = (type: PolicyType, document: DocumentJson, put: (other: DocumentJson) => PoliciesJson): Drawn => ({
    situation,
    type,
    document,
    with: (other) => ({ ...situation, policies: put(other) }),
  });
  const { resource, boundary } = policies;
  return [
    ...(['identity', 'session'] as const).flatMap((kind) =>
      (policies[kind] ?? []).map((document, at) =>
        drawn(kind, document, (other) => ({ ...policies, [kind]: policies[kind]?.with(at, other) })),
      ),
    ),
    ...(boundary ? [drawn('boundary', boundary, (other) => ({ ...policies, boundary: other }))] : []),
    ...(resource?.document
      ? [
          drawn(resourceTypes[resource.kind], resource.document, (document) => ({
            ...policies,
            resource: { ...resource, document },
          })),
        ]
      : []),
    ...(['serviceControl', 'resourceControl'] as const).flatMap((kind) =>
      (policies[kind] ?? []).flatMap((level, i) =>
        level.map((document, at) =>
          drawn(kind === 'serviceControl' ? 'scp' : 'rcp', document, (other) => ({
            ...policies,
            [kind]: policies[kind]?.with(i, level.with(at, other)),
          })),
        ),
      ),
    ),
  ];
}

/** Without some of its elements. */
const less = (statement: StatementJson, ...names: readonly string[]): StatementJson => ({
  Effect: statement.Effect,
  ...Object.fromEntries(Object.entries(statement).filter(([each]) => !names.includes(each))),
});

/** Changes of a statement that leave less of it, or more; beside it, one of the two decides nothing. */
const variants: readonly ((statement: StatementJson) => StatementJson)[] = [
  (statement) => ({ ...statement, Effect: 'Deny' }),
  (statement) => less(statement, 'Condition'),
  (statement) => ({ ...less(statement, 'Condition'), Effect: 'Deny' }),
  (statement) => ({ ...statement, Condition: { ...statement.Condition, Bool: { 'aws:SecureTransport': 'true' } } }),
  (statement) => ({ ...less(statement, 'NotAction'), Action: '*' }),
  (statement) => ({ ...less(statement, 'NotResource'), Resource: '*' }),
  (statement) => ({ ...less(statement, 'NotResource'), Effect: 'Deny', Resource: 'arn:aws:s3:::*' }),
  (statement) => (statement.Principal === undefined ? statement : { ...statement, Principal: '*' }),
  (statement) => ({
    ...statement,
    Condition: { StringEquals: { 'aws:username': 'alice' }, StringNotLike: { 'AWS:UserName': 'a*' } },
  }),
];

const answerOf = (situation: Situation) => {
  const { allowed, denial } = evaluated(situation);
  return allowed ? 'allow' : denial?.explicit ? 'explicit deny' : 'implicit deny';
};

const drawnVariant = fc.record({
  situation: drawnSituation,
  which: fc.nat(),
  variant: fc.constantFrom(...variants),
  isFirst: fc.boolean(),
});

/** How often a kind was found. @returns the statements whose removal changed a decision */
function claimsIn({
  situation,
  which,
  variant,
  isFirst,
}: typeof drawnVariant extends fc.Arbitrary<infer T> ? T : never) {
  const counted = new Map<FindingKind, number>();
  for (const drawn of documentsOf(situation)) {
    const statements = listOf(drawn.document.Statement);
    const [statement] = statements.slice(which % Math.max(statements.length, 1));
    const changed = statement && variant(statement);
    const Statement = changed ? (isFirst ? [changed, ...statements] : [...statements, changed]) : statements;
    const before = answerOf(drawn.with({ ...drawn.document, Statement }));
    const { findings } = findingsIn(JSON.stringify({ ...drawn.document, Statement }), drawn.type);
    for (const { kind, path } of findings) {
      if (!WITHOUT_EFFECT.has(kind)) continue;
      counted.set(kind, (counted.get(kind) ?? 0) + 1);
      const rest = Statement.filter((_, index) => index !== path[1]);
      const after = answerOf(drawn.with({ ...drawn.document, Statement: rest }));
      expect([kind, JSON.stringify(Statement), path[1], after]).toEqual([
        kind,
        JSON.stringify(Statement),
        path[1],
        before,
      ]);
    }
  }
  return counted;
}

test('a statement that is said to decide nothing can be removed: no decision changes', () =>
  fc.assert(
    fc.property(drawnVariant, (drawn) => {
      claimsIn(drawn);
    }),
    { numRuns: 1500 },
  ));

// Else the agreement above would say little.
test('the random policies have statements that decide nothing, of each kind', () => {
  const counted = new Map<FindingKind, number>();
  for (const drawn of fc.sample(drawnVariant, { numRuns: 600, seed: 1 })) {
    for (const [kind, times] of claimsIn(drawn)) counted.set(kind, (counted.get(kind) ?? 0) + times);
  }
  for (const kind of ['unreachable-statement', 'redundant-statement', 'contradiction'] as const) {
    expect(counted.get(kind) ?? 0, kind).toBeGreaterThan(20);
  }
});

const word = fc.constantFrom(
  ...['*', 's3:GetObject', 'kms:Decrypt', 'kms:Decypt', 's3:ListBucket', 'kms:ListKeys', 'iam:PassRole', 'ec2:*', 'x'],
  ...[
    'arn:aws:s3:::b/*',
    'arn:aws:s3:::b',
    'arn:aws:kms:eu-west-1:111122223333:alias/a',
    'arn:aws',
    'a$\u{7b}aws:username}',
  ],
  ...['arn:aws:iam::111122223333:role/R', 'arn:aws:iam::111122223333:root', 's3.amazonaws.com', 'a\u{1f511}', ''],
  ...['s3.eu-west-1.amazonaws.com', '203.0.113.0/24', 'true', '2012-10-17', 'Allow', 'Deny', '*?*?', '\u0000'],
);
const name = fc.constantFrom(
  ...['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource'],
  ...['NotResource', 'Condition', 'AWS', 'Service', 'Federated', 'StringEquals', 'StringLike', 'Null', 'Bool'],
  ...[
    'ForAllValues:StringEquals',
    'ForAnyValue:StringLikeIfExists',
    'IpAddress',
    'ArnLike',
    'aws:TagKeys',
    'kms:KeySpec',
  ],
  ...['kms:ViaService', 's3:prefix', 'aws:SourceIp', 'SourceIp', '__proto__', 'constructor', 'toString', 'x'],
);

/** Anything whose names and words are those of policies. */
const { tangle } = fc.letrec((tie) => ({
  tangle: fc.oneof(
    { maxDepth: 6 },
    word,
    fc.constantFrom(null, true, 0, -1.5),
    fc.array(tie('tangle'), { maxLength: 3 }),
    fc.dictionary(name, tie('tangle'), { maxKeys: 5 }),
  ),
}));

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof(arbitrary, fc.array(arbitrary, { maxLength: 3 }));
const likely = fc.record({
  Version: fc.constantFrom('2012-10-17', '2008-10-17', undefined),
  Statement: some(
    fc.record(
      {
        Sid: word,
        Effect: fc.constantFrom('Allow', 'Deny'),
        Principal: fc.oneof(word, fc.dictionary(name, some(word), { maxKeys: 3 })),
        Action: some(word),
        Resource: some(word),
        Condition: fc.dictionary(name, fc.dictionary(name, fc.oneof(some(word), tangle), { maxKeys: 3 }), {
          maxKeys: 3,
        }),
      },
      { requiredKeys: ['Effect'] },
    ),
  ),
});

/** Texts that are policies, nearly so, or not at all, over one line or many. */
const drawnText = fc.oneof(
  fc.string(),
  fc
    .tuple(fc.oneof(tangle, likely, likely), fc.constantFrom(undefined, 1, 4))
    .map(([value, space]) => JSON.stringify(value, undefined, space) ?? ''),
  fc.tuple(likely, fc.nat(), fc.nat(3), fc.string({ maxLength: 2 })).map(([value, at, dropped, put]) => {
    const text = JSON.stringify(value);
    const from = at % (text.length + 1);
    return text.slice(0, from) + put + text.slice(from + dropped);
  }),
);

test('whatever the text, each finding is at a place in it', () =>
  fc.assert(
    fc.property(drawnText, fc.constantFrom(undefined, ...policyTypes), (text, type) => {
      const lines = text.split(/\r\n|\n|\r/);
      const { findings } = findingsIn(text, type);
      for (const { line, column, says } of placed(findings, text)) {
        expect(says).not.toBe('');
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual([...(lines[line - 1] ?? '')].length + 1);
      }
    }),
    { numRuns: 3000 },
  ));

test('a value of JSON is read as a policy, or refused as none', () =>
  fc.assert(
    fc.property(fc.oneof(tangle, likely, fc.jsonValue()), (value) => {
      try {
        expect(readPolicy(value).statements).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
    { numRuns: 2000 },
  ));

test('what a document names toString is not called', () => {
  const text = { toString: null };
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
  for (const changed of [
    { Effect: text },
    { Principal: [text] },
    { Principal: { AWS: text } },
    { Action: text },
    { Condition: { StringEquals: { 'aws:username': text } } },
    { Condition: { StringEquals: { 'aws:username': [[text]] } } },
  ]) {
    for (const type of policyTypes) {
      const { findings } = findingsIn(JSON.stringify({ Statement: [{ ...statement, ...changed }] }), type);
      expect(findings.map(({ kind }) => kind)).toContain('refused');
    }
  }
});

test('a condition key with a name that every object has is an unknown one', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const statement = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"${name}":"x"}}}`;
    for (const type of ['bucket', 'key', 'trust', 'rcp'] as const) {
      const { findings } = findingsIn(`{"Version":"2012-10-17","Statement":[${statement}]}`, type);
      expect(findings.map(({ kind }) => kind)).toContain(type === 'bucket' ? 'refused' : 'unknown-key');
    }
  }
});
