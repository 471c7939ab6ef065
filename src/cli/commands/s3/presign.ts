/** `ssebox s3 presign`: AWS CLI Command Reference, s3 presign. */

import { StoreError, UsageError } from '../../../api/errors.ts';
import type { Credentials as IssuedCredentials } from '../../../api/model/sts.types.ts';
import { isRegion } from '../../../api/regions.ts';
import { type Caller, callerArn } from '../../../policy/caller.ts';
import { bucketRegion } from '../../../s3/objects/names.ts';
import { storeNow } from '../../../store/clock.ts';
import type { Credentials } from '../../../wire/signature/signing.ts';
import { command, type Result } from '../../command.ts';
import { hasEndpointVariable } from '../../endpoint/named.ts';
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
    "The URL is signed with the access key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), which must belong to this store unless an endpoint is named, or with the role or the access key of the profile. Without one, it is signed with a session of the caller that is issued for it: for a user by GetSessionToken, for up to 36 hours. Whether the signer may read the object is decided when the URL is used. The time starts now, by the machine's clock.",
  args: { object },
  options: {
    'expires-in': {
      about: 'how many seconds the URL is valid (default 3600, at most 604800)',
      type: 'integer',
      value: 'N',
    },
    'endpoint-url': {
      about:
        'the endpoint, such as http://127.0.0.1:4566 (default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or that of the profile)',
      type: 'string',
      value: 'URL',
    },
  },
  examples: [
    'ssebox s3 presign s3://photos/harbour.txt --endpoint-url http://127.0.0.1:4566',
    `${asAna}\nssebox s3 presign s3://photos/harbour.txt --expires-in 600`,
  ],
  usesEndpoint: true,
  async run(values, session): Promise<Result> {
    const named = values.args.object;
    const uri = objectUri(isS3Uri(named) ? named : `s3://${named}`);
    const expiresSeconds = values.options['expires-in'] ?? USUAL_SECONDS;
    if (expiresSeconds < 1 || expiresSeconds > MAX_SECONDS) {
      throw new UsageError(`--expires-in takes a number from 1 to ${MAX_SECONDS}, not ${expiresSeconds}`);
    }
    const at = await endpointFor(values.options['endpoint-url'], session);
    const credentials = at?.stranger ?? (await signer(expiresSeconds, session));
    // What is behind another endpoint, the store does not know.
    const isKnown = at?.stranger === undefined && session.globals.region === undefined;
    const ofBucket = isKnown ? await session.store.transact((tx) => bucketRegion(uri.bucket, tx)) : undefined;
    const region = ofBucket ?? session.signingRegion;
    const place = at ? at.place(uri, region) : placeInAws(uri, region);
    const request = { method: 'GET', ...place, region, expiresSeconds } as const;
    const { presignedUrl } = await import('../../../wire/signature/signing.ts');
    return { kind: 'lines', lines: [presignedUrl(request, credentials, new Date(session.environment.now()))] };
  },
});

/** The endpoint that is named, which few URLs are for. */
async function endpointFor(option: string | undefined, session: Session) {
  const isNamed = option !== undefined || hasEndpointVariable(session.environment.variables);
  if (!isNamed && session.settings.endpoints === undefined) return undefined;
  const { presigningEndpoint } = await import('./presigning-endpoint.ts');
  return presigningEndpoint(option, session);
}

/** Who signs: the profile, the access key in the environment, or a session of the caller. */
async function signer(seconds: number, session: Session): Promise<Credentials> {
  return (
    (await session.aws.credentialsOfProfile()) ?? (await ofEnvironment(session)) ?? (await ofCaller(seconds, session))
  );
}

/** @throws StoreError for the access key of another store, unless somebody else is named as the caller */
async function ofEnvironment({ environment, globals, store }: Session): Promise<Credentials | undefined> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN, SSEBOX_AS } = environment.variables;
  if (!id || !secret) return undefined;
  const token = AWS_SESSION_TOKEN || undefined;
  const [{ callerByAccessKey }, { isEndpointKeyId }, { rootKey }] = await Promise.all([
    import('../../../iam/credentials.ts'),
    import('../../../iam/session-key-id.ts'),
    store.workplace(),
  ]);
  const isKnown =
    // Only the endpoint that has made it knows its secret.
    isEndpointKeyId(id, rootKey) ||
    (await store.transact((tx) => {
      const now = new Date(storeNow(tx, environment.now()));
      return callerByAccessKey(id, secret, token, { tx, now, rootKey, service: 's3' }) !== undefined;
    }));
  if (isKnown) return { accessKeyId: id, secretAccessKey: secret, sessionToken: token };
  if (globals.as !== undefined || SSEBOX_AS) return undefined;
  throw noCredentials(`the access key "${id}" does not belong to this store`);
}

/** By the STS API Reference, GetSessionToken, DurationSeconds. */
const SHORTEST_SESSION = 900;
const LONGEST_SESSION = 129_600;
/** What a session lives longer than its URL if it can, and what is too little to be told about. */
const MARGIN = 60;

/** A session of the caller that lives as long as the URL, as far as it can. */
async function ofCaller(seconds: number, session: Session): Promise<Credentials> {
  const caller = await session.aws.caller('s3');
  if (caller.kind === 'anonymous') throw noCredentials('a request without a signature has no credentials');
  const atLeast = Math.max(seconds + MARGIN, SHORTEST_SESSION);
  const { issued, nowMs } =
    (caller.kind === 'user' || caller.kind === 'root') && caller.issuedAt === undefined
      ? await bySessionToken(Math.min(atLeast, LONGEST_SESSION), session)
      : await asItself(caller, atLeast, session);
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = issued;
  const left = Math.floor((Expiration.getTime() - nowMs) / 1000);
  if (left < seconds - MARGIN)
    session.tell(`the URL is valid for ${left} seconds only, as long as the session that signs it`);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** A session that is issued now, and when that is by the store's clock. */
interface Issued {
  readonly issued: IssuedCredentials;
  readonly nowMs: number;
}

async function bySessionToken(seconds: number, session: Session): Promise<Issued> {
  const { Credentials: issued } = await session.aws.call('sts', 'GetSessionToken', { DurationSeconds: seconds });
  if (!issued) throw new Error('GetSessionToken returned no credentials');
  const nowMs = await session.store.transact((tx) => storeNow(tx, session.environment.now()));
  return { issued, nowMs };
}

/** A session has no credentials that STS would issue to it again. */
async function asItself(caller: Caller, seconds: number, { environment, store }: Session): Promise<Issued> {
  const [{ ownSession }, { rootKey }] = await Promise.all([import('../../../iam/own-session.ts'), store.workplace()]);
  return store.transact((tx) => {
    const nowMs = storeNow(tx, environment.now());
    const issued = ownSession(caller, seconds, { tx, now: new Date(nowMs), rootKey, random: environment.random });
    if (!issued) throw noCredentials(`${callerArn(caller)} has none`);
    return { issued, nowMs };
  });
}

const noCredentials = (reason: string) =>
  new StoreError(
    `Unable to locate credentials: ${reason}. A URL is signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with the role or the access key of a profile, or with a session of the caller that --as names`,
    { hint: 'ssebox iam create-access-key --user-name NAME' },
  );

/**
 * The bucket is part of the host, unless dots in the bucket would break TLS: Amazon S3 User Guide, "Virtual hosting of
 * buckets".
 */
function placeInAws({ bucket, key }: S3Uri, region: string) {
  if (!isRegion(region)) throw new UsageError(`"${region}" is not an AWS region`);
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes('.')
    ? { origin: `https://${host}`, path: `/${bucket}/${key}` }
    : { origin: `https://${bucket}.${host}`, path: `/${key}` };
}
