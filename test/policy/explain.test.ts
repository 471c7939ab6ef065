import { expect, test } from 'vitest';
import type { ConditionContext } from '../../src/policy/access.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { type ExplainOptions, explainLines } from '../../src/policy/explain.ts';
import type { Policies } from '../../src/policy/gates.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice, B, callers, reader } from './callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;
const OBJECT = 'arn:aws:s3:::b/k';
const document = (...statements: unknown[]) => readPolicy({ Version: '2012-10-17', Statement: statements });

function explained(
  caller: Caller,
  [action, resource]: readonly [string, string],
  policies: Policies,
  { context = {}, ...options }: Omit<ExplainOptions, 'context'> & { context?: ConditionContext } = {},
): string[] {
  const decision = evaluate({ caller, action, resource, owner: A, context: new RecordContext(context) }, policies);
  return explainLines(decision, options).map(({ depth, text }) => '  '.repeat(depth) + text);
}

test('a user whom the default key policy leaves to IAM, which does not allow it', () => {
  const keyPolicy = document({
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${A}:root` },
    Action: 'kms:*',
    Resource: '*',
  });
  const s3 = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  expect(
    explained(alice, ['kms:Decrypt', KEY], {
      resource: { kind: 'key-policy', name: 'key policy', document: keyPolicy },
      identity: [{ name: 'AmazonS3FullAccess', arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess', document: s3 }],
    }),
  ).toEqual([
    `DENIED: ${alice.arn} may not kms:Decrypt on ${KEY}`,
    '  because no identity-based policy of the caller allows kms:Decrypt',
    '  resource-based policy: allow',
    "    it names the account, which leaves the decision to the account's identity-based policies",
    '    key policy: allow',
    '      statement "Enable IAM User Permissions" (Allow) applies, names the caller\'s account',
    '  identity-based policies: no match  ← decides',
    "    none of the caller's policies allows it",
    '    AmazonS3FullAccess: no match',
    '      1 statement is about other actions',
    `  to allow it: give ${alice.arn} a policy that allows kms:Decrypt on ${KEY}`,
  ]);
});

// IAM User Guide, "Cross-account policy evaluation logic": who has no identity-based policies needs none.
test.for([
  ['anonymous', 'it allows the caller, who needs nothing else'],
  ['s3.amazonaws.com', 'it allows the caller, who needs nothing else'],
  [`arn:aws:iam::${B}:root`, "it allows the caller's account, whose root user needs nothing else"],
  [`arn:aws:iam::${B}:user/xena`, "it allows the caller; the caller's own account must allow it too"],
] as const)('a bucket policy that allows everyone, to %s: %s', ([name, note]) => {
  const caller = callers[name] ?? alice;
  const everybody = document({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: OBJECT });
  const identity = name.includes('user/') ? [] : undefined;
  const lines = explained(caller, ['s3:GetObject', OBJECT], {
    resource: { kind: 'bucket-policy', name: 'bucket policy', document: everybody },
    identity,
  });
  expect(lines).toContain('  resource-based policy: allow');
  expect(lines).toContain(`    ${note}`);
});

test('a put that a bucket policy denies because a header is missing', () => {
  const bucketPolicy = document({
    Sid: 'OnlyKms',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::b/*',
    Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
  });
  const all = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  expect(
    explained(alice, ['s3:PutObject', OBJECT], {
      resource: { kind: 'bucket-policy', name: 'bucket policy', document: bucketPolicy },
      identity: [{ name: 'inline policy all', document: all }],
    }),
  ).toEqual([
    `DENIED: ${alice.arn} may not s3:PutObject on ${OBJECT}`,
    '  because the bucket policy (statement "OnlyKms") denies s3:PutObject',
    '  resource-based policy: DENY  ← decides',
    '    an explicit Deny, which no Allow can override',
    '    bucket policy: DENY',
    '      statement "OnlyKms" (Deny) applies, names the caller',
    '        met: StringNotEquals s3:x-amz-server-side-encryption "aws:kms"; the key is absent from the request',
    '  identity-based policies: allow',
    '    inline policy all: allow',
    '      statement 1 (Allow) applies',
    "  AWS's policy simulator would say allowed: simulate-principal-policy does not evaluate bucket policies that are not passed to it",
    '  to allow it: remove or narrow statement "OnlyKms" of the bucket policy, since no Allow can override a Deny',
  ]);
});

test('a key policy that names somebody else', () => {
  const keyPolicy = document({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${A}:user/bob` },
    Action: 'kms:*',
    Resource: '*',
  });
  const all = document({ Effect: 'Allow', Action: 'kms:*', Resource: '*' });
  const lines = explained(alice, ['kms:Decrypt', KEY], {
    resource: { kind: 'key-policy', name: 'key policy', document: keyPolicy },
    identity: [{ name: 'inline policy all', document: all }],
  });
  expect(lines).toContain('      statement 1 (Allow) does not apply: it does not name the caller');
  expect(lines).toContain('    it does not allow this, and unless it does, identity-based policies do not count');
  expect(lines.at(-1)).toContain('allow kms:Decrypt in the key policy');
});

test('the limits of a session are shown next to the policies of its role', () => {
  const lines = explained(
    reader,
    ['s3:PutObject', OBJECT],
    {
      identity: [{ name: 'inline policy a', document: document({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) }],
      session: [{ name: 'session policy', document: document({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }) }],
    },
    { all: true },
  );
  expect(lines).toContain('  session policies: no match  ← decides');
  expect(lines).toContain('  permissions boundary: does not apply to this request');
  expect(lines.at(-1)).toContain('create the session with a policy that allows s3:PutObject');
});

test('a condition key that AWS does not have is pointed out', () => {
  const policy = document({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringEquals: { 's3:x-amz-server-side-encription': 'aws:kms' } },
  });
  expect(explained(alice, ['s3:PutObject', OBJECT], { identity: [{ name: 'p', document: policy }] })).toContain(
    '          AWS has no condition key s3:x-amz-server-side-encription for KMS, S3, IAM or STS',
  );
});

// IAM User Guide, "AWS JSON policy elements": NotPrincipal, NotAction and NotResource list what a statement spares.
test.for([
  [{ NotPrincipal: { AWS: alice.arn }, Action: '*', Resource: '*' }, 'does not apply: NotPrincipal exempts the caller'],
  [{ Principal: '*', NotAction: 'kms:Decrypt', Resource: '*' }, 'does not apply: NotAction exempts kms:Decrypt'],
  [{ Principal: '*', Action: '*', NotResource: KEY }, 'does not apply: NotResource exempts the resource'],
  [
    { NotPrincipal: { AWS: reader.arn }, Action: '*', Resource: '*' },
    'applies, NotPrincipal does not exempt the caller',
  ],
] as const)('a statement with exceptions, %j, %s', ([elements, text]) => {
  const keyPolicy = document({ Effect: 'Deny', ...elements });
  const lines = explained(
    alice,
    ['kms:Decrypt', KEY],
    { resource: { kind: 'key-policy', name: 'key policy', document: keyPolicy } },
    { all: true },
  );
  expect(lines).toContain(`      statement 1 (Deny) ${text}`);
});

test.for([
  ['Resource', 'does not apply: it does not cover the resource'],
  ['NotResource', 'applies'],
] as const)('a variable without a value in %s', ([element, outcome]) => {
  const policy = document({ Effect: 'Deny', Action: 's3:*', [element]: `arn:aws:s3:::b/\${aws:PrincipalTag/team}/*` });
  const lines = explained(alice, ['s3:GetObject', OBJECT], { identity: [{ name: 'p', document: policy }] });
  expect(lines).toContain(`      statement 1 (Deny) ${outcome}`);
  expect(lines).toContain(
    `        the variable \${aws:PrincipalTag/team} has no value in this request: its ARN in ${element} matches nothing`,
  );
});

const everything = document({ Effect: 'Allow', Action: '*', Resource: '*' });
const fullAccess = { name: 'FullAWSAccess', document: everything };

const root = { kind: 'root', id: 'r-ab12', name: 'Root' } as const;
const unit = { kind: 'unit', id: 'ou-ab12-cdefgh34', name: 'Payments' } as const;
const account = { kind: 'account', id: A, name: 'Billing' } as const;

test('service control policies, of which two levels are silent', () => {
  const computing = { name: 'OnlyEc2', document: document({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }) };
  const policies: Policies = {
    identity: [{ name: 'Everything', document: everything }],
    serviceControl: [
      { target: root, policies: [fullAccess] },
      { target: unit, policies: [computing] },
      { target: account, policies: [] },
    ],
  };
  expect(explained(alice, ['s3:GetObject', OBJECT], policies)).toEqual([
    `DENIED: ${alice.arn} may not s3:GetObject on ${OBJECT}`,
    `  because the unit Payments (ou-ab12-cdefgh34) and the account Billing (${A}) of the caller's organization have no service control policy that allows s3:GetObject`,
    '  service control policies: no match  ← decides',
    '    every level of the organization must allow it',
    '    the root r-ab12: allow',
    '      FullAWSAccess: allow',
    '        statement 1 (Allow) applies',
    '    the unit Payments (ou-ab12-cdefgh34): no match',
    '      OnlyEc2: no match',
    '        1 statement is about other actions',
    `    the account Billing (${A}): no policy is attached`,
    '  identity-based policies: allow',
    '    Everything: allow',
    '      statement 1 (Allow) applies',
    `  to allow it: attach a service control policy that allows s3:GetObject to the unit Payments (ou-ab12-cdefgh34) and the account Billing (${A})`,
  ]);
  const decision = evaluate(
    { caller: alice, action: 's3:GetObject', resource: OBJECT, owner: A, context: new RecordContext({}) },
    policies,
  );
  expect(decision.denial).toEqual({ gate: 'service-control-policy', explicit: false, levels: [unit, account] });
});

test('a service control policy that denies, below a level that is silent', () => {
  const policies: Policies = {
    identity: [{ name: 'Everything', document: everything }],
    serviceControl: [
      { target: root, policies: [] },
      {
        target: unit,
        policies: [
          fullAccess,
          { name: 'NoReads', document: document({ Effect: 'Deny', Action: 's3:Get*', Resource: '*' }) },
        ],
      },
    ],
  };
  const decision = evaluate(
    { caller: alice, action: 's3:GetObject', resource: OBJECT, owner: A, context: new RecordContext({}) },
    policies,
  );
  expect(decision.denial).toEqual({ gate: 'service-control-policy', explicit: true, levels: [unit] });
  expect(decision.because).toBe(
    'the NoReads (statement 1) at the unit Payments (ou-ab12-cdefgh34) denies s3:GetObject',
  );
  expect(explainLines(decision).at(-1)?.text).toBe(
    'to allow it: remove or narrow statement 1 of the NoReads at the unit Payments (ou-ab12-cdefgh34), since no Allow can override a Deny',
  );
});

// IAM User Guide, "Policy evaluation logic": a Deny anywhere ends it.
test('a Deny of any gate is told before the silence of another one', () => {
  const deny = document({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
  const denies = [{ name: 'deny', document: deny }];
  const silent = { serviceControl: [{ target: root, policies: [] }], identity: [] };
  const denying: readonly Policies[] = [
    { ...silent, identity: denies },
    { ...silent, boundary: { name: 'deny', document: deny } },
    { ...silent, session: denies },
  ];
  const gates = denying.map(
    (policies) =>
      evaluate(
        { caller: reader, action: 's3:GetObject', resource: OBJECT, owner: A, context: new RecordContext({}) },
        policies,
      ).denial,
  );
  expect(gates).toEqual([
    { gate: 'identity-policy', explicit: true },
    { gate: 'permissions-boundary', explicit: true },
    { gate: 'session-policy', explicit: true },
  ]);
});

// IAM User Guide, "AWS JSON policy elements: Principal": a policy means whoever had the name when it was put.
test.for([
  [{ Effect: 'Allow', Principal: { AWS: alice.arn } }, alice, alice.arn, alice.userId],
  [{ Effect: 'Allow', Principal: { AWS: reader.roleArn } }, reader, reader.roleArn, reader.roleId],
  [{ Effect: 'Deny', NotPrincipal: { AWS: [alice.arn, `arn:aws:iam::${A}:root`] } }, alice, alice.arn, alice.userId],
] as const)('%j, of which the caller is a namesake', ([element, caller, arn, id]) => {
  const statement = { ...element, Action: 's3:*', Resource: OBJECT };
  const text = (bound: string) =>
    explained(caller, ['s3:GetObject', OBJECT], {
      resource: {
        kind: 'bucket-policy',
        name: 'bucket policy',
        document: document(statement),
        principals: { [arn]: bound },
      },
    });
  const warning = `        ${arn} means FORMER here, who had this name when the policy was put, and not ${id}`;
  expect(text('FORMER')).toContain(warning);
  expect(text(id).join()).not.toContain('who had this name');
});

// IAM User Guide, "Permissions boundaries for IAM entities": they limit what is given to the role, not to the session.
test.for([
  [reader.roleArn, A, 'it does not allow this, and nothing beyond it is allowed'],
  [reader.arn, A, 'it does not allow this, but does not limit what the key policy gives the caller itself'],
  [reader.arn, B, 'it does not allow this, and nothing beyond it is allowed'],
] as const)('a silent boundary beside a key policy that names %s, of account %s', ([AWS, owner, note]) => {
  const given = document({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' });
  const computing = document({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' });
  const decision = evaluate(
    { caller: reader, action: 'kms:Decrypt', resource: KEY, owner, context: new RecordContext({}) },
    {
      resource: { kind: 'key-policy', name: 'key policy', document: given },
      identity: [],
      boundary: { name: 'Computing', document: computing },
    },
  );
  expect(decision.gates.find(({ gate }) => gate === 'permissions-boundary')?.note).toBe(note);
  expect(decision.allowed).toBe(note.includes('does not limit'));
});
