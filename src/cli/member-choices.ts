/** Choices for the members of an operation's input. Every 1:1 command asks for them, so what reads the store is loaded late. */

import { operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { acceptsAlias } from '../kms/key-id.ts';
import type { Choices } from './choices.ts';

/**
 * The choices for a member of an operation's input: the values of its enum, or the names in the store that it can refer
 * to; undefined when it is free text. There are no choices for what is about to be created.
 */
export function memberChoices(service: ServiceName, operation: string, member: string): Choices | undefined {
  const model = operationModel(service, operation);
  const input = model?.input && model.shapes[model.input.shape];
  const ref = input?.type === 'structure' ? input.members[member] : undefined;
  let shape = ref && model?.shapes[ref.shape];
  if (shape?.type === 'list') shape = model?.shapes[shape.member.shape];
  const values = shape?.type === 'string' ? shape.enum : undefined;
  if (values) return async () => values.map((value) => ({ value }));
  const isNew = operation.startsWith('Create') && member === madeBy(operation);
  const name = isNew ? undefined : namedByMember[member];
  if (name === undefined) return undefined;
  const takesNoAlias = service === 'kms' && member === 'KeyId' && !acceptsAlias(operation);
  return async (session) => (await import('./choices.ts'))[takesNoAlias ? 'keyIdChoices' : name](session);
}

/** What the members of AWS's inputs refer to, by the name of the member. */
const namedByMember: Readonly<Record<string, StoredChoices>> = {
  AliasName: 'aliasChoices',
  Bucket: 'bucketChoices',
  DestinationKeyId: 'keyChoices',
  GranteePrincipal: 'arnChoices',
  GroupName: 'groupChoices',
  KeyId: 'keyChoices',
  PolicyArn: 'policyChoices',
  ReplicaRegion: 'regionChoices',
  RetiringPrincipal: 'arnChoices',
  RoleName: 'roleChoices',
  SSEKMSKeyId: 'keyChoices',
  SourceKeyId: 'keyChoices',
  TargetKeyId: 'keyIdChoices',
  UserName: 'userChoices',
};

type StoredChoices = keyof {
  readonly [Name in keyof typeof import('./choices.ts') as typeof import('./choices.ts')[Name] extends Choices
    ? Name
    : never]: true;
};

/** The member that names what an operation creates: `UserName` of CreateUser, `Bucket` of CreateBucket. */
function madeBy(operation: string): string {
  const noun = operation.slice('Create'.length);
  return noun === 'Bucket' ? noun : `${noun}Name`;
}
