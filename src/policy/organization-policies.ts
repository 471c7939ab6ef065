/** The policies that AWS manages in every organization: AWS Organizations User Guide, "SCP syntax", "RCP syntax". */

export interface AwsOrganizationPolicy {
  readonly id: string;
  readonly type: 'RESOURCE_CONTROL_POLICY' | 'SERVICE_CONTROL_POLICY';
  readonly arn: string;
  readonly name: string;
  readonly description: string;
  readonly document: string;
}

const everything = (statement: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...statement, Action: '*', Resource: '*' }],
  });

/** One of each type: attached to every root, unit and account while its type is enabled. */
export const awsOrganizationPolicies: readonly AwsOrganizationPolicy[] = [
  {
    id: 'p-FullAWSAccess',
    type: 'SERVICE_CONTROL_POLICY',
    arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    document: everything({}),
  },
  {
    id: 'p-RCPFullAWSAccess',
    type: 'RESOURCE_CONTROL_POLICY',
    arn: 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess',
    name: 'RCPFullAWSAccess',
    description: 'Allows access to every resource',
    document: everything({ Principal: '*' }),
  },
];

/** The policy of an id that AWS manages. */
export const awsOrganizationPolicy = (id: string): AwsOrganizationPolicy | undefined =>
  awsOrganizationPolicies.find((policy) => policy.id === id);

/** The policy of AWS's that every target has from the start. */
export function firstPolicyOf(type: AwsOrganizationPolicy['type']): AwsOrganizationPolicy {
  const policy = awsOrganizationPolicies.find((each) => each.type === type);
  if (!policy) throw new Error(`AWS manages no policy of the type ${type}`);
  return policy;
}
