/**
 * How the resources of a plan refer to one another. A plan does not know the ids and ARNs of what is not there yet, but
 * its configuration says from which resource they come: `configuration` in Terraform's "JSON Output Format".
 */

import { isAccountId, parseArn } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import type { Part } from './findings.ts';
import type { PlanConfiguration, TerraformResource } from './terraform-resource.ts';

type Values = Readonly<Record<string, unknown>>;

/** A state has no configuration: then everything is known. */
export function configurationOf(part: Part): PlanConfiguration {
  const configuration = objectIn(part.value, 'configuration');
  const root = objectIn(configuration, 'root_module');
  const providers = objectIn(configuration, 'provider_config');
  const variables = objectIn(part.value, 'variables');

  const moduleAt = (address: string): Values | undefined =>
    moduleNames(address).reduce<Values | undefined>(
      (module, name) => objectIn(objectIn(objectIn(module, 'module_calls'), name), 'module'),
      root,
    );
  const resourceAt = ({ module, type, name }: TerraformResource): Values | undefined =>
    listIn(moduleAt(module), 'resources').find((each) => each.type === type && each.name === name);
  const expressionOf = (resource: TerraformResource, attribute: string): unknown =>
    objectIn(resourceAt(resource), 'expressions')?.[attribute];

  /** The resources that a reference leads to, as `[module, type, name]`. */
  function follow(reference: string, module: string, depth: number): readonly Address[] {
    if (depth > MOST_STEPS) return [];
    const [first = '', second = '', third = ''] = plain(reference).split('.');
    if (first === 'var') {
      const names = moduleNames(module);
      const own = names.at(-1);
      if (own === undefined) return [];
      const above = parentOf(module);
      const call = objectIn(objectIn(moduleAt(above), 'module_calls'), own);
      return followAll(referencesIn(objectIn(call, 'expressions')?.[second]), above, depth);
    }
    if (first === 'module') {
      const below = module === '' ? `module.${second}` : `${module}.module.${second}`;
      const output = objectIn(objectIn(moduleAt(below), 'outputs'), third);
      return followAll(referencesIn(output?.expression), below, depth);
    }
    return first.startsWith('aws_') && second !== '' ? [{ module, type: first, name: second }] : [];
  }

  const followAll = (references: readonly string[], module: string, depth: number): readonly Address[] =>
    references.flatMap((reference) => follow(reference, module, depth + 1));

  const providerOf = (resource: TerraformResource): Values | undefined => {
    const key = resourceAt(resource)?.provider_config_key;
    return typeof key === 'string' ? objectIn(objectIn(providers, key), 'expressions') : undefined;
  };
  /** A constant, or the value of a variable. */
  const constantIn = (expression: unknown): unknown => {
    if (!isRecord(expression)) return undefined;
    if (expression.constant_value !== undefined) return expression.constant_value;
    const [reference = ''] = referencesIn(expression);
    return reference.startsWith('var.') ? objectIn(variables, reference.slice('var.'.length))?.value : undefined;
  };

  return {
    sets: (resource, attribute) => expressionOf(resource, attribute) !== undefined,
    target(resource, attribute, resources) {
      const addresses = followAll(referencesIn(expressionOf(resource, attribute)), resource.module, 0);
      const found = new Map(
        addresses.flatMap(({ module, type, name }) =>
          fitting(
            resource,
            resources.filter(
              (each) => plain(each.module) === plain(module) && each.type === type && each.name === name,
            ),
          ).map((each): [string, TerraformResource] => [each.address, each]),
        ),
      );
      const [one] = found.values();
      return found.size === 1 ? one : undefined;
    },
    regionOf(resource) {
      const region = constantIn(providerOf(resource)?.region);
      return typeof region === 'string' ? region : undefined;
    },
    accountOf(resource) {
      const provider = providerOf(resource);
      const allowed = constantIn(provider?.allowed_account_ids);
      const [account]: unknown[] = Array.isArray(allowed) && allowed.length === 1 ? allowed : [];
      if (typeof account === 'string' && isAccountId(account)) return account;
      const [assumed] = Array.isArray(provider?.assume_role) ? provider.assume_role : [];
      const role = constantIn(objectIn(assumed, 'role_arn'));
      const owner = typeof role === 'string' ? parseArn(role)?.account : undefined;
      return owner !== undefined && isAccountId(owner) ? owner : undefined;
    },
  };
}

interface Address {
  readonly module: string;
  readonly type: string;
  readonly name: string;
}

/** From variable to variable and from output to output. */
const MOST_STEPS = 20;

/** Of several with count or for_each, the one with the index of what refers to it. */
function fitting(from: TerraformResource, found: readonly TerraformResource[]): readonly TerraformResource[] {
  const inSame = found.filter(({ module }) => module === from.module);
  const near = inSame.length > 0 ? inSame : found;
  if (near.length <= 1) return near;
  return near.filter(({ index }) => index !== undefined && index === from.index);
}

/** `module.a.module.b` → `['a', 'b']`, without indices. */
const moduleNames = (address: string): string[] =>
  [...plain(address).matchAll(/(?:^|\.)module\.([^.]+)/g)].map(([, name = '']) => name);

const parentOf = (address: string): string => plain(address).replace(/\.?module\.[^.]+$/, '');

/** Without the indices of count and for_each. */
const plain = (address: string): string => address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');

/**
 * The references of an expression, or of everything in a block. Each is there with and without its attribute: the
 * shorter ones add nothing.
 */
function referencesIn(expression: unknown): readonly string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (!isRecord(expression)) return [];
  const { references } = expression;
  if (Array.isArray(references)) return references.filter((each) => typeof each === 'string');
  return Object.values(expression).flatMap(referencesIn);
}

function objectIn(value: unknown, name: string): Values | undefined {
  const found = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isRecord(found) ? found : undefined;
}

function listIn(value: unknown, name: string): readonly Values[] {
  const found = isRecord(value) ? value[name] : undefined;
  return Array.isArray(found) ? found.filter(isRecord) : [];
}
