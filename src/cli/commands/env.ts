/** `ssebox env`: what lets a shell, and what it starts, call a running `ssebox serve`. */

import { UsageError } from '../../api/errors.ts';
import { command, type Result } from '../command.ts';
import { SERVED } from './serve/served-line.ts';

export const env = command({
  name: 'env',
  summary: 'Print the environment by which programs call a running ssebox serve',
  description:
    'Prints lines for the shell that $SHELL names: eval "$(ssebox env)" in bash and zsh, ssebox env | source in fish. They set AWS_ENDPOINT_URL, credentials, region and, with --tls, the certificate to trust, and remove what would lead elsewhere, such as AWS_PROFILE and SSEBOX_STORE. Commands of ssebox then go to the endpoint as well, and those that need a store use the one behind it, which SSEBOX_ENDPOINT_STORE names.\n\nThe endpoint makes the credentials, for the caller that --as names, or else for its own: they are that user, role or root user, and not a session that could not call IAM; they do not count among the two access keys of a user, and end with the endpoint. Only an endpoint of the same user of this machine is found. To call as somebody else from then on: eval "$(ssebox env --as user/bob)".',
  options: {
    port: {
      about: 'the port at which ssebox serve listens (default: that of AWS_ENDPOINT_URL if it is on loopback, or 4566)',
      type: 'integer',
      value: 'N',
    },
    shell: {
      about: 'for which shell to print (default: that of $SHELL); json prints an object of the variables to set',
      type: 'string',
      choices: ['bash', 'fish', 'json'],
    },
  },
  examples: [
    `${SERVED}; eval "$(ssebox env --port $PORT)"; echo "$AWS_ENDPOINT_URL"; kill $!`,
    `${SERVED}; ssebox env --port $PORT --as root --shell json; kill $!`,
  ],
  makesNoCalls: true,
  profileMayLack: true,
  async run({ options }, session): Promise<Result> {
    const [{ askAt, USUAL_PORT }, { clientVariables }, { shellOf, variableLine }] = await Promise.all([
      import('./serve/credentials-socket.ts'),
      import('./serve/client-variables.ts'),
      import('../shell-lines.ts'),
    ]);
    const { globals, environment, settings, region, signal, outputWidth, tell } = session;
    const { variables } = environment;
    const { port = portIn(variables.AWS_ENDPOINT_URL) ?? USUAL_PORT, shell = shellOf(environment) } = options;
    if (port < 1 || port > 65535) throw new UsageError(`--port takes a number from 1 to 65535, not ${port}`);
    if (globals.as === undefined && globals.profile !== undefined && settings.profile !== undefined) {
      throw new UsageError(
        `the profile ${globals.profile} names its caller by a role or an access key, for which the endpoint cannot make credentials: name the caller with --as`,
      );
    }
    const as = globals.as ?? (variables.SSEBOX_AS || settings.as);
    const told = await askAt(port, environment, { as: named(as, settings.account) }, signal);
    const changes = clientVariables(told, told, region, variables);
    if (shell === 'json') {
      return {
        kind: 'value',
        value: Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
      };
    }
    if (outputWidth !== undefined) tell(`hint: this shell takes it by ${shell === 'fish' ? FISH : BASH}`);
    return { kind: 'lines', lines: Object.entries(changes).map(([name, value]) => variableLine(name, value, shell)) };
  },
});

/** The port of an endpoint on this machine, so that another caller can be chosen in the shell that calls it. */
function portIn(url: string | undefined): number | undefined {
  const [, host, port] = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\]):(\d+)\/?$/.exec(url ?? '') ?? [];
  return host === undefined ? undefined : Number(port);
}

const BASH = 'eval "$(ssebox env)"';
const FISH = 'ssebox env | source';

/** A caller without an account is in that of the settings here, and not of those with which the endpoint was started. */
const named = (as: string | undefined, account: string | undefined): string | undefined =>
  as === undefined || account === undefined || as.includes(':') || /^A[KS]IA/.test(as) ? as : `${account}:${as}`;
