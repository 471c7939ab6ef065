/**
 * Asks an AWS the calls of the probe and prints their answers as a table. What it makes has a random name, and is removed
 * in the end.
 */

import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { cleanUp } from './clean-up.ts';
import { overHttp } from './over-http.ts';
import { ownEndpoint } from './own-endpoint.ts';
import { jsonOf, markdownOf } from './report.ts';
import { type ProbeCredentials, type ProbeResult, probeCalls, runProbe } from './run-probe.ts';

const USAGE = `npm run probe -- [--endpoint-url URL | --aws] [--output markdown|json] [--wait SECONDS]

  --endpoint-url URL  ask this endpoint, with the credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
                      AWS_SESSION_TOKEN (default: an endpoint of ssebox over a store of its own)
  --aws               ask AWS itself, in us-east-1: this makes and removes buckets, objects, keys, a user, a role and a
                      trail, which costs some cents
  --output FORMAT     markdown or json (default markdown)
  --wait SECONDS      how long to wait for what was just made to be known everywhere (default 60 with --aws, else 0)
`;

/** A command line that cannot be used. */
class UsageFault extends Error {}

interface Wanted {
  readonly endpoint: string | undefined;
  readonly isAws: boolean;
  readonly output: 'markdown' | 'json';
  readonly lagMs: number;
}

try {
  const wanted = wantedBy(process.argv.slice(2));
  const results = await probe(wanted);
  process.stdout.write(wanted.output === 'json' ? jsonOf(results) : markdownOf(results));
  process.exitCode = results.every(({ call, got }) => got === call.expected) ? 0 : 1;
} catch (error) {
  process.stderr.write(`probe: ${error instanceof Error ? error.message : error}\n`);
  if (error instanceof UsageFault) process.stderr.write(`\n${USAGE}`);
  process.exitCode = error instanceof UsageFault ? 252 : 255;
}

/** @throws UsageFault */
function wantedBy(words: readonly string[]): Wanted {
  const options = {
    'endpoint-url': { type: 'string' },
    aws: { type: 'boolean' },
    output: { type: 'string' },
    wait: { type: 'string' },
  } as const;
  try {
    const { values } = parseArgs({ args: [...words], options });
    const { output = 'markdown', aws: isAws = false, 'endpoint-url': endpoint } = values;
    if (isAws && endpoint !== undefined)
      throw new UsageFault('--aws and --endpoint-url both say whom to ask: use one of them');
    if (endpoint !== undefined && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))) {
      throw new UsageFault(`--endpoint-url takes an http or https URL, not "${endpoint}"`);
    }
    if (output !== 'markdown' && output !== 'json')
      throw new UsageFault(`--output takes markdown or json, not "${output}"`);
    const wait = values.wait ?? (isAws ? '60' : '0');
    if (!/^\d{1,4}$/.test(wait)) throw new UsageFault(`--wait takes a whole number of seconds, not "${wait}"`);
    return { endpoint, isAws, output, lagMs: Number(wait) * 1000 };
  } catch (error) {
    throw error instanceof UsageFault ? error : new UsageFault(error instanceof Error ? error.message : `${error}`);
  }
}

async function probe({ endpoint, isAws, lagMs }: Wanted): Promise<readonly ProbeResult[]> {
  if (endpoint === undefined && !isAws) {
    const own = await ownEndpoint();
    try {
      return await asked(own.url, own.credentials, lagMs);
    } finally {
      await own.close();
    }
  }
  return asked(endpoint, credentialsIn(process.env), lagMs);
}

/** @throws UsageFault */
function credentialsIn(variables: NodeJS.ProcessEnv): ProbeCredentials {
  const {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  } = variables;
  if (!AccessKeyId || !SecretAccessKey) {
    throw new UsageFault('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the credentials of an administrator');
  }
  return { AccessKeyId, SecretAccessKey, SessionToken };
}

async function asked(
  endpoint: string | undefined,
  credentials: ProbeCredentials,
  lagMs: number,
): Promise<readonly ProbeResult[]> {
  const target = overHttp({ endpoint, credentials, lagMs, now: Date.now });
  // What was made has to be removed, also after Ctrl-C; a second one ends the process.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const name = `ssebox-probe-${randomBytes(5).toString('hex')}`;
  try {
    const first = await target.call('sts', 'GetCallerIdentity', {}, 'self');
    if ('code' in first)
      throw new Error(
        `nothing was asked: ${endpoint ?? 'AWS'} answers GetCallerIdentity with ${first.status} ${first.code}: ${first.message}`,
      );
    const results = await runProbe(target, name, probeCalls, stop.signal);
    const left = await cleanUp(target, name, results);
    for (const each of left) process.stderr.write(`probe: could not remove ${each}\n`);
    if (stop.signal.aborted) throw new Error(`interrupted after ${results.length} of ${probeCalls.length} calls`);
    return results;
  } finally {
    target.close();
  }
}
