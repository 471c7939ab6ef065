/** The texts that name an endpoint, and what is wrong with those that do not. */

/** Of the URL of an endpoint, for messages. */
export const EXAMPLE_URL = 'http://127.0.0.1:4566';

/**
 * What keeps a text from being the URL of an endpoint; undefined if nothing does. What could be secret in it, such as a
 * password, is not repeated.
 */
export function endpointFault(text: string): string | undefined {
  // What stands before an @ may be a password wherever it is, and a query may be a signature.
  const shown = text.includes('@') ? 'it' : `"${text.replace(/[?#].*$/s, '')}"`;
  if (text.trim() === '') return 'it is empty';
  if (/[\s\p{Cc}\\]/u.test(text)) return `${shown} has a blank or a backslash in it`;
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return `${shown} does not begin with http:// or https://`;
  if (!/^https?$/i.test(scheme)) return `${shown} begins with ${scheme}://, not with http:// or https://`;
  const [authority = ''] = /^[^/?#]*/.exec(rest) ?? [];
  if (authority.includes('@')) return 'it has credentials in it, which belong in the environment or a profile';
  if (rest.includes('?')) return `${shown} is followed by a query`;
  if (rest.includes('#')) return `${shown} is followed by a fragment`;
  const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/s.exec(authority) ?? [];
  if (host === '') return `${shown} has no host`;
  if (port !== undefined && !(/^\d+$/.test(port) && Number(port) > 0 && Number(port) <= 65_535)) {
    return `the port of ${shown} is not a number from 1 to 65535`;
  }
  return URL.canParse(text) ? undefined : `${shown} has a host that is neither a name nor an address`;
}
