/** Customers' keys on their way: Amazon S3 User Guide, "Using server-side encryption with customer-provided keys (SSE-C)". */

import { isIPv4 } from 'node:net';
import { UsageError } from '../../api/errors.ts';
import type { HeaderFields } from '../http/message.ts';

/**
 * A request that has a customer's key in it goes only where nobody listens. S3 refuses it otherwise, but by then the key
 * has been sent.
 * @throws UsageError
 */
export function requireSecret(headers: HeaderFields, origin: string): void {
  if (origin.startsWith('https:') || isLoopback(new URL(origin).hostname)) return;
  if (!KEYS.some((name) => headers.has(name))) return;
  throw new UsageError(`a customer-provided key is sent over TLS only, and ${origin} has none: use an https:// URL`);
}

/**
 * A proxy that relays a plain request reads it, even if the endpoint is on this machine.
 * @param proxyUrl without credentials
 * @throws UsageError
 */
export function requireUnrelayed(headers: HeaderFields, proxyUrl: string): void {
  if (isLoopback(new URL(proxyUrl).hostname) || !KEYS.some((name) => headers.has(name))) return;
  throw new UsageError(
    `a customer-provided key is sent over TLS only, and the proxy ${proxyUrl} would read it: name the endpoint in NO_PROXY`,
  );
}

const KEYS = ['', 'copy-source-'].map((whose) => `x-amz-${whose}server-side-encryption-customer-key`);

/** RFC 6761, section 6.3: names that end in localhost are this machine as well. */
const isLoopback = (hostname: string): boolean =>
  hostname === '[::1]' || /(^|\.)localhost$/.test(hostname) || (isIPv4(hostname) && hostname.startsWith('127.'));
