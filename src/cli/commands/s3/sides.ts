/**
 * The two sides of a copy from bucket to bucket: usually one and the same, otherwise the store on this machine and an
 * endpoint, or two endpoints.
 */

import { UsageError } from '../../../api/errors.ts';
import type { Aws } from '../../aws.ts';
import { hasEndpoint } from '../../endpoint/named.ts';
import { storeBehind } from '../../endpoint/store-behind.ts';
import { loadSettings } from '../../profiles.ts';
import type { Session } from '../../session.ts';
import { namesSide, type SideValues } from './side-options.ts';
import { isS3Uri } from './uri.ts';

/** The paths of a command, as they were typed. */
interface Paths {
  readonly source: string;
  readonly target: string;
}

export interface Sides {
  /** Makes the calls that read the source. */
  readonly source: Aws;
  /** Makes the calls that write the target. */
  readonly target: Aws;
  /** Whether both are one, so that the service itself copies from the one to the other. */
  readonly isOne: boolean;
}

/** @throws UsageError for options that do not fit one another or these paths; StoreError for the profile */
export async function sidesOf(paths: Paths, { options }: SideValues, session: Session): Promise<Sides> {
  if (!namesSide({ options })) return { source: session.aws, target: session.aws, isOne: true };
  const { 'from-store': fromStore, 'to-store': toStore, 'from-endpoint-url': from, 'from-profile': profile } = options;
  const isElsewhere = from !== undefined || profile !== undefined;
  requireOneEach({ options }, session);
  const by = fromStore
    ? '--from-store'
    : toStore
      ? '--to-store'
      : from === undefined
        ? '--from-profile'
        : '--from-endpoint-url';
  for (const path of [paths.source, paths.target]) {
    if (!isS3Uri(path))
      throw new UsageError(`${by} copies from bucket to bucket: write s3://BUCKET/KEY, not "${path}"`);
  }
  if (session.rehearses) {
    throw new UsageError(`an endpoint decides by its own policies, which are not known here: leave out ${by}`);
  }
  if (fromStore || toStore) requireOtherStore(by, session);
  if (fromStore) return { source: session.localAws, target: endpointOf(by, 'target', session), isOne: false };
  const source = isElsewhere ? await awsAt(from, options, session) : endpointOf(by, 'source', session);
  return { source, target: toStore ? session.localAws : session.aws, isOne: false };
}

/** @throws UsageError for options of which several name the same side, or none the one that they are about */
function requireOneEach({ options }: SideValues, { globals }: Session): void {
  const { 'from-store': fromStore, 'to-store': toStore, 'from-endpoint-url': from, 'from-profile': profile } = options;
  const ofSource = from === undefined ? '--from-profile' : '--from-endpoint-url';
  const isElsewhere = from !== undefined || profile !== undefined;
  if (fromStore && toStore) {
    throw new UsageError('--from-store and --to-store are one store: use one of them, or neither to copy inside it');
  }
  if (fromStore && isElsewhere) {
    throw new UsageError(`--from-store and ${ofSource} both set the source: use one of them`);
  }
  if (toStore && isElsewhere && globals['endpoint-url'] !== undefined) {
    throw new UsageError('--to-store and --endpoint-url both set the target: use one of them');
  }
  if (options['from-region'] !== undefined && !isElsewhere) {
    throw new UsageError('--from-region is about the endpoint that --from-endpoint-url names: add it');
  }
}

/** @throws UsageError where the store is the one that the endpoint serves, so that both sides are one */
function requireOtherStore(by: string, { globals, environment: { variables }, endpoints }: Session): void {
  if (globals.store !== undefined || variables.SSEBOX_STORE || !storeBehind(variables)) return;
  const url = endpoints?.of('s3')?.text;
  if (url !== variables.SSEBOX_ENDPOINT_URL) return;
  throw new UsageError(`${by} needs another store than the one that ${url} serves: name it with --store`);
}

/** @throws UsageError if no endpoint was chosen */
function endpointOf(by: string, side: 'source' | 'target', { aws, endpoints }: Session): Aws {
  if (endpoints?.of('s3')) return aws;
  throw new UsageError(`${by} needs an endpoint for the ${side}: add --endpoint-url URL, or set AWS_ENDPOINT_URL`);
}

/**
 * The calls to the endpoint of the source, with credentials of its own where a profile has them.
 * @param text undefined for the endpoint of the profile
 */
async function awsAt(text: string | undefined, options: SideValues['options'], session: Session): Promise<Aws> {
  const { endpointByOption, endpointsFor } = await import('../../endpoint/chosen.ts');
  const byOption = text === undefined ? undefined : endpointByOption('--from-endpoint-url', text);
  const { 'from-profile': profile, 'from-region': region } = options;
  if (byOption && profile === undefined) return session.awsAt(byOption, { region });
  const settings = await loadSettings({ profile }, session.environment, { isForEndpoint: true });
  const { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS } = session.environment.variables;
  const ignoring = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS };
  const chosen =
    byOption ?? (hasEndpoint(settings, {}, ignoring) ? endpointsFor({}, {}, settings)?.of('s3') : undefined);
  if (chosen) return session.awsAt(chosen, { profile, region, settings });
  throw new UsageError(`the profile (${profile}) has no endpoint_url: add --from-endpoint-url URL`);
}
