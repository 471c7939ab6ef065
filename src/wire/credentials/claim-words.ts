/**
 * What services say of a request whose signature of version 4 they do not even look at: for S3 Amazon S3 API Reference,
 * "Error responses"; for the others AWS KMS API Reference and IAM API Reference, "Common errors"; and as they answer.
 */

import { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { serviceFacts } from '../../api/service-facts.ts';
import * as s3 from './s3-credential-refusals.ts';

/** Where a signature of version 4 is. */
export type ClaimPlace = 'header' | 'query';

/** The refusals, each in the service's words. */
export interface ClaimWords {
  /** Parts are missing, double or unknown. @param names those that are missing */
  incomplete(names: readonly string[], reason: string): AwsError;
  credential(text: string): AwsError;
  /** The scope's date is not one, or another than that of the signature. @param time as the request says it */
  scopeDate(date: string, time: string): AwsError;
  scopeRegion(region: string): AwsError;
  scopeService(service: string): AwsError;
  scopeEnd(end: string): AwsError;
  /** When it was signed is not said, or not readable. */
  time(text: string | undefined): AwsError;
  /** @param names in lower case, sorted */
  unsigned(names: readonly string[]): AwsError;
  severalMechanisms(reason: string): AwsError;
  ambiguousHost(reason: string): AwsError;
}

/** The words of a service for what is wrong with a signature at a place. */
export const claimWords = (service: ServiceName, place: ClaimPlace): ClaimWords =>
  serviceFacts[service].host === 's3' ? s3Words(place) : ordinaryWords(service, place);

function s3Words(place: ClaimPlace): ClaimWords {
  const aboutCredential = (why: string, detail: Readonly<Record<string, string>> = {}): AwsError =>
    place === 'header'
      ? s3.malformedHeader(why, detail)
      : s3.malformedQuery(`Error parsing the X-Amz-Credential parameter; ${why}`, detail);
  return {
    incomplete: (_names, reason) =>
      place === 'header' ? s3.malformedHeader(THREE_COMPONENTS, {}, reason) : s3.incompleteQuery(reason),
    credential: () => aboutCredential(CREDENTIAL_FORM),
    scopeDate: (date, time) =>
      /^\d{8}$/.test(date)
        ? aboutCredential(
            `Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`,
          )
        : aboutCredential(
            `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
          ),
    // A bucket's own region is expected where the bucket is known; there is none yet.
    scopeRegion: (region) =>
      aboutCredential(`the region '${region}' is wrong; expecting 'us-east-1'`, { Region: 'us-east-1' }),
    scopeService: (service) => aboutCredential(`incorrect service "${service}". This endpoint belongs to "s3".`),
    scopeEnd: (end) => aboutCredential(`incorrect terminal "${end}". This endpoint uses "aws4_request".`),
    time: () =>
      place === 'header'
        ? s3.noDate()
        : s3.malformedQuery(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`),
    unsigned: s3.unsignedHeaders,
    severalMechanisms: s3.severalMechanisms,
    ambiguousHost: s3.ambiguousHost,
  };
}

const THREE_COMPONENTS =
  'the authorization header requires three components: Credential, SignedHeaders, and Signature.';
const CREDENTIAL_FORM = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

function ordinaryWords(service: ServiceName, place: ClaimPlace): ClaimWords {
  const { credentialErrors, host } = serviceFacts[service];
  const malformed = place === 'header' ? credentialErrors.malformedHeader : credentialErrors.malformedQuery;
  const [wrongSignature] = credentialErrors.wrongSignature;
  const incomplete = (message: string, reason?: string): AwsError => new AwsError(malformed, message, {}, reason);
  const mismatch = (message: string): AwsError => new AwsError(wrongSignature, message);
  return {
    incomplete: (names, reason) => incomplete(ofMissing(names, place), reason),
    credential: (text) =>
      incomplete(
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'`,
      ),
    scopeDate: (date, time) =>
      mismatch(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`,
      ),
    scopeRegion: (region) => mismatch(`Credential should be scoped to a valid region, not '${region}'.`),
    scopeService: () => mismatch(`Credential should be scoped to correct service: '${host}'.`),
    scopeEnd: (end) => mismatch(`Credential should be scoped with a valid terminator: 'aws4_request', not '${end}'.`),
    time: (text) =>
      incomplete(
        text === undefined
          ? ofMissing([], place)
          : `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      ),
    unsigned: (names) =>
      mismatch(
        names
          .map(
            (name) =>
              `${name === 'host' ? "'Host' or ':authority'" : `'${name}'`} must be a 'SignedHeader' in the AWS Authorization.`,
          )
          .join(' '),
      ),
    severalMechanisms: (reason) =>
      incomplete('Only one authentication mechanism is allowed: a signature in the header or in the query.', reason),
    ambiguousHost: (reason) => incomplete('The request must have exactly one Host header.', reason),
  };
}

/** @param names of missing parts; none: of the time */
function ofMissing(names: readonly string[], place: ClaimPlace): string {
  if (place === 'query') {
    const missing = names.length > 0 ? names : ['X-Amz-Date'];
    return missing
      .map((name) => `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`)
      .join(' ');
  }
  const sentences = names.map((name) => `Authorization header requires '${name}' parameter.`);
  if (sentences.length === 0) {
    sentences.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return sentences.join(' ');
}
