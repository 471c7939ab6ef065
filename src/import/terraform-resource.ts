/** A resource of a plan or a state of Terraform, and what of it is known. */

import type { AccountId } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import type { Region } from '../api/regions.ts';
import type { ReadingOptions } from './configuration.ts';
import { type Findings, member, type Part, reading, Unreadable } from './findings.ts';
import type { KeyPlace } from './subjects.ts';

export interface TerraformResource {
  /** `module.storage.aws_s3_bucket.logs["eu"]`. */
  readonly address: string;
  /** The address of its module; `''` for the root. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  /** Of one of several, with count or for_each. */
  readonly index: string | number | undefined;
  readonly values: Part;
  /** Has `true` where a value is known only after the plan is applied. */
  readonly unknown: unknown;
}

/** A plan or a state, with its resources and how they refer to one another. */
export interface Terraform {
  readonly resources: readonly TerraformResource[];
  readonly configuration: PlanConfiguration;
  readonly findings: Findings;
  readonly options: ReadingOptions;
  /** The account that the resource is in. @throws Unreadable if nothing says it */
  accountOf(resource: TerraformResource): AccountId;
  regionOf(resource: TerraformResource): Region;
  readonly keys: TerraformKeyPlaces;
}

/** Where the keys of a plan are, or will be. */
export interface TerraformKeyPlaces {
  /** By the addresses of their resources. */
  readonly places: ReadonlyMap<string, KeyPlace>;
  /** The ARN of the key that an attribute names, or refers to. */
  keyArnOf(resource: TerraformResource, attribute: string): string | undefined;
  /** The ARN of a key's resource, or of the key that an alias points to. */
  arnAt(resource: TerraformResource): string | undefined;
}

export interface PlanConfiguration {
  /** Whether the configuration sets an attribute, so that a value that is not known is not just a default. */
  sets(resource: TerraformResource, attribute: string): boolean;
  /** The only resource that an attribute refers to. */
  target(
    resource: TerraformResource,
    attribute: string,
    resources: readonly TerraformResource[],
  ): TerraformResource | undefined;
  /** As far as the provider's configuration says it. */
  regionOf(resource: TerraformResource): string | undefined;
  accountOf(resource: TerraformResource): AccountId | undefined;
}

/** Whether a part's value is one of those that a plan does not know yet, wholly or in part. */
export function isOpen({ unknown }: TerraformResource, attribute: string): boolean {
  return isRecord(unknown) && holdsTrue(unknown[attribute]);
}

const holdsTrue = (value: unknown): boolean =>
  value === true ||
  (Array.isArray(value) && value.some(holdsTrue)) ||
  (isRecord(value) && Object.values(value).some(holdsTrue));

/** The value of an attribute. */
export const attribute = ({ values }: TerraformResource, name: string): Part | undefined => member(values, name);

/** Reads every resource of a type; of one that cannot be read, a finding is what remains. */
export function readEach<T>(
  { resources, findings }: Terraform,
  type: string,
  read: (resource: TerraformResource) => T | undefined,
): T[] {
  return resources.flatMap((resource) => {
    if (resource.type !== type) return [];
    const one = reading(findings, () => read(resource));
    return one === undefined ? [] : [one];
  });
}

/** A value that is known only after a plan is applied. */
export class OpenValue extends Unreadable {
  constructor({ values, address }: TerraformResource, name: string, meaning: string) {
    super(values, `${name} of ${address} is known only after the plan is applied, so ${meaning}`, 'open');
  }
}
