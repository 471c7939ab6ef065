/**
 * An endpoint as what the probe asks, by the client that commands have. AWS itself is asked without it (`over-http.ts`),
 * so that what this client does wrong is not taken for what AWS does.
 */

import { CallRefused } from '../../src/api/errors.ts';
import { isRecord } from '../../src/api/message.ts';
import { operationModel } from '../../src/api/model/loader.ts';
import { endpointsFor } from '../../src/cli/endpoint/chosen.ts';
import { openRemote, type Remote } from '../../src/cli/endpoint/remote.ts';
import type { Environment } from '../../src/env.ts';
import type { ProbeCredentials, ProbeTarget, Signer } from './run-probe.ts';

/** @param environment of the client: its clock and its pauses */
export function overClient(endpoint: string, credentials: ProbeCredentials, environment: Environment): ProbeTarget {
  const remotes = new Map<string, Promise<Remote>>();
  const remoteOf = (signer: Signer): Promise<Remote> => {
    const {
      AccessKeyId = '',
      SecretAccessKey = '',
      SessionToken = '',
    } = signer === 'nobody' ? {} : signer === 'self' ? credentials : signer;
    const id = `${AccessKeyId} ${SessionToken}`;
    const known = remotes.get(id);
    if (known) return known;
    const globals = { 'endpoint-url': endpoint, ...(signer === 'nobody' && { 'no-sign-request': true as const }) };
    const variables = {
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_SESSION_TOKEN: SessionToken,
    };
    const chosen = endpointsFor(globals, variables, {})?.general;
    if (!chosen) throw new Error(`${endpoint} is not an endpoint`);
    const { signal } = new AbortController();
    const sources = { globals, environment: { ...environment, variables }, settings: {}, signal, tell: () => {} };
    const opened = openRemote(chosen, sources, 'us-east-1');
    remotes.set(id, opened);
    return opened;
  };
  return {
    lagMs: 0,
    wait: async () => {},
    async call(service, operation, input, signer) {
      const http = operationModel(service, operation)?.http;
      try {
        const output = await (await remoteOf(signer)).call(service, operation, input, {});
        return {
          status: isRecord(output) && 'ContentRange' in output ? 206 : (http?.responseCode ?? 200),
          output: isRecord(output) ? output : {},
        };
      } catch (error) {
        if (!(error instanceof CallRefused)) throw error;
        const { httpStatus: status, code, message, detail } = error;
        const hasCode = http?.method !== 'HEAD' && status !== 304;
        return { status, code: hasCode ? code : undefined, message, detail };
      }
    },
  };
}
