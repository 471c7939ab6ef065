/** CreateGrant: AWS KMS API Reference; AWS KMS Developer Guide, "Creating grants". */

import { AwsError } from '../api/errors.ts';
import type { CreateGrantRequest, GrantConstraints, GrantOperation } from '../api/model/kms.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { ConditionContext } from '../policy/access.ts';
import { resourceLimit } from '../quotas/settings.ts';
import type { Constraints, GrantPrincipal, GrantRecord, KeyRecord } from '../store/records/kms.ts';
import { isKeptName } from '../store/table.ts';
import { auditMembers } from './audit-text.ts';
import { endDryRun } from './dry-run.ts';
import { addGrant, constraintType, contains, equal, getGrant, indexName } from './grant.ts';
import { grantPrincipal } from './grant-principal.ts';
import { writeGrantToken } from './grant-token.ts';
import { arnOf } from './key.ts';
import { findKey } from './key-id.ts';
import { asymmetricFacts, isSymmetric } from './key-spec.ts';
import { requireState } from './key-state.ts';
import { keyAccess, requireAccount } from './permissions.ts';

/** AWS KMS API Reference, GrantConstraints. */
const MAX_PAIRS = 8;
const MAX_CONSTRAINT_CHARACTERS = 384;

/** Lets a principal use a key. Repeating a grant with the same name and contents does not create another. */
export const CreateGrant = operation('kms', 'CreateGrant', {
  resolve(input, call) {
    checkPrincipals(input);
    return { ...findKey(input.KeyId, 'CreateGrant', call), constraints: constraintsOf(input.Constraints) };
  },
  authorize: ({ constraints, ...found }, input, call) => [
    keyAccess('CreateGrant', found, call, {
      context: grantContext(input, constraints, call),
      encryptionContext: { ...constraints.subset, ...constraints.equals },
      grantTokens: input.GrantTokens,
      grantFits: (parent) => isChild(input.Operations, constraints, parent),
    }),
  ],
  run({ key, constraints }, input, call) {
    requireState(key, 'CreateGrant');
    checkOperations(key, input.Operations);
    checkConstraints(key, input.Operations, constraints);
    const grant = newGrant(key, input, constraints, call);
    const known = sameGrant(key, grant, call);
    if (!known) requireRoom(key, call);
    endDryRun(input);
    if (!known) addGrant(call.tx, key, grant);
    const { grantId } = known ?? grant;
    return { GrantToken: writeGrantToken({ keyArn: arnOf(key), grantId }, call), GrantId: grantId };
  },
  parameters: (input) =>
    auditMembers(
      input,
      'KeyId',
      'GranteePrincipal',
      'GranteeServicePrincipal',
      'RetiringPrincipal',
      'RetiringServicePrincipal',
      'Operations',
      'Constraints',
      'Name',
    ),
  response: ({ GrantId }, { key }) => ({ grantId: GrantId, keyId: arnOf(key) }),
});

function requireRoom(key: KeyRecord, { tx }: Call): void {
  const limit = resourceLimit('kms', 'grants-per-key', key, tx);
  if (key.grantCount < limit) return;
  throw new AwsError('LimitExceededException', `A KMS key can have no more than ${limit} grants`);
}

function checkPrincipals(input: CreateGrantRequest): void {
  const { GranteePrincipal, GranteeServicePrincipal, RetiringPrincipal, RetiringServicePrincipal } = input;
  if ((GranteePrincipal === undefined) === (GranteeServicePrincipal === undefined)) {
    throw invalid('Specify either GranteePrincipal or GranteeServicePrincipal.');
  }
  if (RetiringPrincipal !== undefined && RetiringServicePrincipal !== undefined) {
    throw invalid('Specify either RetiringPrincipal or RetiringServicePrincipal, not both.');
  }
  if (GranteeServicePrincipal === undefined) return;
  const hasRetiring = RetiringPrincipal !== undefined || RetiringServicePrincipal !== undefined;
  if (input.Constraints?.SourceArn === undefined || !hasRetiring) {
    throw invalid('GranteeServicePrincipal needs a SourceArn constraint and a retiring principal.');
  }
}

function constraintsOf({
  EncryptionContextSubset: subset,
  EncryptionContextEquals: equals,
  SourceArn: sourceArn,
}: GrantConstraints = {}): Constraints {
  return {
    ...(subset && { subset }),
    ...(equals && { equals }),
    ...(sourceArn !== undefined && { sourceArn }),
  };
}

function grantContext(
  input: CreateGrantRequest,
  { subset, equals, sourceArn }: Constraints,
  call: Call,
): ConditionContext {
  return {
    'kms:GrantIsForAWSResource': call.viaService !== undefined,
    'kms:GrantOperations': input.Operations,
    'kms:GranteePrincipal': input.GranteePrincipal,
    'kms:GranteeServicePrincipal': input.GranteeServicePrincipal,
    'kms:RetiringPrincipal': input.RetiringPrincipal,
    'kms:RetiringServicePrincipal': input.RetiringServicePrincipal,
    'kms:GrantConstraintType': constraintType({ subset, equals }),
    'kms:GrantConstraintSourceArn': sourceArn,
  };
}

/**
 * Whether a principal whom a grant lets create grants may create this one: no further operations, no fewer constraints.
 * AWS KMS Developer Guide, "Granting CreateGrant permission".
 */
function isChild(operations: readonly GrantOperation[], child: Constraints, parent: GrantRecord): boolean {
  const { subset, equals, sourceArn } = parent.constraints;
  const isWithin = (pairs: NonNullable<Constraints['subset']>) =>
    (child.subset !== undefined && contains(child.subset, pairs)) ||
    (child.equals !== undefined && contains(child.equals, pairs));
  return (
    operations.every((name) => parent.operations.includes(name)) &&
    (subset === undefined || isWithin(subset)) &&
    (equals === undefined || (child.equals !== undefined && equal(child.equals, equals))) &&
    (sourceArn === undefined || child.sourceArn === sourceArn)
  );
}

const withContext: readonly GrantOperation[] = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/** AWS KMS Developer Guide, "Grant operations". */
function operationsFor(key: KeyRecord): readonly GrantOperation[] {
  const always = ['CreateGrant', 'DescribeKey', 'RetireGrant'] as const;
  if (isSymmetric(key.spec)) return [...withContext, ...always];
  switch (key.usage) {
    case 'ENCRYPT_DECRYPT':
      return ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GetPublicKey', ...always];
    case 'SIGN_VERIFY':
      return ['Sign', 'Verify', 'GetPublicKey', ...always];
    case 'KEY_AGREEMENT':
      return ['DeriveSharedSecret', 'GetPublicKey', ...always];
    case 'GENERATE_VERIFY_MAC':
      return ['GenerateMac', 'VerifyMac', ...always];
  }
}

function checkOperations(key: KeyRecord, operations: readonly GrantOperation[]): void {
  if (operations.length === 0) {
    throw invalid(
      "1 validation error detected: Value '[]' at 'operations' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    );
  }
  const valid = operationsFor(key);
  if (operations.every((name) => valid.includes(name))) return;
  const kind = asymmetricFacts(key.spec) ? 'an asymmetric' : 'a symmetric';
  throw invalid(
    `Operations [${operations.join(', ')}] are not supported when creating a grant for ${kind} KMS key ` +
      `with key usage ${key.usage}. Valid operations are [${valid.join(', ')}]`,
  );
}

function checkConstraints(
  key: KeyRecord,
  operations: readonly GrantOperation[],
  { subset, equals }: Constraints,
): void {
  if (!subset && !equals) return;
  if (!isSymmetric(key.spec)) {
    throw invalid('EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.');
  }
  if (!operations.some((name) => withContext.includes(name))) {
    throw invalid('EncryptionContext constraints need an operation that takes an encryption context.');
  }
  for (const pairs of [subset, equals]) {
    const entries = Object.entries(pairs ?? {});
    const unkept = entries.find(([name]) => !isKeptName(name));
    // The store would return such a pair under another name.
    if (unkept) throw invalid(`No pair of an encryption context constraint may be named ${unkept[0]}.`);
    const characters = entries.flat().join('').length;
    if (entries.length > MAX_PAIRS || characters > MAX_CONSTRAINT_CHARACTERS) {
      throw invalid(
        `An encryption context constraint can have no more than ${MAX_PAIRS} pairs ` +
          `and ${MAX_CONSTRAINT_CHARACTERS} characters.`,
      );
    }
  }
}

function newGrant(key: KeyRecord, input: CreateGrantRequest, constraints: Constraints, call: Call): GrantRecord {
  const { GranteePrincipal, GranteeServicePrincipal = '', RetiringPrincipal, RetiringServicePrincipal } = input;
  const named = (arn: string | undefined, service: string | undefined): GrantPrincipal | undefined =>
    arn !== undefined
      ? grantPrincipal(arn, call.tx)
      : service === undefined
        ? undefined
        : { kind: 'service', name: service };
  const retiring = named(RetiringPrincipal, RetiringServicePrincipal);
  return {
    v: 1,
    grantId: Buffer.from(call.random(32)).toString('hex'),
    account: key.account,
    region: key.region,
    keyId: key.keyId,
    name: input.Name ?? '',
    createdMs: call.now.getTime(),
    grantee: named(GranteePrincipal, undefined) ?? { kind: 'service', name: GranteeServicePrincipal },
    ...(retiring && { retiring }),
    issuer: requireAccount(call, 'kms:CreateGrant'),
    operations: [...new Set(input.Operations)],
    constraints,
  };
}

/** An existing grant with this name and equal contents; a grant without a name is always new. */
function sameGrant(key: KeyRecord, wanted: GrantRecord, { tx }: Call): GrantRecord | undefined {
  if (wanted.name === '') return undefined;
  const prefix = [key.account, key.region, key.keyId, indexName(wanted.grantee), wanted.name] as const;
  for (const { key: row } of tx.kmsGrantsByGrantee.under(prefix)) {
    const grant = getGrant(tx, key, row[5]);
    if (grant && isSame(grant, wanted)) return grant;
  }
  return undefined;
}

function isSame(a: GrantRecord, b: GrantRecord): boolean {
  const retirer = ({ retiring }: GrantRecord) => retiring && indexName(retiring);
  const sorted = ({ operations }: GrantRecord) => [...operations].sort().join();
  const exactly = (one: Constraints['subset'], other: Constraints['subset']) =>
    one === other || (one !== undefined && other !== undefined && equal(one, other));
  return (
    retirer(a) === retirer(b) &&
    a.issuer === b.issuer &&
    sorted(a) === sorted(b) &&
    a.constraints.sourceArn === b.constraints.sourceArn &&
    exactly(a.constraints.subset, b.constraints.subset) &&
    exactly(a.constraints.equals, b.constraints.equals)
  );
}

const invalid = (message: string) => new AwsError('ValidationException', message);
