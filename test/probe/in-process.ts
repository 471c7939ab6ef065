/** A store in this process as what the probe asks: through the pipeline, without a protocol in between. */

import { httpStatusOf } from '../../src/api/error-codes.ts';
import { AwsError } from '../../src/api/errors.ts';
import { isRecord } from '../../src/api/message.ts';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { Request } from '../../src/call/request.ts';
import { callerByAccessKey } from '../../src/iam/credentials.ts';
import type { World } from '../support/harness.ts';
import type { ProbeCredentials, ProbeTarget, Signer } from './run-probe.ts';

export function inProcess(world: World, credentials: ProbeCredentials): ProbeTarget {
  const { pipeline, load, rootKey } = world.place();
  const callerOf = (signer: Signer, service: ServiceName): Request['caller'] => {
    if (signer === 'nobody') return () => ({ kind: 'anonymous' });
    const { AccessKeyId, SecretAccessKey, SessionToken } = signer === 'self' ? credentials : signer;
    return (tx, now) => {
      const caller = callerByAccessKey(AccessKeyId, SecretAccessKey, SessionToken, { tx, now, rootKey, service });
      if (!caller) throw new Error(`the store does not have the access key ${AccessKeyId}`);
      return caller;
    };
  };
  return {
    lagMs: 0,
    wait: async () => {},
    async call(service, operation, input, signer) {
      await load(service);
      const http = operationModel(service, operation)?.http;
      try {
        const request = { caller: callerOf(signer, service), region: 'us-east-1' } as const;
        const { output = {} } = await pipeline.call(service, operation, input, request);
        return {
          status: isRecord(output) && 'ContentRange' in output ? 206 : (http?.responseCode ?? 200),
          output: isRecord(output) ? output : {},
        };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const status = httpStatusOf(error.code, service);
        const hasCode = http?.method !== 'HEAD' && status !== 304;
        return { status, code: hasCode ? error.code : undefined, message: error.message, detail: error.detail };
      }
    },
  };
}
