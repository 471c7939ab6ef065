/** `ssebox exec`: a program that uses AWS, against an endpoint over the store. */

import { CommandLineError, UsageError } from '../../api/errors.ts';
import { command, type Result } from '../command.ts';

export const exec = command({
  name: 'exec',
  summary: 'Run a program against an endpoint that serves the store as AWS does',
  description:
    'Starts an endpoint on a free port of this machine, and the program with an environment by which the AWS CLI, the SDKs and other tools call it: AWS_ENDPOINT_URL, credentials, region. The credentials are the caller\'s own, made for this run, and end with it, as the endpoint does. Commands of ssebox in the program go to the endpoint as well, and those that need a store use the one behind it, which SSEBOX_ENDPOINT_STORE names. Nothing that the program needs to reach the real AWS is left in its environment by ssebox; a file of credentials or a profile that the program names itself still counts.\n\nSignals are passed on, and the exit code is the program\'s: 128 and the number of a signal that ended it, 127 if there is no such program, 126 if it cannot be run.\n\nIn a job of GitHub Actions: - run: npx ssebox exec --temporary --deny-report -- npm test. With Jest, in package.json: "test": "ssebox exec --temporary -- jest". With Testcontainers: run the tests in the same way, expose the port of AWS_ENDPOINT_URL with TestContainers.exposeHostPorts, and give the container http://host.testcontainers.internal and that port as its AWS_ENDPOINT_URL. The README has all three in full.',
  args: {
    // Nobody is asked for it: an answer is a line, whose words only a shell can tell apart.
    program: { about: 'the program and its arguments, after --', many: true, unneeded: () => true },
  },
  options: {
    temporary: { about: 'use an empty store that is removed at the end', type: 'boolean' },
    tls: {
      about:
        'serve over TLS, with a certificate that the program is told to trust by AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS',
      type: 'boolean',
    },
    'deny-report': {
      about: 'at the end, list on standard error what was refused, and why',
      type: 'boolean',
    },
  },
  examples: [
    'ssebox exec -- env | grep AWS_ENDPOINT_URL=',
    'ssebox exec --temporary --as root --region eu-west-1 -- env | grep AWS_REGION',
  ],
  makesNoCalls: true,
  async run({ args: { program }, options }, session): Promise<Result> {
    if (program.length === 0) throw new CommandLineError('the program is missing after --', 'ssebox exec -- aws s3 ls');
    if (program[0] === '') throw new UsageError('exec takes the name or path of a program, not ""');
    const { holdSignals } = await import('./exec/held-signals.ts');
    const signals = holdSignals();
    try {
      const { execute } = await import('./exec/execute.ts');
      const code = await execute(program, options, session, signals);
      return { kind: 'lines', lines: [], exitCode: () => code };
    } finally {
      signals.release();
    }
  },
});
