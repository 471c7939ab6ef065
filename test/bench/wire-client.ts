/** A client of an endpoint that keeps its connections, and signs every request. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { headerFields } from '../../src/wire/http/message.ts';
import { parseTarget } from '../../src/wire/http/request-target.ts';
import { UNSIGNED_PAYLOAD } from '../../src/wire/signature/canonical-request.ts';
import { type Credentials, signHeaders } from '../../src/wire/signature/signing.ts';
import { environment, REGION } from './stage.ts';

export interface WireClient {
  /** Sends a request, signed unless there is nobody to sign it for, and reads its answer to the end. */
  send(asked: Asked): Promise<void>;
  close(): void;
}

export interface Asked {
  readonly method: 'GET' | 'PUT' | 'POST' | 'HEAD' | 'DELETE';
  readonly path: string;
  readonly service: 'kms' | 's3';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** The body is sent so many times. */
  readonly times?: number;
  /** Of the answer; another is an error (default 200). */
  readonly status?: number;
}

/** An operation of KMS. */
export const kmsRequest = (operation: string, input: object, status = 200): Asked => ({
  method: 'POST',
  path: '/',
  service: 'kms',
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` },
  body: Buffer.from(JSON.stringify(input)),
  status,
});

/** @param credentials absent for a server that looks at none */
export function wireClient(port: number, credentials: Credentials | undefined, connections: number): WireClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const host = `127.0.0.1:${port}`;

  function headersOf({ method, path, service, headers = {}, body, times = 1 }: Asked): Record<string, string> {
    const all = { host, ...headers, ...(body && { 'content-length': `${body.length * times}` }) };
    if (!credentials) return all;
    const payloadHash =
      times > 1
        ? UNSIGNED_PAYLOAD
        : createHash('sha256')
            .update(body ?? '')
            .digest('hex');
    const unsigned = { method, target: parseTarget(path), headers: headerFields(Object.entries(all)), payloadHash };
    const signing = { credentials, region: REGION, service, now: new Date(environment.now()) };
    const signed = signHeaders(unsigned, signing).headers;
    return Object.fromEntries(Array.from(signed, ([name, values]) => [name, values.join(',')]));
  }

  return {
    async send(asked) {
      const { method, path, body, times = 1, status = 200 } = asked;
      const sent = request({ host: '127.0.0.1', port, method, path, headers: headersOf(asked), agent, setHost: false });
      const answered = once(sent, 'response');
      for (let i = 0; i < times && body; i++) {
        if (!sent.write(body)) await once(sent, 'drain');
      }
      sent.end();
      const [answer] = await answered;
      let text = '';
      answer.on('data', (piece: Buffer) => {
        if (answer.statusCode !== status) text += piece.toString();
      });
      await once(answer, 'end');
      if (answer.statusCode !== status) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text}`);
    },
    close: () => agent.destroy(),
  };
}
