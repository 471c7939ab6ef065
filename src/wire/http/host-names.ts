/**
 * The names that a server goes by, and what stands before them: a bucket, as clients of S3 put it there, or an account,
 * as those of S3 Control do. Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
 */

import { isIP } from 'node:net';
import { isRegion, type Region, regions } from '../../api/regions.ts';

/** The names before which a bucket may stand. */
export type HostNames = readonly RegExp[];

const REGION = `(?:${regions.join('|')})`;

/**
 * A name directly below amazonaws.com is the endpoint of a service and not a bucket. The longest name comes first, so
 * that `s3.localhost` does not end the name of a bucket `s3`.
 */
const own = ['s3\\.(?:dualstack\\.)?REGION\\.amazonaws\\.com', 's3\\.amazonaws\\.com'];
const local = ['s3\\.REGION\\.localhost', 's3\\.localhost', 'localhost'];

/**
 * The names of a server that stands for AWS.
 * @param more names that it has besides: `--host-name`
 */
export const hostNames = (more: readonly string[] = []): HostNames =>
  [...own, ...local, ...more.map(asPattern).sort((a, b) => b.length - a.length)].map(
    (name) => new RegExp(`^(?:(.*)\\.)?${name.replace('REGION', REGION)}$`, 's'),
  );

const asPattern = (name: string): string => name.toLowerCase().replaceAll('.', '\\.');

/**
 * Whether a text is a host name that clients can put a bucket before: labels of letters, digits and hyphens, RFC 1123,
 * section 2.1. An address is not.
 */
export const isHostName = (text: string): boolean =>
  text.length <= 253 &&
  isIP(text) === 0 &&
  text.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));

/**
 * What stands before one of the server's names, in lower case; empty for nothing before a dot. Undefined if nothing
 * does, or if the host is an address or a name that the server does not have: then a bucket stands in the path.
 * @param host the field `Host`, with or without a port
 */
export function labelBefore(host: string, names: HostNames): string | undefined {
  const name = nameOf(host);
  if (isAddress(name)) return undefined;
  for (const pattern of names) {
    const match = pattern.exec(name);
    if (match) return match[1];
  }
  return undefined;
}

/** The region that the name of a host says; undefined if it says none. */
export function regionOfHost(host: string): Region | undefined {
  const region = /(?:^|\.)s3\.(?:dualstack\.)?([a-z0-9-]+)\.(?:amazonaws\.com|localhost)$/.exec(nameOf(host))?.[1];
  return region !== undefined && isRegion(region) ? region : undefined;
}

/** Whether a host is one of the server itself: an address, or one of its names without anything before it. */
export function isOwnHost(host: string, names: HostNames): boolean {
  const name = nameOf(host);
  if (isAddress(name)) return true;
  return names.some((pattern) => {
    const match = pattern.exec(name);
    return match !== null && match[1] === undefined;
  });
}

/** A host without its port and without the dot of the root, in lower case. */
export const nameOf = (host: string): string => host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();

/** Whether the name of a host is an IP address; one of version 6 stands in brackets. */
export const isAddress = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
