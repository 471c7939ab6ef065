/**
 * Credentials by the chain of AWS's SDK: of a profile, by its files, a process, a role or a sign-in; else of a container
 * or a machine. Roles are assumed by our own client at the endpoint that is called, so that nothing goes anywhere else.
 */

import type { defaultProvider } from '@aws-sdk/credential-provider-node';
import { AwsError, EndpointError, StoreError } from '../../api/errors.ts';
import { isRegion } from '../../api/regions.ts';
import { isAwsHost } from '../../wire/client/endpoint.ts';
import type { Credentials } from '../../wire/signature/signing.ts';
import type { AwsSources } from '../aws.ts';
import { DEFAULT_PROFILE } from '../config.ts';
import { awsFiles, type NamedProfile, namedProfile } from '../profiles.ts';
import type { FoundCredentials, RoleClients } from './found-credentials.ts';
import { type ProfileSource, sourceOf } from './profile-source.ts';

type Init = NonNullable<Parameters<typeof defaultProvider>[0]>;
type Logger = NonNullable<Init['logger']>;

/** What an unreachable metadata service may cost, in milliseconds, as in the AWS CLI. */
const METADATA_MS = 1000;

/** @throws StoreError if there are none, AwsError and EndpointError where a role cannot be assumed */
export async function credentialsByChain(roles: RoleClients, sources: AwsSources): Promise<FoundCredentials> {
  const { globals, environment, signal } = sources;
  const { variables } = environment;
  const named = namedProfile(globals, variables);
  const profile = named?.name ?? DEFAULT_PROFILE;
  const source = sourceOf(profile, variables);
  requireReach(source, roles);
  const { config: configFilepath, credentials: filepath } = awsFiles(variables);
  let untilMs: number | undefined;
  const assume = async (
    name: 'AssumeRole' | 'AssumeRoleWithWebIdentity',
    input: RoleInput,
    credentials: Credentials | undefined,
  ) => {
    const call = { service: 'sts', name, input: defined(input), region: roles.region, signal } as const;
    const output = await roles.client(credentials).call(call);
    const issued = issuedIn(output);
    // By this machine's clock, which the endpoint's may differ from.
    untilMs = environment.now() + (input.DurationSeconds ?? USUAL_SECONDS) * 1000;
    return issued;
  };
  const { logger, reasons } = listening(source);
  const { defaultProvider: chain } = await import('@aws-sdk/credential-provider-node');
  const provider = chain({
    profile,
    configFilepath,
    filepath,
    // What was read for another call may have changed.
    ignoreCache: true,
    logger,
    timeout: METADATA_MS,
    maxRetries: 0,
    // It becomes part of the names of AWS's hosts.
    parentClientConfig: isRegion(roles.region) ? { region: roles.region } : {},
    roleAssumer: (caller, input) => assume('AssumeRole', input, caller),
    roleAssumerWithWebIdentity: (input) => assume('AssumeRoleWithWebIdentity', input, undefined),
  });
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider();
    return { accessKeyId, secretAccessKey, sessionToken, untilMs: untilMs ?? expiration?.getTime() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AwsError || error instanceof EndpointError) throw error;
    throw noCredentials(source, error instanceof ChainStopped ? reasons.at(-1) : messageOf(error), named);
  }
}

/**
 * Signing in is with AWS itself, to which nothing goes that is meant for another place.
 * @throws StoreError
 */
function requireReach(source: ProfileSource, { endpoint }: RoleClients): void {
  if (source.kind !== 'sign-in' || endpoint.kind === 'aws' || isAwsHost(endpoint.origin)) return;
  throw new StoreError(
    `the profile (${source.profile}) takes its credentials from AWS by ${source.option}, and calls go to ${endpoint.origin}: name a profile with an access key, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
  );
}

interface RoleInput {
  readonly RoleArn: string | undefined;
  readonly DurationSeconds?: number | undefined;
}

/** How long a session lasts that does not say: AWS STS API Reference, AssumeRole, DurationSeconds. */
const USUAL_SECONDS = 3600;

const defined = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

/** @throws EndpointError if the answer has no credentials */
function issuedIn(output: unknown): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
  const issued: unknown = output instanceof Object && 'Credentials' in output ? output.Credentials : undefined;
  const text = (name: string): unknown => (issued instanceof Object ? Reflect.get(issued, name) : undefined);
  const [id, secret, token] = [text('AccessKeyId'), text('SecretAccessKey'), text('SessionToken')];
  if (typeof id === 'string' && typeof secret === 'string' && typeof token === 'string') {
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: token };
  }
  throw new EndpointError('the role was assumed, and the answer has no credentials');
}

/** The chain has come to the end of what the profile names. */
class ChainStopped extends Error {}

/**
 * The chain tells a logger which provider it comes to, and why each has failed. It goes on to the metadata service when
 * the source that a profile names has failed; what was named is all that is to be tried.
 */
function listening(source: ProfileSource): { readonly logger: Logger; readonly reasons: readonly string[] } {
  const reasons: string[] = [];
  const debug = (text: unknown) => {
    const said = String(text);
    const [, reason] = /^@smithy\/property-provider (?:->|\(!\)) (.*)$/s.exec(said) ?? [];
    if (reason !== undefined) reasons.push(reason);
    if (source.kind !== 'none' && said.endsWith('defaultProvider::fromProcess')) throw new ChainStopped();
  };
  const quiet = () => {};
  return { logger: { trace: quiet, debug, info: quiet, warn: quiet, error: quiet }, reasons };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** In the AWS CLI's words: botocore, exceptions.py, `NoCredentialsError`, `CredentialRetrievalError`. */
function noCredentials(source: ProfileSource, reason: string | undefined, named: NamedProfile | undefined): StoreError {
  if (source.kind === 'none') {
    const of = named ? ` of the profile (${named.name})` : '';
    // Beside --profile the credentials in the environment do not count.
    const wayOut =
      named && named.variable === undefined
        ? `write aws_access_key_id and aws_secret_access_key below [${named.name}] in ~/.aws/credentials, leave out --profile`
        : 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile of ~/.aws/credentials with --profile';
    return new StoreError(`Unable to locate credentials${of}: ${wayOut}, or call without any by --no-sign-request`);
  }
  const said = source.kind === 'process' ? saidByProcess(reason) : oneLine(reason);
  const provider = source.kind === 'process' ? 'custom-process' : source.option;
  return new StoreError(
    `Error when retrieving credentials from ${provider}: ${said}: see the profile (${source.profile}) in ~/.aws`,
  );
}

/** What a process says on standard error; not its command line, which may have a secret in it. */
function saidByProcess(reason = ''): string {
  if (!reason.startsWith('Command failed: ')) return oneLine(reason);
  const [, ...lines] = reason.trim().split('\n');
  return oneLine(lines.at(-1)) || 'the command of credential_process failed';
}

const oneLine = (text = ''): string => text.trim().replace(/[.:]$/, '').split('\n', 1).join();
