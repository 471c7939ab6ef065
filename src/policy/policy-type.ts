/** The types of policies, and which one a document is of. */

import { isRecord } from '../api/message.ts';
import { type DocumentObject, type StatementObject, statementObjects, texts } from './document-shape.ts';

export const policyTypes = ['identity', 'boundary', 'session', 'key', 'bucket', 'trust', 'scp', 'rcp'] as const;

export type PolicyType = (typeof policyTypes)[number];

/** Each type as a noun. */
export const policyTypeNames: Readonly<Record<PolicyType, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  key: 'key policy',
  bucket: 'bucket policy',
  trust: 'trust policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
};

/**
 * The type of a document by what is in it. Service control policies, boundaries and session policies are written as
 * identity-based ones are, and taken for those.
 */
export function policyTypeOf(document: DocumentObject): PolicyType {
  const statements = statementObjects(document) ?? [];
  if (!statements.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined)) {
    return 'identity';
  }
  const actions = statements.flatMap(({ Action, NotAction }) => texts(Action ?? NotAction));
  const services = new Set(actions.map((action) => action.split(':', 1).join().toLowerCase()));
  const resources = statements.flatMap(({ Resource, NotResource }) => texts(Resource ?? NotResource));
  if (resources.some((resource) => /^arn:[^:]*:s3:::/.test(resource))) return 'bucket';
  if (statements.every(isControl) && (services.size > 1 || services.has('s3') || services.has('sts'))) return 'rcp';
  if (services.has('sts') || services.has('sts*')) return 'trust';
  return services.has('s3') ? 'bucket' : 'key';
}

/** As the statements of a resource control policy are: AWS Organizations User Guide, "RCP syntax". */
const isControl = ({ Effect, Principal, Resource, NotResource }: StatementObject): boolean =>
  Effect === 'Deny' &&
  (Principal === '*' || (isRecord(Principal) && Principal.AWS === '*')) &&
  texts(Resource ?? NotResource).length > 0;
