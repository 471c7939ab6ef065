/**
 * What `--debug` shows of requests to an endpoint and of their answers: all of their headers but what is secret, and
 * nothing of their bodies, of which the client shows only what the model does not know.
 */

import { EndpointError } from '../../api/errors.ts';
import type { SentRequest, Transport } from '../../wire/client/transport.ts';
import type { HeaderFields } from '../../wire/http/message.ts';

const HIDDEN = '(not shown)';

/** Fields whose value is a secret: session tokens, customer-provided keys, and what a server gives a browser. */
const SECRET = /(^|-)(token|customer-key|cookie|cookie2)$|^proxy-auth/;

/** A transport that says what it sends, and what it receives. */
export function withRequestsShown<T extends Transport>(
  transport: T,
  tell: (line: string) => void,
  /** Milliseconds since some time. */
  elapsed: () => number,
): T {
  return {
    ...transport,
    async send(request, signal) {
      for (const line of requestLines(request)) tell(line);
      const startedMs = elapsed();
      const took = () => `${Math.round(elapsed() - startedMs)} ms`;
      try {
        const answer = await transport.send(request, signal);
        tell(`answer: ${answer.status} after ${took()}`);
        for (const line of fieldLines(answer.headers)) tell(line);
        return answer;
      } catch (error) {
        const hint = error instanceof EndpointError && error.hint !== undefined ? ` (${error.hint})` : '';
        tell(`no answer after ${took()}: ${error instanceof Error ? error.message : error}${hint}`);
        throw error;
      }
    },
  };
}

const requestLines = ({ origin, method, target, headers }: SentRequest): readonly string[] => [
  `request: ${method} ${origin}${target}`,
  ...fieldLines(headers),
];

const fieldLines = (headers: HeaderFields): readonly string[] =>
  [...headers].flatMap(([name, values]) => values.map((value) => `  ${name}: ${shown(name, value)}`));

function shown(name: string, value: string): string {
  const lower = name.toLowerCase();
  // The rest of it says by whom and for what a request is signed, which is what one looks for.
  if (lower === 'authorization') return value.replace(/(?<=Signature=).*$/s, HIDDEN);
  return SECRET.test(lower) ? HIDDEN : value;
}
