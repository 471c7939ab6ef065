/** Answers over requests of which some condition keys are open. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import type { Policies } from '../../src/policy/gates.ts';
import { type Given, isPossible } from '../../src/policy/open-context.ts';
import { openKeysFor } from '../../src/policy/open-keys.ts';
import { saidOf } from '../../src/policy/open-values.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { statedContext } from '../../src/policy/request-keys.ts';
import { givenBy, type WhoCan, whoCan } from '../../src/policy/who-can.ts';
import { A, alice, reader } from './callers.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Condition?: object;
  readonly Resource?: string;
}

const OBJECT = 'arn:aws:s3:::b/alice/k';
const KEYS = {
  'aws:PrincipalArn': alice.arn,
  'aws:CurrentTime': '2026-05-04T09:00:00Z',
  'aws:SourceIp': '127.0.0.1',
  'aws:UserAgent': 'ssebox',
};

const policiesWith = (statements: readonly Statement[], ofBucket: readonly Statement[] = []): Policies => ({
  identity: [
    {
      name: 'p',
      document: readPolicy({
        Version: '2012-10-17',
        Statement: statements.map((one) => ({ Action: 's3:*', Resource: '*', ...one })),
      }),
    },
  ],
  resource: {
    kind: 'bucket-policy',
    name: 'bucket policy',
    document: readPolicy({
      Version: '2012-10-17',
      Statement: ofBucket.map((one) => ({ Principal: '*', Action: 's3:*', Resource: '*', ...one })),
    }),
  },
});

const requestWith = (keys: Readonly<Record<string, string | readonly string[]>>) => ({
  caller: alice,
  action: 's3:GetObject',
  resource: OBJECT,
  owner: A,
  context: new RecordContext(keys),
});

const nobody = { isSession: false, open: {} };

function asked(policies: Policies, isBare = false, stated: readonly string[] = []): WhoCan {
  const open = openKeysFor({
    action: 's3:GetObject',
    viaService: false,
    isBare,
    stated: statedContext(stated, 's3'),
  })(nobody);
  const needed = [{ request: requestWith(KEYS), policies, open }];
  return whoCan({ needed: () => needed, isVarying: false });
}

function textOf({ open }: WhoCan): string {
  switch (open.answer) {
    case 'if':
      return open.bindings.map(({ key, values, except }) => saidOf(key.name, values, except)).join(' and ');
    case 'depends':
      return `depends on ${open.on.map(({ name }) => name).join(', ')}`;
    default:
      return open.answer;
  }
}

const allow = (Condition?: object): Statement => ({ Effect: 'Allow', ...(Condition && { Condition }) });
const deny = (Condition?: object): Statement => ({ Effect: 'Deny', ...(Condition && { Condition }) });
const REFERER = ['$', '{aws:referer}'].join('');
const OFFICE = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
const NO_MFA = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };

describe('what has to be so', () => {
  test.each<[string, readonly Statement[], string]>([
    ['nothing is open', [allow()], 'yes'],
    ['nothing is allowed', [], 'no'],
    ['an address', [allow(OFFICE)], 'aws:SourceIp in 203.0.113.0/24'],
    [
      'one of several addresses',
      [allow({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '198.51.100.7'] } })],
      'aws:SourceIp = 198.51.100.7, or aws:SourceIp in 203.0.113.0/24',
    ],
    [
      'a range of which a part is denied',
      [allow(OFFICE), deny({ IpAddress: { 'aws:SourceIp': '203.0.113.0/25' } })],
      'aws:SourceIp in 203.0.113.0/24, except 203.0.113.0/25',
    ],
    [
      'an address outside',
      [allow(), deny({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })],
      'aws:SourceIp outside 10.0.0.0/8',
    ],
    [
      'no other address',
      [allow(), deny({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })],
      'aws:SourceIp in 10.0.0.0/8',
    ],
    [
      'a second factor',
      [allow({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })],
      'aws:MultiFactorAuthPresent = true',
    ],
    [
      'a second factor, or credentials that know of none',
      [allow(), deny({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } })],
      'aws:MultiFactorAuthPresent = true, or no aws:MultiFactorAuthPresent',
    ],
    ['both', [allow(OFFICE), deny(NO_MFA)], 'aws:SourceIp in 203.0.113.0/24 and aws:MultiFactorAuthPresent = true'],
    [
      'a time',
      [allow({ DateGreaterThanEquals: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })],
      'aws:CurrentTime >= 2027-01-01T00:00:00Z',
    ],
    [
      'a span of time',
      [
        allow({
          DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' },
          DateLessThan: { 'aws:CurrentTime': '2027-02-01T00:00:00Z' },
        }),
      ],
      'aws:CurrentTime > 2027-01-01T00:00:00Z and < 2027-02-01T00:00:00Z',
    ],
    ['a number', [allow({ NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' } })], 's3:TlsVersion >= 1.2'],
    ['a pattern', [allow({ StringLike: { 'aws:UserAgent': 'aws-cli/*' } })], 'aws:UserAgent like aws-cli/*'],
    [
      'an endpoint, which no request has unless it comes through one',
      [allow(), deny({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })],
      'aws:SourceVpce = vpce-1',
    ],
    ['the absence of a key', [allow({ Null: { 'aws:SourceVpce': 'true' } })], 'no aws:SourceVpce'],
    ['its presence', [allow({ Null: { 'aws:SourceVpce': 'false' } })], 'any aws:SourceVpce'],
    [
      'a set',
      [allow({ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } })],
      'aws:CalledVia = athena.amazonaws.com, or aws:CalledVia = athena.amazonaws.com and others',
    ],
    ['what no request can have', [allow({ ...OFFICE, StringEquals: { 'aws:SourceVpce': 'vpce-1' } })], 'no'],
    [
      'one way of two',
      [allow(OFFICE), allow({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } })],
      'aws:SourceIp in 203.0.113.0/24',
    ],
    [
      'two patterns at once',
      [
        allow({ StringLike: { 'aws:UserAgent': '*aws-cli*' } }),
        deny({ StringNotLike: { 'aws:UserAgent': '*linux*' } }),
      ],
      'aws:UserAgent like *aws-cli* and *linux*',
    ],
    [
      'all that will do of each key',
      [
        allow({
          IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8'] },
          StringLike: { 'aws:UserAgent': ['aws-cli/*', 'aws-sdk/*'] },
          NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' },
        }),
      ],
      'aws:SourceIp in 203.0.113.0/24 or 10.0.0.0/8 and aws:UserAgent like aws-cli/* or aws-sdk/* and s3:TlsVersion >= 1.2',
    ],
    ['what is denied in any case', [allow(OFFICE), deny()], 'no'],
    ['what is allowed in any case', [allow(OFFICE), allow()], 'yes'],
    ['a folder named after a key', [{ ...allow(), Resource: `arn:aws:s3:::b/${REFERER}/*` }], 'aws:referer = alice'],
    [
      'a key compared with another',
      [allow({ StringEquals: { 'aws:PrincipalArn': REFERER } })],
      'depends on aws:referer',
    ],
  ])('%s', (_, statements, text) => expect(textOf(asked(policiesWith(statements)))).toBe(text));

  test('keys that are stated are not open', () => {
    expect(textOf(asked(policiesWith([allow(OFFICE)]), false, ['aws:SourceIp=203.0.113.9']))).toBe('no');
  });

  test('too many combinations are named by their keys', () => {
    const keys = [
      'aws:SourceVpc',
      'aws:SourceVpce',
      'aws:UserAgent',
      'aws:referer',
      's3:authType',
      's3:signatureversion',
    ];
    const values = Array.from({ length: 9 }, (_, i) => `v${i}`);
    const statements = [allow({ StringEquals: Object.fromEntries(keys.map((key) => [key, values])) })];
    expect(textOf(asked(policiesWith(statements)))).toBe(`depends on ${keys.join(', ')}`);
    // The rest of them cannot change this any more.
    expect(textOf(asked(policiesWith([...statements, deny()])))).toBe('no');
    expect(textOf(asked(policiesWith([...statements, allow()])))).toBe('yes');
  });

  test("a bare permission's own keys are open, and those of others are not", () => {
    const byTag = [allow({ StringEquals: { 's3:ExistingObjectTag/team': 'blue' } })];
    expect(textOf(asked(policiesWith(byTag)))).toBe('no');
    expect(textOf(asked(policiesWith(byTag), true))).toBe('s3:ExistingObjectTag/team = blue');
    const byHeader = [allow({ StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } })];
    expect(textOf(asked(policiesWith(byHeader), true))).toBe('no');
  });
});

test('sessions of a role differ in what the role lets them', () => {
  const open = openKeysFor({ action: 's3:GetObject', viaService: false, isBare: false })({
    isSession: true,
    open: {
      'aws:userid': {
        name: 'aws:userid',
        mayLack: false,
        fits: (value) => value.startsWith(`${reader.roleId}:`),
        shape: `${reader.roleId}:*`,
        another: `${reader.roleId}:another`,
      },
      'aws:principaltag/': { name: 'aws:PrincipalTag/', mayLack: true },
    },
  });
  const answers = (Condition: object) => {
    const request = { ...requestWith({ ...KEYS, 'aws:userid': `${reader.roleId}:s1` }), caller: reader };
    return textOf(
      whoCan({ needed: () => [{ request, policies: policiesWith([allow(Condition)]), open }], isVarying: false }),
    );
  };
  expect(answers({ StringEquals: { 'aws:userid': `${reader.roleId}:eve` } })).toBe(`aws:userid = ${reader.roleId}:eve`);
  expect(answers({ StringLike: { 'aws:userid': `${reader.roleId}:*` } })).toBe('yes');
  expect(answers({ StringEquals: { 'aws:userid': 'AROAOTHEROTHEROTHER01:eve' } })).toBe('no');
  expect(answers({ StringLike: { 'aws:userid': '*:deploy-*' } })).toBe('aws:userid like *:deploy-*');
  expect(answers({ StringLike: { 'aws:userid': 'AROAOTHEROTHEROTHER01:*' } })).toBe('no');
  expect(answers({ StringEquals: { 'aws:PrincipalTag/Team': 'blue' } })).toBe('aws:PrincipalTag/Team = blue');
  // Sessions always say whether they have a second factor.
  expect(answers({ Null: { 'aws:MultiFactorAuthPresent': 'true' } })).toBe('no');
});

/** What requests can have, apart from what the answer tries. */
const samples: Readonly<Record<string, readonly (readonly string[] | undefined)[]>> = {
  'aws:SourceIp': [
    ...['203.0.113.0', '203.0.113.9', '203.0.113.77', '203.0.113.200', '198.51.100.7', '10.1.2.3', '2001:db8::1'].map(
      (address) => [address],
    ),
    undefined,
  ],
  'aws:CurrentTime': [
    '2025-01-01T00:00:00Z',
    '2026-05-04T09:00:00Z',
    '2026-06-01T00:00:00Z',
    '2027-01-01T00:00:00Z',
    '2030-01-01T00:00:00Z',
  ].map((time) => [time]),
  'aws:UserAgent': [
    ...['aws-cli/2.31', 'aws-cli/1', 'aws-cli/*', 'aws-*', 'aws-sdk', 'Mozilla'].map((text) => [text]),
    undefined,
  ],
  'aws:CalledVia': [undefined, ['a'], ['b'], ['a', 'b'], ['c'], ['a', 'c'], ['a', 'b', 'c']],
  's3:TlsVersion': [['1.1'], ['1.2'], ['1.3'], ['1.25'], ['2']],
};

const one = fc.constantFrom;
const comparisons: readonly (readonly [key: string, operators: readonly string[], values: readonly string[]])[] = [
  [
    'aws:SourceIp',
    ['IpAddress', 'NotIpAddress', 'IpAddressIfExists'],
    ['203.0.113.0/24', '203.0.113.0/25', '203.0.113.77', '10.0.0.0/8', '2001:db8::/32'],
  ],
  [
    'aws:CurrentTime',
    ['DateLessThan', 'DateGreaterThanEquals', 'DateEquals', 'DateNotEquals'],
    ['2026-05-04T09:00:00Z', '2026-06-01T00:00:00Z', '2027-01-01'],
  ],
  [
    'aws:UserAgent',
    ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists'],
    ['aws-cli/*', 'aws-*', 'aws-cli/1', 'aws-sdk'],
  ],
  [
    'aws:CalledVia',
    [
      'ForAnyValue:StringEquals',
      'ForAllValues:StringEquals',
      'ForAllValues:StringNotEquals',
      'ForAnyValue:StringNotLike',
    ],
    ['a', 'b'],
  ],
  [
    's3:TlsVersion',
    ['NumericLessThan', 'NumericEquals', 'NumericGreaterThanEquals', 'NumericNotEquals'],
    ['1.2', '1.3'],
  ],
];

const drawnCondition = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: one(...comparisons).chain(([key, operators, values]) =>
          fc
            .tuple(one(...operators), fc.uniqueArray(one(...values), { minLength: 1, maxLength: 2 }))
            .map(([operator, compared]) => [operator, key, compared] as const),
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(one('aws:UserAgent', 'aws:SourceIp', 'aws:CalledVia'), one('true', 'false'))
          .map(([key, is]) => ['Null', key, [is]] as const),
      },
    ),
    { maxLength: 2 },
  )
  .map((all) => {
    const condition: Record<string, Record<string, readonly string[]>> = {};
    for (const [operator, key, values] of all) condition[operator] = { ...condition[operator], [key]: values };
    return condition;
  });

const drawnStatements = fc.array(
  fc.record({ Effect: one<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny'), Condition: drawnCondition }),
  { minLength: 1, maxLength: 3 },
);

/** Every request that the samples make with these values given, of keys that policies look at. */
function requestsWith(given: Given, policies: object): readonly Given[] {
  let all: readonly Given[] = [given];
  const text = JSON.stringify(policies);
  for (const [name, values] of Object.entries(samples)) {
    const key = name.toLowerCase();
    if (!given.has(key) && text.includes(name))
      all = all.flatMap((one) => values.map((value) => new Map([...one, [key, value]])));
  }
  return all.filter(isPossible);
}

const names = new Map(Object.keys(samples).map((name) => [name.toLowerCase(), name]));

/** Asks the evaluator itself. */
function isAllowed(policies: Policies, given: Given): boolean {
  const entries = Array.from(given, ([key, values]) => [names.get(key) ?? key, values] as const);
  const keys = Object.fromEntries(
    entries.filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined),
  );
  return evaluate(requestWith(keys), policies).allowed;
}

const without = (given: Given, key: string): Given => new Map([...given].filter(([other]) => other !== key));

test('the bindings of an answer allow, and without one of them they do not; yes and no are so in any case', () => {
  const answers = { yes: 0, no: 0, if: 0, depends: 0 };
  fc.assert(
    fc.property(drawnStatements, fc.option(drawnStatements, { nil: [] }), (own, ofBucket) => {
      const policies = policiesWith(own, ofBucket);
      const { open } = asked(policies);
      answers[open.answer]++;
      const isAlways = (given: Given, is: boolean) =>
        requestsWith(given, [own, ofBucket]).every((request) => isAllowed(policies, request) === is);
      switch (open.answer) {
        case 'yes':
          expect(isAlways(new Map(), true)).toBe(true);
          break;
        case 'no':
          expect(isAlways(new Map(), false)).toBe(true);
          break;
        case 'if': {
          const bound = givenBy(open);
          expect(isAlways(bound, true)).toBe(true);
          for (const { key } of open.bindings) {
            const tried = open.bindings.find((binding) => binding.key === key);
            const less = without(bound, key.key);
            const others = [...(tried?.except ?? []).map(({ value }) => new Map([...less, [key.key, value]])), less];
            expect(others.every((given) => isAlways(given, true))).toBe(false);
            for (const { value } of tried?.values ?? [])
              expect(isAlways(new Map([...bound, [key.key, value]]), true)).toBe(true);
          }
          break;
        }
        case 'depends':
          break;
      }
    }),
    { numRuns: 400 },
  );
  // Else this would say little.
  expect(Math.min(answers.yes, answers.no, answers.if)).toBeGreaterThan(20);
});
