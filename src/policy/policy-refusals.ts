/** What the service that a policy is saved in refuses it for: as many faults as can be told apart. */

import { bucketPolicyFault } from './bucket-policy-check.ts';
import { controlPolicyFault } from './control-policy-check.ts';
import { type DocumentObject, type StatementObject, statementObjects, texts } from './document-shape.ts';
import type { Found, PolicyFacts } from './finding.ts';
import { identityFault } from './identity-policy-check.ts';
import { keyPolicyFault } from './key-policy-check.ts';
import type { PolicyFault } from './policy-fault.ts';
import type { PolicyType } from './policy-type.ts';
import { type PrincipalCheck, parsePrincipal } from './principal-pattern.ts';
import { trustPolicyFault } from './trust-policy-check.ts';

/**
 * The fault of the whole document, and then that of each statement on its own: services report the first one that they
 * find.
 */
export function* refusals(
  text: string,
  document: DocumentObject | undefined,
  type: PolicyType,
  facts: PolicyFacts,
): Iterable<Found> {
  if (document) yield* forbiddenCharacter(text, type);
  const faultOf = checkOf(document, type, facts);
  const first = faultOf(text);
  if (!first) return;
  // S3's check of the size comes first, and the finding about the size says it.
  const isSize = first.message.includes('maximum allowed size');
  if (!isSize) yield refusal(first);
  const statements = (document && statementObjects(document)) ?? [];
  if (!document || (statements.length < 2 && !isSize)) return;
  for (const [index, statement] of statements.entries()) {
    const fault = faultOf(JSON.stringify({ ...document, Statement: [statement] }));
    if (!fault || !isInStatement(fault)) continue;
    const path = ['Statement', index, ...fault.path.slice(2)];
    if (JSON.stringify(path) !== JSON.stringify(first.path)) yield refusal({ ...fault, path });
  }
}

const isInStatement = ({ path }: PolicyFault): boolean => path[0] === 'Statement' && path[1] === 0;

const refusal = ({ message, says, path, isName, advice }: PolicyFault): Found => ({
  kind: 'refused',
  says,
  path,
  isName,
  advice,
  ...(message !== '' && { refusal: message }),
});

function checkOf(
  document: DocumentObject | undefined,
  type: PolicyType,
  { exists = isWellFormed, resource }: PolicyFacts,
) {
  switch (type) {
    case 'identity':
    case 'boundary':
    case 'session':
      return (text: string) => identityFault(text, 'no principals');
    case 'key':
      return (text: string) => keyPolicyFault(text, exists);
    case 'trust':
      return (text: string) => trustPolicyFault(text, exists);
    case 'bucket': {
      const bucket = bucketOf(resource) ?? bucketIn(document);
      return (text: string) => bucketPolicyFault(text, bucket, exists);
    }
    case 'scp':
    case 'rcp':
      return (text: string) => controlPolicyFault(text, type);
  }
}

const bucketOf = (arn: string | undefined): string | undefined => /^arn:[^:]*:s3:::([^/]+)/.exec(arn ?? '')?.[1];

/** The bucket that a policy is about: the first that a resource names, wildcards left out. */
function bucketIn(document: DocumentObject | undefined): string {
  const resources = ((document && statementObjects(document)) ?? []).flatMap(resourcesOf);
  const named = resources.flatMap((resource) => bucketOf(resource) ?? []);
  const plain = named.find((name) => !/[*?]/.test(name)) ?? named[0] ?? 'my-bucket';
  return plain.replaceAll('*', '').replaceAll('?', 'x');
}

const resourcesOf = ({ Resource, NotResource }: StatementObject): readonly string[] => texts(Resource ?? NotResource);

/** Whether a principal has a form that one can have: without a store, all of them may exist. */
const isWellFormed: PrincipalCheck = (type, name) => {
  const pattern = parsePrincipal(type, name);
  switch (pattern.kind) {
    case 'entity':
    case 'session':
      return !/[*?]/.test(name);
    case 'service':
      return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(name);
    case 'other':
      return type === 'Federated' && !name.includes('*');
    default:
      return true;
  }
};

/**
 * IAM, KMS, STS and Organizations take tabs, line breaks and the characters from a space to ÿ: IAM API Reference,
 * policyDocumentType.
 */
function* forbiddenCharacter(text: string, type: PolicyType): Iterable<Found> {
  if (type === 'bucket') return;
  const at = text.search(/[^\t\n\r\u0020-\u00ff]/u);
  if (at < 0) return;
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  yield {
    kind: 'refused',
    says: `${JSON.stringify(char)} cannot be in a policy as it is`,
    path: [],
    at,
    advice: `write ${[...char].flatMap((one) => one.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)).join('')}`,
  };
}
