/** `ssebox endpoint check`: what works at an endpoint, found by trying it in a bucket that is removed again. */

import { UsageError } from '../../../api/errors.ts';
import { AWS_ITSELF, isAwsHost } from '../../../wire/client/endpoint.ts';
import { command, type Result } from '../../command.ts';
import { type ChosenEndpoint, endpointByOption } from '../../endpoint/chosen.ts';
import { EXAMPLE_URL } from '../../endpoint/endpoint-text.ts';
import type { Session } from '../../session.ts';

/** A line of a shell that starts an endpoint, and waits until it answers. */
const SERVED =
  'ssebox serve --temporary --port 0 --quiet --log none > url & until test -s url; do sleep 0.1; done; PORT=$(grep -o \'[0-9]*$\' url); eval "$(ssebox env --port $PORT)"';

export const check = command({
  name: 'check',
  summary: 'Check what works at an endpoint, by trying it',
  description:
    'Tries signatures, checksums, uploads in parts, conditions, versions, policies, server-side encryption, KMS, STS and IAM at an endpoint such as that of AWS, of a storage system or of ssebox serve. Each row works, is refused (with the code), is wrong (answered otherwise than AWS does, such as a wrong checksum that is accepted), or is not tried.\n\nThe check makes buckets named ssebox-check-… and removes them with all that is in them, also when it is interrupted; what it cannot remove it names. KMS keys that it creates are scheduled for deletion in 7 days. Requests are signed with the credentials in the environment or of the profile. The exit code is 0 whatever the rows say, and 255 if nothing answers.',
  args: {
    url: {
      about: `the endpoint's URL, or ${AWS_ITSELF} (default: --endpoint-url, or AWS_ENDPOINT_URL)`,
      optional: true,
    },
  },
  options: {
    kms: {
      about: 'whether to create KMS keys there (default: yes, except at AWS, where they cost money)',
      type: 'boolean-pair',
    },
    'sse-kms-key-id': {
      about: 'the KMS key of SSE-KMS (default: one that the check creates, or else the one that the endpoint takes)',
      type: 'string',
      value: 'KEY',
    },
  },
  examples: [
    `${SERVED}; ssebox endpoint check "$AWS_ENDPOINT_URL" --query 'Checks[?Result!=\`works\`].[Check,Code]' --output text; kill $!`,
    `${SERVED}; ssebox endpoint check --endpoint-url "$AWS_ENDPOINT_URL" --no-kms --query 'Checks[?Group==\`Requests\`].[Check,Result]' --output text; kill $!`,
  ],
  callsEndpoint: true,
  makesNoCalls: true,
  hasPage: true,
  async run({ args, options }, session): Promise<Result> {
    const chosen = chosenEndpoint(args.url, session);
    const { endpoint } = chosen;
    if (session.globals['no-sign-request']) {
      throw new UsageError('a check signs its requests: leave out --no-sign-request');
    }
    if (endpoint.kind === 'aws' || isAwsHost(endpoint.origin)) {
      await session.confirm(`create a bucket${options.kms ? ' and KMS keys' : ''} at AWS in ${session.signingRegion}`);
    }
    const { checkEndpoint } = await import('./check-endpoint.ts');
    const [{ checkedPage, checkedValue }, checked] = await Promise.all([
      import('./page.ts'),
      checkEndpoint(chosen, session, { makesKeys: options.kms, sseKmsKey: options['sse-kms-key-id'] }),
    ]);
    return { kind: 'page', value: checkedValue(checked), page: (painter) => checkedPage(checked, painter) };
  },
});

/** @throws UsageError if no endpoint is named, or two are */
function chosenEndpoint(url: string | undefined, { endpoints, globals }: Session): ChosenEndpoint {
  if (url === undefined) {
    const chosen = endpoints?.general ?? endpoints?.of('s3');
    if (!chosen) throw new UsageError('no endpoint is named', `ssebox endpoint check ${EXAMPLE_URL}`);
    return chosen;
  }
  if (globals['endpoint-url'] !== undefined) {
    throw new UsageError('the URL and --endpoint-url both name the endpoint: use one of them');
  }
  for (const name of ['store', 'as'] as const) {
    if (globals[name] === undefined) continue;
    throw new UsageError(`--${name} is about the store on this machine, and the URL is not: use one of them`);
  }
  return endpointByOption('ssebox endpoint check', url);
}
