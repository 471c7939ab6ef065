/** Versions of managed policies: IAM User Guide, "Versioning IAM policies". Decisions read the default version. */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { ManagedPolicyRecord } from '../store/records/iam.ts';
import { auditFields } from './audit-text.ts';
import { policyKey } from './caller-policies.ts';
import { pageOfNames } from './listing.ts';
import {
  acceptManagedDocument,
  type FoundPolicy,
  policyAccess,
  requireOwnPolicy,
  requirePolicy,
} from './managed-policies.ts';
import { iamQuotas } from './quota.ts';

const MAX_VERSIONS = iamQuotas.versionsPerPolicy;

interface Version {
  readonly id: string;
  readonly document: string;
  readonly createdMs: number;
  readonly isDefault: boolean;
}

export const CreatePolicyVersion = operation('iam', 'CreatePolicyVersion', {
  resolve: ({ PolicyArn }, call) => requireOwnPolicy(PolicyArn, call),
  authorize: (record, _input, call) => policyAccess('CreatePolicyVersion', { kind: 'customer', record }, call),
  run(record, { PolicyDocument, SetAsDefault = false }, call) {
    const { tx, now } = call;
    acceptManagedDocument(PolicyDocument, call);
    if (Object.keys(record.versions).length >= MAX_VERSIONS) {
      throw new AwsError(
        'LimitExceeded',
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
      );
    }
    const number = record.lastVersion + 1;
    const createdMs = now.getTime();
    const changed: ManagedPolicyRecord = {
      ...record,
      updatedMs: createdMs,
      lastVersion: number,
      versions: { ...record.versions, [number]: { document: PolicyDocument, createdMs } },
      defaultVersion: SetAsDefault ? `v${number}` : record.defaultVersion,
    };
    tx.managedPolicies.put(policyKey(record.arn), changed);
    const PolicyVersion = shownVersion({
      id: `v${number}`,
      document: PolicyDocument,
      createdMs,
      isDefault: SetAsDefault,
    });
    return { PolicyVersion: { ...PolicyVersion, Document: undefined } };
  },
  response: (output) => auditFields(output),
});

export const GetPolicyVersion = operation('iam', 'GetPolicyVersion', {
  resolve: ({ PolicyArn }, call) => requirePolicy(PolicyArn, call),
  authorize: (policy, _input, call) => policyAccess('GetPolicyVersion', policy, call),
  run: (policy, { VersionId }) => ({ PolicyVersion: shownVersion(requireVersion(policy, VersionId)) }),
});

/** The newest version first. */
export const ListPolicyVersions = operation('iam', 'ListPolicyVersions', {
  resolve: ({ PolicyArn }, call) => requirePolicy(PolicyArn, call),
  authorize: (policy, _input, call) => policyAccess('ListPolicyVersions', policy, call),
  run(policy, request) {
    const { items, ...more } = pageOfNames(
      request,
      versionsOf(policy).map(({ id }) => id),
    );
    const Versions = items.map((id) => ({ ...shownVersion(requireVersion(policy, id)), Document: undefined }));
    return { Versions, ...more };
  },
});

export const SetDefaultPolicyVersion = operation('iam', 'SetDefaultPolicyVersion', {
  resolve: ({ PolicyArn }, call) => requireOwnPolicy(PolicyArn, call),
  authorize: (record, _input, call) => policyAccess('SetDefaultPolicyVersion', { kind: 'customer', record }, call),
  run(record, { VersionId }, { tx, now }) {
    const { id } = requireVersion({ kind: 'customer', record }, VersionId);
    tx.managedPolicies.put(policyKey(record.arn), { ...record, updatedMs: now.getTime(), defaultVersion: id });
  },
});

export const DeletePolicyVersion = operation('iam', 'DeletePolicyVersion', {
  resolve: ({ PolicyArn }, call) => requireOwnPolicy(PolicyArn, call),
  authorize: (record, _input, call) => policyAccess('DeletePolicyVersion', { kind: 'customer', record }, call),
  run(record, { VersionId }, { tx, now }) {
    const { id, isDefault } = requireVersion({ kind: 'customer', record }, VersionId);
    if (isDefault) throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.');
    const { [id.slice(1)]: _deleted, ...versions } = record.versions;
    tx.managedPolicies.put(policyKey(record.arn), { ...record, updatedMs: now.getTime(), versions });
  },
});

/** The versions of a policy, the newest first. */
export function versionsOf(policy: FoundPolicy): Version[] {
  if (policy.kind === 'aws') {
    const { version, document, updatedMs } = policy.record;
    return [{ id: version, document, createdMs: updatedMs, isDefault: true }];
  }
  const { versions, defaultVersion } = policy.record;
  return Object.entries(versions)
    .map(([number, { document, createdMs }]) => ({
      id: `v${number}`,
      document,
      createdMs,
      isDefault: `v${number}` === defaultVersion,
    }))
    .sort((a, b) => Number(b.id.slice(1)) - Number(a.id.slice(1)));
}

function requireVersion(policy: FoundPolicy, id: string): Version {
  const version = versionsOf(policy).find((candidate) => candidate.id === id);
  if (!version) {
    throw new AwsError(
      'NoSuchEntity',
      `Policy ${policy.record.arn} version ${id} does not exist or is not attachable.`,
    );
  }
  return version;
}

/** A version in AWS's format. */
export const shownVersion = ({ id, document, createdMs, isDefault }: Version) => ({
  Document: document,
  VersionId: id,
  IsDefaultVersion: isDefault,
  CreateDate: new Date(createdMs),
});
