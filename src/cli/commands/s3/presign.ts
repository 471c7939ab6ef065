/** `ssebox s3 presign`: AWS CLI Command Reference, s3 presign. */

import { StoreError, UsageError } from '../../../api/errors.ts';
import { bucketRegion } from '../../../s3/objects/names.ts';
import { storeNow } from '../../../store/clock.ts';
import { type Credentials, presignedUrl } from '../../../wire/signature/signing.ts';
import { command, type Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { object } from './object-argument.ts';
import { isS3Uri, objectUri, type S3Uri } from './uri.ts';

const USUAL_SECONDS = 3600;
/** A week: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters", X-Amz-Expires. */
const MAX_SECONDS = 604_800;

const asAna =
  `set -- $(ssebox iam create-access-key --user-name ana --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)\n` +
  'export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2';

export const presign = command({
  name: 'presign',
  summary: 'Print a URL that lets anyone download an object for a limited time',
  description:
    "The URL is signed with the access key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), which must belong to this store, or with the role or the access key of the profile. Whether the key's owner may read the object is decided when the URL is used. The time starts now, by the store's clock.",
  args: { object },
  options: {
    'expires-in': {
      about: 'how many seconds the URL is valid (default 3600, at most 604800)',
      type: 'integer',
      value: 'N',
    },
    'endpoint-url': { about: 'the endpoint, such as http://127.0.0.1:8080', type: 'string', value: 'URL' },
  },
  examples: [
    `${asAna}\nssebox s3 presign s3://photos/harbour.txt --expires-in 600`,
    `${asAna}\nssebox s3 presign s3://photos/harbour.txt --endpoint-url http://127.0.0.1:8080`,
  ],
  async run(values, session): Promise<Result> {
    const named = values.args.object;
    const uri = objectUri(isS3Uri(named) ? named : `s3://${named}`);
    const expiresSeconds = values.options['expires-in'] ?? USUAL_SECONDS;
    if (expiresSeconds < 1 || expiresSeconds > MAX_SECONDS) {
      throw new UsageError(`--expires-in takes a number from 1 to ${MAX_SECONDS}, not ${expiresSeconds}`);
    }
    const { credentials, now, region } = await signer(uri, session);
    const place = placeOf(uri, region, values.options['endpoint-url']);
    const url = presignedUrl({ method: 'GET', ...place, region, expiresSeconds }, credentials, now);
    return { kind: 'lines', lines: [url] };
  },
});

/** Who signs, when, and for which region: the bucket's own, unless another is given. */
async function signer({ bucket }: S3Uri, session: Session) {
  const credentials = (await session.aws.credentialsOfProfile()) ?? credentialsOfEnvironment(session.environment);
  const { accessKeyId: id, secretAccessKey: secret, sessionToken } = credentials;
  const [{ callerByAccessKey }, { rootKey }] = await Promise.all([
    import('../../../iam/credentials.ts'),
    session.store.workplace(),
  ]);
  return session.store.transact((tx) => {
    const now = new Date(storeNow(tx, session.environment.now()));
    const caller = callerByAccessKey(id, secret, sessionToken, { tx, now, rootKey, service: 's3' });
    if (!caller) throw noCredentials(`the access key "${id}" does not belong to this store`);
    const region = session.globals.region ?? bucketRegion(bucket, tx) ?? session.region;
    return { credentials, now, region };
  });
}

function credentialsOfEnvironment({ variables }: Session['environment']): Credentials {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = variables;
  if (!id || !secret) throw noCredentials('no access key in the environment');
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: token || undefined };
}

const noCredentials = (reason: string) =>
  new StoreError(
    `Unable to locate credentials: ${reason}. A URL is signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or with the role or the access key of a profile`,
    { hint: 'ssebox iam create-access-key --user-name NAME' },
  );

/**
 * The bucket is part of the host if the host has a name, unless dots in the bucket would break TLS: Amazon S3 User
 * Guide, "Virtual hosting of buckets".
 */
function placeOf({ bucket, key }: S3Uri, region: string, endpoint: string | undefined) {
  if (endpoint !== undefined) return { origin: originOf(endpoint), path: `/${bucket}/${key}` };
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes('.')
    ? { origin: `https://${host}`, path: `/${bucket}/${key}` }
    : { origin: `https://${bucket}.${host}`, path: `/${key}` };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url.origin;
  throw new UsageError(`--endpoint-url takes a URL such as http://127.0.0.1:8080, not "${text}"`);
}
