/** What is wrong with the principals of a policy of a resource. */

import { didYouMean } from '../api/nearest.ts';
import { type JsonPath, quoted } from './json-places.ts';
import { type Flaw, kindOf } from './policy-fault.ts';

/** The flaw of an Allow that names whom it does not mean. */
export const ALLOW_NOT_PRINCIPAL: Flaw = {
  says: 'NotPrincipal is only for statements with "Effect": "Deny"',
  path: ['NotPrincipal'],
  isName: true,
  advice: 'name the allowed principals in Principal',
};

/** The flaw of an element that is neither "*" nor an object. */
export const principalShapeFlaw = (element: string, value: unknown): Flaw => ({
  says:
    typeof value === 'string'
      ? `${element} must be "*" or an object such as {"AWS": ${quoted(value)}}`
      : `${element} must be "*" or an object such as {"AWS": "ARN"}, not ${kindOf(value)}`,
  path: [element],
});

/** The flaw of a type of principals that policies do not have. */
export const principalTypeFlaw = (type: string, path: JsonPath): Flaw => ({
  says: `${quoted(type)} is not a type of principals`,
  path,
  isName: true,
  advice: didYouMean(type, TYPES) ?? 'its types are AWS, Service and Federated',
});

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** The flaw of a principal that does not exist or has the wrong form. */
export function principalNameFlaw(type: string, name: unknown, path: JsonPath): Flaw {
  if (!TYPES.includes(type)) return principalTypeFlaw(type, path.slice(0, -1));
  if (typeof name !== 'string') return { says: `a principal must be a text, not ${kindOf(name)}`, path };
  return { says: nameFault(type, name), path };
}

function nameFault(type: string, name: string): string {
  const [, kind = '', entity = ''] = /^arn:aws:iam::\d{12}:(user|role)\/(?:.*\/)?([^/]+)$/.exec(name) ?? [];
  if (type === 'Service') return `${quoted(name)} is not a service: its name is such as "cloudtrail.amazonaws.com"`;
  if (type === 'CanonicalUser') return `${quoted(name)} is not a canonical user id`;
  if (type === 'Federated') return `${quoted(name)} is not an identity provider`;
  if (name !== '*' && /[*?]/.test(name)) return `a principal cannot have wildcards, and ${quoted(name)} has`;
  if (kind !== '') return `there is no ${kind} "${entity}": ${quoted(name)} does not exist`;
  if (/^arn:aws:iam::\d{12}:group\//.test(name)) return `a group cannot be a principal, and ${quoted(name)} is one`;
  return `${quoted(name)} is not "*", an account, or the ARN of a user, role or session that exists`;
}
