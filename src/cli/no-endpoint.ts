/** What is said where somebody means to call an endpoint, who might believe to have changed something there. */

export const NO_ENDPOINT = 'ssebox calls no endpoint, and reads and changes only the store on this machine';

/** By the AWS SDKs and Tools Reference Guide, "Service-specific endpoints", as far as ssebox has the services. */
const VARIABLES = [
  'AWS_ENDPOINT_URL',
  ...['S3', 'KMS', 'IAM', 'STS', 'CLOUDTRAIL'].map((service) => `AWS_ENDPOINT_URL_${service}`),
];

/** The line about endpoints that the environment sets; undefined if it sets none, or has them ignored. */
export function ignoredEndpoint(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  if (variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true') return undefined;
  const found = VARIABLES.filter((name) => variables[name]);
  if (found.length === 0) return undefined;
  return `${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} ignored: ${NO_ENDPOINT}`;
}
