/** How connections to an endpoint are made: time-outs, whom to trust, and the proxy on the way. */

import { X509Certificate } from 'node:crypto';
import { StoreError, UsageError } from '../../api/errors.ts';
import { systemReason } from '../../api/file-error.ts';
import type { TransportOptions } from '../../wire/client/transport.ts';
import type { AwsSources } from '../aws.ts';
import { proxyFor } from './proxies.ts';

/** What the AWS CLI waits, in milliseconds: AWS CLI User Guide, "Command line options". */
const USUAL_MS = 60_000;

/** The longest time that a timer of Node's can have. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * @param isTls whether the endpoint is spoken to over TLS; if not, nothing about certificates is read
 * @throws UsageError for a time-out that is none, StoreError for a file without certificates
 */
export async function connectionOptions(sources: AwsSources, isTls: boolean): Promise<TransportOptions> {
  const { globals, environment } = sources;
  const verifies = globals['no-verify-ssl'] !== true;
  const limits = {
    connectMs: milliseconds('cli-connect-timeout', globals['cli-connect-timeout']),
    readMs: milliseconds('cli-read-timeout', globals['cli-read-timeout']),
  };
  if (isTls && !verifies) sources.tell('warning: certificates are not verified, because of --no-verify-ssl');
  return {
    ...limits,
    verifies,
    authorities: isTls && verifies ? await authorities(sources) : undefined,
    proxyFor: (origin) => proxyFor(origin, environment.variables),
  };
}

function milliseconds(name: string, seconds: string | undefined): number {
  if (seconds === undefined) return USUAL_MS;
  const ms = Number(seconds) * 1000;
  if (ms < 0) throw new UsageError(`--${name} takes a number of seconds, or 0 to wait for ever, not "${seconds}"`);
  return Math.min(ms, LONGEST_MS);
}

/** The certificates to trust instead of the usual ones: AWS SDKs and Tools Reference Guide, "General configuration". */
async function authorities({ globals, environment, settings }: AwsSources): Promise<string | undefined> {
  const named = [
    ['--ca-bundle', globals['ca-bundle']],
    ['AWS_CA_BUNDLE', environment.variables.AWS_CA_BUNDLE],
    ['the setting ca_bundle', settings.ca_bundle],
  ] as const;
  const [name, path] = named.find(([, value]) => value) ?? [];
  if (name === undefined || path === undefined) return undefined;
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(path, 'latin1').catch((error: unknown) => {
    throw new StoreError(`${name} names the file "${path}", which cannot be read: ${systemReason(error) ?? error}`);
  });
  if (!hasCertificates(text)) {
    throw new StoreError(`${name} names the file "${path}", which must hold certificates in PEM, and does not`);
  }
  return text;
}

function hasCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    return false;
  }
  return blocks.length > 0;
}
