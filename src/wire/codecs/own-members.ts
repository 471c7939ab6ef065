/** Whether a structure that a client has received is the output of its operation, or somebody else's. */

import type { OperationModel } from '../../api/model/loader.ts';
import { UnreadableAnswer } from './codec.ts';

/**
 * Members that the model does not know are passed over, since services add some; but what has nothing else in it is from
 * another service.
 * @param members undefined if there is no body
 * @throws UnreadableAnswer
 */
export function requireOwnMembers(
  { name, output, shapes }: OperationModel,
  members: Readonly<Record<string, unknown>> | undefined,
): void {
  const shape = output && shapes[output.shape];
  const known = shape?.type === 'structure' ? Object.keys(shape.members) : [];
  if (known.length === 0) return;
  if (members === undefined) throw new UnreadableAnswer('the answer is empty');
  const found = Object.keys(members);
  if (found.length === 0 || found.some((member) => known.includes(member))) return;
  throw new UnreadableAnswer(`the answer has nothing that ${name} answers`);
}
