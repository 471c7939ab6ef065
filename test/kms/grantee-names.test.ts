/** The index of grants against the evaluator: whoever it lets in by a grant must be found under that grantee's name. */

import { expect, test } from 'vitest';
import { permissionOf } from '../../src/kms/grant.ts';
import { namesOf } from '../../src/kms/grant-principal.ts';
import { grantReach } from '../../src/policy/gates.ts';
import { strength } from '../../src/policy/principal-pattern.ts';
import type { GrantPrincipal } from '../../src/store/records/kms.ts';
import { A, alice, B, bob, callers, reader } from '../policy/callers.ts';

const principal = (arn: string, id?: string): GrantPrincipal => ({ kind: 'principal', arn, ...(id && { id }) });
const grantees: readonly (readonly [name: string, grantee: GrantPrincipal, arn: string])[] = [
  [alice.userId, principal(alice.arn, alice.userId), alice.arn],
  [bob.userId, principal(bob.arn, bob.userId), bob.arn],
  // One that had alice's name before.
  ['AIDAFORMERFORMERFORM1', principal(alice.arn, 'AIDAFORMERFORMERFORM1'), 'AIDAFORMERFORMERFORM1'],
  [reader.roleId, principal(reader.roleArn, reader.roleId), reader.roleArn],
  ...[reader.arn, `arn:aws:sts::${A}:assumed-role/Reader/s2`, `arn:aws:sts::${A}:federated-user/alice`].map(
    (arn) => [arn, principal(arn), arn] as const,
  ),
  ...[A, B].map((account) => {
    const root = `arn:aws:iam::${account}:root`;
    return [root, principal(root), root] as const;
  }),
  ['s3.amazonaws.com', { kind: 'service', name: 's3.amazonaws.com' }, 's3.amazonaws.com'],
];

const reachOf = (name: string, caller: Parameters<typeof namesOf>[0]) => {
  const [, grantee, arn] = grantees.find(([indexed]) => indexed === name) ?? [];
  return grantee && arn !== undefined ? grantReach([permissionOf('g', grantee, arn)], caller).reach : undefined;
};

// AWS KMS Developer Guide, "Creating grants", GranteePrincipal.
test.for(Object.entries(callers))('%s is found under every name by which a grant lets it in', ([, caller]) => {
  const names = namesOf(caller).map(({ name }) => name);
  const reached = grantees.filter(([name]) => reachOf(name, caller) !== strength.none).map(([name]) => name);
  expect(names.filter((name) => grantees.some(([indexed]) => indexed === name)).sort()).toEqual(reached.sort());
  for (const { name, arn } of namesOf(caller)) {
    const known = grantees.find(([indexed]) => indexed === name);
    if (known) expect(arn).toBe(known[2]);
  }
});

test.for(Object.entries(callers))('%s is first looked for where a grant lets it in the furthest', ([, caller]) => {
  const reaches = namesOf(caller).flatMap(({ name }) => reachOf(name, caller) ?? []);
  expect(reaches).toEqual([...reaches].sort((a, b) => b - a));
});
