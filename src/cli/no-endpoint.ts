/**
 * Endpoints that somebody means to be called. What is said of them is for people who might believe to have changed
 * something there.
 */

export const NO_ENDPOINT = 'ssebox calls no endpoint, and reads and changes only the store on this machine';

/** By the AWS SDKs and Tools Reference Guide, "Service-specific endpoints", as far as ssebox has the services. */
const VARIABLES = [
  'AWS_ENDPOINT_URL',
  ...['S3', 'KMS', 'IAM', 'STS', 'CLOUDTRAIL'].map((service) => `AWS_ENDPOINT_URL_${service}`),
];

/** The endpoint of S3 that the environment sets, and its variable. */
export function s3Endpoint(variables: Variables): { readonly name: string; readonly url: string } | undefined {
  if (areIgnored(variables)) return undefined;
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const url = variables[name];
    if (url) return { name, url };
  }
  return undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

const areIgnored = (variables: Variables): boolean =>
  variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true';

/** The line about endpoints that the environment sets; undefined if it sets none, or has them ignored. */
export function ignoredEndpoint(variables: Variables): string | undefined {
  if (areIgnored(variables)) return undefined;
  const found = VARIABLES.filter((name) => variables[name]);
  if (found.length === 0) return undefined;
  return `${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} ignored: ${NO_ENDPOINT}`;
}
