/** The types of policies that are built here: those that decide. */

import { AwsError } from '../api/errors.ts';
import type { ControlPolicyType, OrganizationRecord } from '../store/records/organizations.ts';

const types: readonly ControlPolicyType[] = ['RESOURCE_CONTROL_POLICY', 'SERVICE_CONTROL_POLICY'];

export const isControlPolicyType = (type: string): type is ControlPolicyType => types.some((each) => each === type);

/** @throws NotImplemented for the types of policies that do not decide */
export function controlPolicyType(type: string): ControlPolicyType {
  if (isControlPolicyType(type)) return type;
  throw new AwsError('NotImplemented', `Policies of the type ${type} are not part of ssebox.`);
}

export const policyTypeNotAvailable = ({ featureSet }: OrganizationRecord) =>
  new AwsError(
    'PolicyTypeNotAvailableForOrganizationException',
    "You can't use the specified policy type with the feature set currently enabled for this organization.",
    {},
    `policies need an organization with the feature set ALL, and this one's is ${featureSet}`,
  );

export const policyTypeNotEnabled = (type: ControlPolicyType, { root }: OrganizationRecord) =>
  new AwsError(
    'PolicyTypeNotEnabledException',
    'This operation can be performed only for enabled policy types.',
    {},
    `policies of the type ${type} are not enabled: organizations enable-policy-type --root-id ${root} --policy-type ${type}`,
  );
