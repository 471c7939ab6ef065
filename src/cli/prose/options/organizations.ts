/** What the options of AWS Organizations mean. AWS Organizations API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

export const organizationsOptions = {
  everywhere: {
    AccountId: 'the account of the organization, by its id',
    AccountName: 'the name of the new account',
    ChildId: 'the unit or the account, by its id',
    ChildType: 'whether to list accounts or units',
    Content: 'the policy document as JSON, with up to 5,120 characters',
    CreateAccountRequestId: 'the id of the request, as create-account returned it',
    Description: 'what the policy is for',
    DestinationParentId: 'the root or the unit that the account moves to, by its id',
    Email: "the e-mail address of the account's owner, which no other account may have",
    FeatureSet: 'what the organization can do; with CONSOLIDATED_BILLING it has no policies (default ALL)',
    Filter: 'the type of the policies to list',
    IamUserAccessToBilling: 'whether users may see bills, which has no effect here',
    Name: 'the name of the unit, which no other one in the same place may have',
    OrganizationalUnitId: 'the organizational unit, by its id',
    ParentId: 'the root or the unit, by its id',
    PolicyId: 'the policy, by its id, which begins with p-',
    PolicyType: 'the type of the policies that are meant',
    ResourceId: 'the root, unit, account or policy, by its id',
    RoleName:
      'the role by which the management account administers the account (default OrganizationAccountAccessRole)',
    RootId: 'the root of the organization, by its id',
    SourceParentId: 'the root or the unit that the account is in, by its id',
    States: 'list only requests in these states (default: all)',
    TagKeys: 'the keys of the tags to remove; keys that the resource does not have are ignored',
    Tags: 'the tags to set; a tag that the resource has gets the new value',
    TargetId: 'the root, unit or account, by its id',
    Type: 'the type of the new policy',
  },
  within: {
    CreatePolicy: { Name: 'the name of the policy, which no other one of its type may have' },
    UpdateOrganizationalUnit: { Name: 'the new name of the unit (default: as it is)' },
    UpdatePolicy: {
      Content: 'the new policy document as JSON, with up to 5,120 characters (default: as it is)',
      Description: 'the new description of the policy (default: as it is)',
      Name: 'the new name of the policy (default: as it is)',
    },
  },
} as const satisfies MeaningsOf<'organizations'>;
