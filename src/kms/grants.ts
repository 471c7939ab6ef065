/** Listing, retiring and revoking grants; CreateGrant is in `create-grant.ts`: AWS KMS Developer Guide, "Managing grants". */

import { type AccountId, parseArn, rootArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import type { GrantListEntry } from '../api/model/kms.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access, ServiceRule } from '../policy/access.ts';
import { listOf } from '../policy/policy-document.ts';
import type { GrantPrincipal, GrantRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { auditMembers } from './audit-text.ts';
import { endDryRun } from './dry-run.ts';
import { constraintType, getGrant, indexName, permissionOf, removeGrant } from './grant.ts';
import { findPrincipal, principalText } from './grant-principal.ts';
import { readGrantToken } from './grant-token.ts';
import { arnOf } from './key.ts';
import { type FoundKey, findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { pageOf } from './paging.ts';
import { accountAccess, encryptionContextKeys, keyAccess, requireAccount } from './permissions.ts';

const pages = { defaultLimit: 50, maxLimit: 100 };

/** Lists the grants of a key: all of them, or those with one id or grantee. */
export const ListGrants = operation('kms', 'ListGrants', {
  resolve({ KeyId, GrantId }, call) {
    if (GrantId !== undefined) checkGrantId(GrantId);
    return findKey(KeyId, 'ListGrants', call);
  },
  authorize: (found, _input, call) => [keyAccess('ListGrants', found, call, { context: isForAwsResource(call) })],
  run({ key }, input, call) {
    requireState(key, 'ListGrants');
    const { tx } = call;
    const { GrantId, GranteePrincipal, GranteeServicePrincipal } = input;
    const place = [key.account, key.region, key.keyId] as const;
    if (GrantId !== undefined) {
      const grant = getGrant(tx, key, GrantId);
      const isWanted =
        GranteePrincipal === undefined || (grant && indexName(grant.grantee) === nameInIndex(GranteePrincipal, tx));
      return { Grants: grant && isWanted ? [entryOf(grant, tx)] : [], Truncated: false };
    }
    const grantee = GranteeServicePrincipal ?? GranteePrincipal;
    if (grantee === undefined) {
      const list = { list: `grants of ${arnOf(key)}`, ...pages };
      const { items, more } = pageOf(list, input, (range) => tx.kmsGrants.under(place, range));
      return { Grants: items.map(({ value }) => entryOf(value, tx)), ...more };
    }
    const list = { list: `grants of ${arnOf(key)} to ${grantee}`, ...pages };
    const prefix = [...place, nameInIndex(grantee, tx)] as const;
    const { items, more } = pageOf(list, input, (range) => tx.kmsGrantsByGrantee.under(prefix, range));
    return {
      Grants: entriesOf(
        items.map(({ key: row }) => getGrant(tx, key, row[5])),
        tx,
      ),
      ...more,
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'Marker', 'Limit', 'GrantId', 'GranteePrincipal'),
});

/** Lists the grants that a principal may retire, on all keys in the region of the call. */
export const ListRetirableGrants = operation('kms', 'ListRetirableGrants', {
  resolve({ RetiringPrincipal, RetiringServicePrincipal }) {
    if ((RetiringPrincipal === undefined) === (RetiringServicePrincipal === undefined)) {
      throw invalid('Specify either RetiringPrincipal or RetiringServicePrincipal.');
    }
    return { retirer: RetiringPrincipal ?? RetiringServicePrincipal ?? '' };
  },
  authorize: ({ retirer }, _input, call) => [
    {
      ...accountAccess('ListRetirableGrants', call),
      resource: retirer,
      owner: requireAccount(call, 'kms:ListRetirableGrants'),
    },
  ],
  run({ retirer }, input, { tx, region }) {
    const list = { list: `grants retirable by ${retirer} in ${region}`, ...pages };
    const prefix = [nameInIndex(retirer, tx), region] as const;
    const { items, more } = pageOf(list, input, (range) => tx.kmsGrantsByRetirer.under(prefix, range));
    const grants = items.map(({ key: [, , account, keyId, grantId] }) =>
      getGrant(tx, { account, region, keyId }, grantId),
    );
    return { Grants: entriesOf(grants, tx), ...more };
  },
  parameters: (input) => auditMembers(input, 'RetiringPrincipal', 'Limit', 'Marker'),
});

/** Deletes a grant for those who use it; the permission comes from the grant itself. */
export const RetireGrant = operation('kms', 'RetireGrant', {
  resolve({ GrantToken, KeyId, GrantId }, call) {
    if (GrantToken === undefined && (KeyId === undefined || GrantId === undefined)) {
      throw invalid('Grant token OR (grant ID, key ID) must be specified');
    }
    const { keyArn, grantId } =
      GrantToken === undefined ? { keyArn: KeyId ?? '', grantId: GrantId ?? '' } : readGrantToken(GrantToken, call);
    if (!parseArn(keyArn)) throw new AwsError('NotFoundException', `Invalid arn ${keyArn}`);
    return findGrant(findKey(keyArn, 'RetireGrant', call), grantId, call);
  },
  authorize: (target, _input, call) => [retirementAccess(target, call)],
  run({ key, grant }, input, call) {
    requireState(key, 'RetireGrant');
    call.note({ extra: { grantId: grant.grantId } });
    endDryRun(input);
    removeGrant(call.tx, grant);
  },
  parameters: () => null,
});

/** Deletes a grant for those who manage the key. */
export const RevokeGrant = operation('kms', 'RevokeGrant', {
  resolve: ({ KeyId, GrantId }, call) => findGrant(findKey(KeyId, 'RevokeGrant', call), GrantId, call),
  authorize: ({ grant: _, ...found }, _input, call) => [
    keyAccess('RevokeGrant', found, call, { context: isForAwsResource(call) }),
  ],
  run({ key, grant }, input, call) {
    requireState(key, 'RevokeGrant');
    endDryRun(input);
    removeGrant(call.tx, grant);
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'GrantId'),
});

/** True only for requests by a service on somebody's behalf: AWS KMS Developer Guide, kms:GrantIsForAWSResource. */
const isForAwsResource = (call: Call) => ({ 'kms:GrantIsForAWSResource': call.viaService !== undefined });

interface FoundGrant extends FoundKey {
  readonly grant: GrantRecord;
}

function findGrant(found: FoundKey, grantId: string, { tx }: Call): FoundGrant {
  checkGrantId(grantId);
  const grant = getGrant(tx, found.key, grantId);
  if (!grant) throw new AwsError('NotFoundException', `Grant ID ${grantId} not found`);
  return { ...found, grant };
}

function checkGrantId(grantId: string): void {
  if (!/^[0-9a-f]{64}$/.test(grantId))
    throw new AwsError(
      'InvalidGrantIdException',
      '',
      {},
      `a grant id has 64 hexadecimal digits, and "${grantId}" does not`,
    );
}

/**
 * A grant may be retired by its retiring principal, by its grantee if the grant allows that, and by the account that
 * created it. A key policy can forbid it but cannot allow it. AWS KMS Developer Guide, "Retiring and revoking grants".
 */
function retirementAccess({ key, grant }: FoundGrant, call: Call): Access {
  const { grantId, grantee, retiring, issuer, operations, constraints } = grant;
  const permission = (principal: GrantPrincipal) => permissionOf(grantId, principal, principalText(principal, call.tx));
  const access = keyAccess('RetireGrant', { key }, call, {
    context: {
      ...encryptionContextKeys({ ...constraints.subset, ...constraints.equals }),
      'kms:GrantConstraintType': constraintType(constraints),
    },
    // The grant itself alone counts, however many others the caller has.
    grants: [
      ...(retiring ? [permission(retiring)] : []),
      ...(operations.includes('RetireGrant') ? [permission(grantee)] : []),
    ],
  });
  return {
    ...access,
    resourcePolicy: {
      kind: 'key-policy',
      document: deniesOf(key.policy),
      principals: key.principals,
      rule: issuerRule(issuer),
    },
  };
}

/** A key policy whose Allows are about nothing; its statements keep their places. */
function deniesOf(policy: string): string {
  const document: unknown = JSON.parse(policy);
  if (!isRecord(document)) return policy;
  const Statement = listOf(document.Statement).map((statement) =>
    isRecord(statement) && statement.Effect === 'Deny' ? statement : { Effect: 'Allow', Principal: '*', Action: [] },
  );
  return JSON.stringify({ ...document, Statement });
}

/** The account that created a grant may retire it, as far as its policies let its users. */
const issuerRule = (issuer: AccountId): ServiceRule => ({
  name: 'right of the account that created the grant to retire it',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: rootArn(issuer) }, Action: 'kms:RetireGrant', Resource: '*' },
  }),
  ifSilent: {
    because:
      'a grant can be retired only by its retiring principal, by its grantee if it allows RetireGrant, and by the ' +
      'account that created it',
    wayOut: 'call as one of them, or have the grant revoked, which the key policy can allow',
  },
});

/** Grants keep the ids of users and roles; one that no longer exists can be named by its id. */
function nameInIndex(text: string, tx: Tx): string {
  const principal = findPrincipal(text, tx);
  return principal ? indexName(principal) : text;
}

const entriesOf = (grants: readonly (GrantRecord | undefined)[], tx: Tx): GrantListEntry[] =>
  grants.filter((grant) => grant !== undefined).map((grant) => entryOf(grant, tx));

function entryOf(grant: GrantRecord, tx: Tx): GrantListEntry {
  const { grantee, retiring, constraints } = grant;
  const { subset, equals, sourceArn } = constraints;
  return {
    KeyId: arnOf(grant),
    GrantId: grant.grantId,
    Name: grant.name,
    CreationDate: new Date(grant.createdMs),
    ...(grantee.kind === 'principal' && { GranteePrincipal: principalText(grantee, tx) }),
    ...(retiring?.kind === 'principal' && { RetiringPrincipal: principalText(retiring, tx) }),
    IssuingAccount: rootArn(grant.issuer),
    Operations: grant.operations,
    ...((subset || equals || sourceArn !== undefined) && {
      Constraints: {
        ...(subset && { EncryptionContextSubset: subset }),
        ...(equals && { EncryptionContextEquals: equals }),
        ...(sourceArn !== undefined && { SourceArn: sourceArn }),
      },
    }),
    ...(grantee.kind === 'service' && { GranteeServicePrincipal: grantee.name }),
    ...(retiring?.kind === 'service' && { RetiringServicePrincipal: retiring.name }),
  };
}

const invalid = (message: string) => new AwsError('ValidationException', message);
