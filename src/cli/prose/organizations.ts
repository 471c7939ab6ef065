/** What help and manual say of the operations of AWS Organizations. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

/** Every example begins with an organization: the sample store has none. */
const first = 'ssebox organizations create-organization && ssebox organizations';
const root = "$(ssebox organizations list-roots --query 'Roots[0].Id' --output text)";
const management = "$(ssebox organizations describe-organization --query 'Organization.MasterAccountId' --output text)";
const content = `'{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}'`;
const policy = `create-policy --type SERVICE_CONTROL_POLICY --name keep-keys --description 'Keys stay' --content ${content}`;
const ownPolicy =
  "$(ssebox organizations list-policies --filter SERVICE_CONTROL_POLICY --query 'Policies[?Name==`keep-keys`].Id' --output text)";
const unit = `create-organizational-unit --parent-id ${root} --name prod`;
const ownUnit = `$(ssebox organizations list-organizational-units-for-parent --parent-id ${root} --query 'OrganizationalUnits[0].Id' --output text)`;
const account = 'create-account --account-name logs --email logs@example.com';
const ownAccount = "$(ssebox organizations list-accounts --query 'Accounts[?Name==`logs`].Id' --output text)";
const then = '&& ssebox organizations';

export const organizationsProse = {
  AttachPolicy: {
    summary: 'Attach a policy to the root, a unit or an account',
    description: `It applies at once to every account below. Each root, unit and account can have up to 5 policies of a
type. The management account is never limited by a policy.`,
    examples: [
      `${first} ${policy} ${then} attach-policy --policy-id ${ownPolicy} --target-id ${root}`,
      `${first} ${policy} ${then} attach-policy --policy-id ${ownPolicy} --target-id ${management}`,
    ],
  },
  CloseAccount: {
    summary: 'Close an account of the organization',
    description: `The account stays in the organization and in the store.`,
    examples: [
      `${first} ${account} ${then} close-account --account-id ${ownAccount}`,
      `${first} ${account} ${then} close-account --account-id ${ownAccount} ${then} list-accounts --query 'Accounts[].[Name,State]'`,
    ],
  },
  CreateAccount: {
    summary: 'Create an account in the organization',
    description: `The account is created at once, with an id that AWS could have chosen: the status that is answered is
final. It has a user/admin, as every account of ssebox, and the role OrganizationAccountAccessRole, which principals of
the management account can assume.`,
    examples: [`${first} ${account}`, `${first} ${account} ${then} describe-account --account-id ${ownAccount}`],
  },
  CreateOrganization: {
    summary: "Create an organization, with the caller's account as its management account",
    description: `Service control policies are enabled from the start, and FullAWSAccess is attached to the root and to
every account.`,
    examples: [
      'ssebox organizations create-organization',
      `ssebox organizations create-organization --feature-set ALL ${then} list-roots`,
    ],
  },
  CreateOrganizationalUnit: {
    summary: 'Create a unit in the root or in another unit',
    examples: [
      `${first} ${unit}`,
      `${first} ${unit} ${then} create-organizational-unit --parent-id ${ownUnit} --name eu`,
    ],
  },
  CreatePolicy: {
    summary: 'Create a service control policy or a resource control policy',
    description: `It limits nothing until it is attached. Service control policies limit the users and roles of accounts,
resource control policies limit who can use the resources of accounts; neither allows anything by itself. Policies of
other types are not part of ssebox.`,
    examples: [
      `${first} ${policy}`,
      `${first} create-policy --type RESOURCE_CONTROL_POLICY --name own-only --description 'No strangers' --content '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}'`,
    ],
  },
  DeleteOrganization: {
    summary: 'Delete the organization, with its units and policies',
    description: `Every account but the management account has to be removed before.`,
    examples: [`${first} delete-organization`, `${first} ${unit} ${then} delete-organization`],
  },
  DeleteOrganizationalUnit: {
    summary: 'Delete a unit that is empty',
    examples: [
      `${first} ${unit} ${then} delete-organizational-unit --organizational-unit-id ${ownUnit}`,
      `${first} ${unit} ${then} delete-organizational-unit --organizational-unit-id ${ownUnit} ${then} list-organizational-units-for-parent --parent-id ${root}`,
    ],
  },
  DeletePolicy: {
    summary: 'Delete a policy that is attached to nothing',
    examples: [
      `${first} ${policy} ${then} delete-policy --policy-id ${ownPolicy}`,
      `${first} ${policy} ${then} delete-policy --policy-id ${ownPolicy} ${then} list-policies --filter SERVICE_CONTROL_POLICY`,
    ],
  },
  DescribeAccount: {
    summary: 'Show an account of the organization',
    examples: [
      `${first} describe-account --account-id ${management}`,
      `${first} ${account} ${then} describe-account --account-id ${ownAccount} --query Account.Paths`,
    ],
  },
  DescribeCreateAccountStatus: {
    summary: 'Show what became of a request to create an account',
    examples: [
      `${first} ${account} ${then} describe-create-account-status --create-account-request-id $(ssebox organizations list-create-account-status --query 'CreateAccountStatuses[0].Id' --output text)`,
      `${first} ${account} ${then} describe-create-account-status --create-account-request-id $(ssebox organizations list-create-account-status --query 'CreateAccountStatuses[0].Id' --output text) --query CreateAccountStatus.State`,
    ],
  },
  DescribeEffectivePolicy: {
    summary: 'Show what the policies of a type that merges them amount to',
    unavailable: true,
  },
  DescribeOrganization: {
    summary: "Show the organization of the caller's account",
    examples: [
      `${first} describe-organization`,
      `${first} describe-organization --query Organization.Id --output text`,
    ],
  },
  DescribeOrganizationalUnit: {
    summary: 'Show a unit',
    examples: [
      `${first} ${unit} ${then} describe-organizational-unit --organizational-unit-id ${ownUnit}`,
      `${first} ${unit} ${then} describe-organizational-unit --organizational-unit-id ${ownUnit} --query OrganizationalUnit.Path`,
    ],
  },
  DescribePolicy: {
    summary: 'Show a policy with its document',
    examples: [
      `${first} describe-policy --policy-id p-FullAWSAccess`,
      `${first} describe-policy --policy-id p-FullAWSAccess --query Policy.Content --output text`,
    ],
  },
  DetachPolicy: {
    summary: 'Detach a policy from the root, a unit or an account',
    description: `The last service control policy of a root, unit or account stays, and RCPFullAWSAccess stays always.`,
    examples: [
      `${first} ${policy} ${then} attach-policy --policy-id ${ownPolicy} --target-id ${root} ${then} detach-policy --policy-id ${ownPolicy} --target-id ${root}`,
      `${first} ${policy} ${then} attach-policy --policy-id ${ownPolicy} --target-id ${root} ${then} detach-policy --policy-id p-FullAWSAccess --target-id ${root}`,
    ],
  },
  DisablePolicyType: {
    summary: 'Detach all policies of a type, and let none be attached',
    examples: [
      `${first} disable-policy-type --root-id ${root} --policy-type SERVICE_CONTROL_POLICY`,
      `${first} disable-policy-type --root-id ${root} --policy-type SERVICE_CONTROL_POLICY ${then} list-roots`,
    ],
  },
  EnablePolicyType: {
    summary: 'Let policies of a type be attached',
    description: `AWS's own policy of the type, which limits nothing, is attached to the root, every unit and every account.`,
    examples: [
      `${first} enable-policy-type --root-id ${root} --policy-type RESOURCE_CONTROL_POLICY`,
      `${first} enable-policy-type --root-id ${root} --policy-type RESOURCE_CONTROL_POLICY ${then} list-targets-for-policy --policy-id p-RCPFullAWSAccess`,
    ],
  },
  ListAccounts: {
    summary: 'List the accounts of the organization',
    examples: [
      `${first} list-accounts`,
      `${first} ${account} ${then} list-accounts --query 'Accounts[].[Id,Name,State]' --output table`,
    ],
  },
  ListAccountsForParent: {
    summary: 'List the accounts directly in the root or in a unit',
    examples: [
      `${first} list-accounts-for-parent --parent-id ${root}`,
      `${first} ${unit} ${then} list-accounts-for-parent --parent-id ${ownUnit}`,
    ],
  },
  ListChildren: {
    summary: 'List the units or the accounts directly in the root or in a unit, by id',
    examples: [
      `${first} list-children --parent-id ${root} --child-type ACCOUNT`,
      `${first} ${unit} ${then} list-children --parent-id ${root} --child-type ORGANIZATIONAL_UNIT`,
    ],
  },
  ListCreateAccountStatus: {
    summary: 'List the requests to create accounts',
    examples: [
      `${first} ${account} ${then} list-create-account-status`,
      `${first} ${account} ${then} list-create-account-status --states FAILED`,
    ],
  },
  ListOrganizationalUnitsForParent: {
    summary: 'List the units directly in the root or in a unit',
    examples: [
      `${first} ${unit} ${then} list-organizational-units-for-parent --parent-id ${root}`,
      `${first} ${unit} ${then} list-organizational-units-for-parent --parent-id ${ownUnit}`,
    ],
  },
  ListParents: {
    summary: 'Show what a unit or an account is in',
    examples: [
      `${first} list-parents --child-id ${management}`,
      `${first} ${unit} ${then} list-parents --child-id ${ownUnit}`,
    ],
  },
  ListPolicies: {
    summary: 'List the policies of a type',
    examples: [
      `${first} list-policies --filter SERVICE_CONTROL_POLICY`,
      `${first} list-policies --filter RESOURCE_CONTROL_POLICY --query 'Policies[].Name'`,
    ],
  },
  ListPoliciesForTarget: {
    summary: 'List the policies attached to the root, a unit or an account',
    description: `Those that it inherits from above are not listed.`,
    examples: [
      `${first} list-policies-for-target --target-id ${root} --filter SERVICE_CONTROL_POLICY`,
      `${first} list-policies-for-target --target-id ${management} --filter SERVICE_CONTROL_POLICY`,
    ],
  },
  ListRoots: {
    summary: 'Show the root of the organization, with the types of policies that are enabled',
    examples: [`${first} list-roots`, `${first} list-roots --query 'Roots[].Id' --output text`],
  },
  ListTagsForResource: {
    summary: 'List the tags of the root, a unit, an account or a policy',
    examples: [
      `${first} list-tags-for-resource --resource-id ${root}`,
      `${first} tag-resource --resource-id ${root} --tags Key=team,Value=storage ${then} list-tags-for-resource --resource-id ${root}`,
    ],
  },
  ListTargetsForPolicy: {
    summary: 'List what a policy is attached to',
    examples: [
      `${first} list-targets-for-policy --policy-id p-FullAWSAccess`,
      `${first} ${policy} ${then} list-targets-for-policy --policy-id ${ownPolicy}`,
    ],
  },
  MoveAccount: {
    summary: 'Move an account to another unit or to the root',
    description: `From then on it inherits the policies of its new place.`,
    examples: [
      `${first} ${account} ${then} ${unit} ${then} move-account --account-id ${ownAccount} --source-parent-id ${root} --destination-parent-id ${ownUnit}`,
      `${first} ${unit} ${then} move-account --account-id ${management} --source-parent-id ${root} --destination-parent-id ${ownUnit}`,
    ],
  },
  RemoveAccountFromOrganization: {
    summary: 'Remove an account from the organization',
    description: `The account stays in the store, and no policy of the organization limits it any more. An account that was
created in the organization has to stay for four days.`,
    examples: [
      `${first} ${account} && ssebox clock advance 4d ${then} remove-account-from-organization --account-id ${ownAccount}`,
      `${first} ${account} && ssebox clock advance 4d ${then} remove-account-from-organization --account-id ${ownAccount} ${then} list-accounts`,
    ],
  },
  TagResource: {
    summary: 'Tag the root, a unit, an account or a policy',
    examples: [
      `${first} tag-resource --resource-id ${root} --tags Key=team,Value=storage`,
      `${first} ${unit} ${then} tag-resource --resource-id ${ownUnit} --tags Key=team,Value=storage Key=stage,Value=prod`,
    ],
  },
  UntagResource: {
    summary: 'Remove tags from the root, a unit, an account or a policy',
    examples: [
      `${first} tag-resource --resource-id ${root} --tags Key=team,Value=storage ${then} untag-resource --resource-id ${root} --tag-keys team`,
      `${first} untag-resource --resource-id ${root} --tag-keys no-such-tag`,
    ],
  },
  UpdateOrganizationalUnit: {
    summary: 'Rename a unit',
    examples: [
      `${first} ${unit} ${then} update-organizational-unit --organizational-unit-id ${ownUnit} --name production`,
      `${first} ${unit} ${then} update-organizational-unit --organizational-unit-id ${ownUnit} --name production --query OrganizationalUnit.Name`,
    ],
  },
  UpdatePolicy: {
    summary: 'Change the name, the description or the document of a policy',
    description: `A new document applies at once wherever the policy is attached.`,
    examples: [
      `${first} ${policy} ${then} update-policy --policy-id ${ownPolicy} --name no-deletion`,
      `${first} ${policy} ${then} update-policy --policy-id ${ownPolicy} --content '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["kms:ScheduleKeyDeletion","kms:DisableKey"],"Resource":"*"}]}'`,
    ],
  },
} as const satisfies Readonly<Record<OperationName<'organizations'>, OperationProse>>;
