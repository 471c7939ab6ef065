/** `ssebox serve`: the store on AWS's wire protocols. */

import { command, type Result } from '../command.ts';

export const serve = command({
  name: 'serve',
  summary: "Serve the store to the AWS CLI, SDKs and other tools on AWS's wire protocols",
  description:
    'Listens until Ctrl-C or SIGTERM, and prints the URL of the endpoint once it answers. Requests are signed with access keys and sessions of the store, or with the credentials that ssebox env prints; each is decided, recorded and counted as a command is. Meanwhile replication, deletions, rotations, log files of trails and alarms happen as they are due. Several may serve one store.\n\nOver plain HTTP on loopback, requests count as sent over TLS, since the endpoint stands for one of AWS that has it; on any other address they count as what they are.',
  options: {
    port: { about: 'the port to listen at; 0 takes a free one (default 4566)', type: 'integer', value: 'N' },
    host: { about: 'the address to listen at (default 127.0.0.1)', type: 'string', value: 'ADDRESS' },
    'host-name': {
      about: 'a further name of the endpoint, before which a bucket may stand; repeatable',
      type: 'repeat',
      value: 'NAME',
    },
    tls: { about: 'serve over TLS, with a certificate that is made on first use', type: 'boolean' },
    cert: { about: 'serve over TLS with this certificate, in PEM', type: 'string', value: 'FILE' },
    key: { about: 'the private key of the certificate, in PEM', type: 'string', value: 'FILE' },
    'secure-transport': {
      about:
        'whether requests without TLS count as sent over TLS: assumed on loopback, actual elsewhere (default: by the address)',
      type: 'string',
      choices: ['assumed', 'actual'],
    },
    'any-credentials': {
      about:
        'let access keys that the store has never had act as this principal (default: the caller), and one of 12 digits as user/admin of that account; on loopback only',
      type: 'string',
      bare: '',
      value: 'PRINCIPAL',
    },
    temporary: { about: 'serve an empty store that is removed at the end', type: 'boolean' },
    log: {
      about: 'how each request is logged on standard error (default text)',
      type: 'string',
      choices: ['json', 'text', 'none'],
    },
    'log-keys': {
      about: 'whether the log names objects, or shows hashes of their keys (default on)',
      type: 'string',
      choices: ['on', 'off'],
    },
    quiet: { about: 'print nothing but the URL and errors', type: 'boolean' },
  },
  examples: [
    'ssebox serve --port 0 --quiet --log none > url & until test -s url; do sleep 0.1; done; cat url; kill $!',
    'ssebox serve --temporary --tls --port 0 --quiet --log none > url & until test -s url; do sleep 0.1; done; cat url; kill $!',
  ],
  makesNoCalls: true,
  async run({ options }, session): Promise<Result> {
    const [{ plannedServer }, { serveUntilEnded }] = await Promise.all([
      import('./serve/planned-server.ts'),
      import('./serve/serve-until-ended.ts'),
    ]);
    const plan = plannedServer(options);
    return { kind: 'lines', lines: serveUntilEnded(plan, session) };
  },
});
