/** Organizational units: AWS Organizations User Guide, "Managing organizational units (OUs)". */

import { AwsError } from '../api/errors.ts';
import type { OrganizationalUnit } from '../api/model/organizations.types.ts';
import { randomName, SMALL_LETTERS_AND_DIGITS } from '../api/random-name.ts';
import { operation } from '../call/operation.ts';
import { auditFields } from '../iam/audit-text.ts';
import type { OrganizationRecord, UnitRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { attachFirst, detachFrom } from './attached.ts';

import { organizationsAccess, requireManagement, resourceTags } from './organization.ts';
import { pageOf } from './page.ts';
import { constraintViolation } from './refusal.ts';
import { tagContext, withTags } from './tag-rules.ts';
import { asUnit, type Parent, parentsDownTo, pathOf, requireParent, requireUnit, type Unit } from './target.ts';

/** Units within units, below the root: AWS Organizations User Guide, "Quotas for AWS Organizations". */
const MOST_LEVELS = 5;

export const CreateOrganizationalUnit = operation('organizations', 'CreateOrganizationalUnit', {
  resolve({ ParentId }, call) {
    const organization = requireManagement(call);
    return { organization, parent: requireParent(ParentId, organization, call.tx) };
  },
  authorize: ({ parent }, { Tags = [] }, call) => {
    const context = { ...resourceTags(parent.tags), ...tagContext(Tags) };
    const access = (name: string) => organizationsAccess(name, call, parent.arn, context);
    return [access('CreateOrganizationalUnit'), ...(Tags.length > 0 ? [access('TagResource')] : [])];
  },
  run({ organization, parent }, { Name, Tags = [] }, { tx, random }) {
    requireFreeName(Name, parent.id, organization, tx);
    // The root is the first of them.
    if (parentsDownTo(parent.id, organization, tx).length > MOST_LEVELS) {
      throw constraintViolation(
        'OU_DEPTH_LIMIT_EXCEEDED',
        'You attempted to create an OU tree that is too many levels deep.',
        `units can be ${MOST_LEVELS} levels deep below the root, and ${parent.id} is on the last one`,
      );
    }
    const unit: UnitRecord = {
      v: 1,
      organization: organization.id,
      id: `ou-${organization.root.slice('r-'.length)}-${randomName(8, random, SMALL_LETTERS_AND_DIGITS)}`,
      name: Name,
      parent: parent.id,
      tags: withTags({}, Tags),
    };
    putUnit(unit, tx);
    tx.organizationChildren.put([organization.id, parent.id, 'ORGANIZATIONAL_UNIT', unit.id], true);
    attachFirst(unit.id, organization, tx);
    return { OrganizationalUnit: shownUnit(asUnit(unit, organization), organization, tx) };
  },
  response: (output) => auditFields(output),
});

export const UpdateOrganizationalUnit = operation('organizations', 'UpdateOrganizationalUnit', {
  resolve: ({ OrganizationalUnitId }, call) => resolveUnit(OrganizationalUnitId, call),
  authorize: ({ unit }, _input, call) => [
    organizationsAccess('UpdateOrganizationalUnit', call, unit.arn, resourceTags(unit.tags)),
  ],
  run({ organization, unit }, { Name = unit.name }, { tx }) {
    if (Name !== unit.name) requireFreeName(Name, unit.record.parent, organization, tx);
    const changed = { ...unit.record, name: Name };
    putUnit(changed, tx);
    return { OrganizationalUnit: shownUnit(asUnit(changed, organization), organization, tx) };
  },
  response: (output) => auditFields(output),
});

export const DeleteOrganizationalUnit = operation('organizations', 'DeleteOrganizationalUnit', {
  resolve: ({ OrganizationalUnitId }, call) => resolveUnit(OrganizationalUnitId, call),
  authorize: ({ unit }, _input, call) => [
    organizationsAccess('DeleteOrganizationalUnit', call, unit.arn, resourceTags(unit.tags)),
  ],
  run({ organization, unit }, _input, { tx }) {
    const [child] = tx.organizationChildren.under([organization.id, unit.id], { limit: 1 });
    if (child) {
      throw new AwsError(
        'OrganizationalUnitNotEmptyException',
        'The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.',
        {},
        `${child.key[3]} is in the unit ${unit.id}`,
      );
    }
    detachFrom(unit.id, organization, tx);
    tx.organizationUnits.remove([organization.id, unit.id]);
    tx.organizationChildren.remove([organization.id, unit.record.parent, 'ORGANIZATIONAL_UNIT', unit.id]);
  },
});

export const DescribeOrganizationalUnit = operation('organizations', 'DescribeOrganizationalUnit', {
  resolve: ({ OrganizationalUnitId }, call) => resolveUnit(OrganizationalUnitId, call),
  authorize: ({ unit }, _input, call) => [
    organizationsAccess('DescribeOrganizationalUnit', call, unit.arn, resourceTags(unit.tags)),
  ],
  run: ({ organization, unit }, _input, { tx }) => ({ OrganizationalUnit: shownUnit(unit, organization, tx) }),
});

export const ListOrganizationalUnitsForParent = operation('organizations', 'ListOrganizationalUnitsForParent', {
  resolve({ ParentId }, call) {
    const organization = requireManagement(call);
    return { organization, parent: requireParent(ParentId, organization, call.tx) };
  },
  authorize: ({ parent }, _input, call) => [
    organizationsAccess('ListOrganizationalUnitsForParent', call, parent.arn, resourceTags(parent.tags)),
  ],
  run({ organization, parent }, input, { tx }) {
    const { items, ...more } = pageOf(
      'ListOrganizationalUnitsForParent',
      input,
      (after) => unitsIn(parent, organization, tx, after),
      ({ id }) => id,
    );
    return { OrganizationalUnits: items.map((unit) => shownUnit(unit, organization, tx)), ...more };
  },
});

function resolveUnit(id: string, call: Parameters<typeof requireManagement>[0]) {
  const organization = requireManagement(call);
  return { organization, unit: requireUnit(id, organization, call.tx) };
}

const putUnit = (unit: UnitRecord, tx: Tx): void => tx.organizationUnits.put([unit.organization, unit.id], unit);

function* unitsIn(
  { id }: Pick<Parent, 'id'>,
  organization: OrganizationRecord,
  tx: Tx,
  after?: string,
): Generator<Unit> {
  const place = [organization.id, id, 'ORGANIZATIONAL_UNIT'] as const;
  const range = after === undefined ? {} : { start: [...place, after], after: true };
  for (const { key } of tx.organizationChildren.under(place, range)) {
    yield requireUnit(key[3], organization, tx);
  }
}

/** @throws DuplicateOrganizationalUnitException if a unit of the name is in the parent. */
function requireFreeName(name: string, parent: string, organization: OrganizationRecord, tx: Tx): void {
  for (const unit of unitsIn({ id: parent }, organization, tx)) {
    if (unit.name === name) {
      throw new AwsError(
        'DuplicateOrganizationalUnitException',
        'An OU with the same name already exists.',
        {},
        `the unit ${unit.id} in ${parent} has the name "${name}"`,
      );
    }
  }
}

const shownUnit = ({ id, arn, name }: Unit, organization: OrganizationRecord, tx: Tx): OrganizationalUnit => ({
  Id: id,
  Arn: arn,
  Name: name,
  Path: pathOf(id, organization, tx),
});
