/** One call, tried alone. */

import { AwsError } from '../../../api/errors.ts';
import type { ServiceName } from '../../../api/model/operations.ts';
import type { Region } from '../../../api/regions.ts';
import type { RehearsedCall } from '../../../call/scope.ts';
import type { StatedContext } from '../../../policy/stated-context.ts';
import type { Session } from '../../session.ts';
import type { Prepare } from './proposed.ts';

interface Circumstances {
  readonly stated?: StatedContext | undefined;
  /** Brings about what is assumed. */
  readonly prepare?: Prepare | undefined;
  /** Another region than the session's. */
  readonly region?: Region | undefined;
}

/** Finds how a call would end, without making it. @throws UsageError for a caller who does not exist */
export async function tryCall(
  service: ServiceName,
  operation: string,
  input: unknown,
  session: Session,
  { stated, prepare, region }: Circumstances = {},
): Promise<RehearsedCall> {
  const calls: RehearsedCall[] = [];
  const rehearsal = { report: (call: RehearsedCall) => void calls.push(call), denied: 'end', stated } as const;
  const tried = session.rehearse(rehearsal, () => {}, prepare);
  try {
    await tried.aws.callByName(service, operation, input, { region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  } finally {
    await tried.close();
  }
  const [call] = calls;
  if (!call) throw new Error(`${service} ${operation} was not tried`);
  return call;
}
