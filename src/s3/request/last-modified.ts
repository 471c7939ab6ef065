/** When an object was written, in S3's form: whole seconds, as in HTTP dates, and `.000Z` in XML. */

export const lastModified = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

/** A time as HTTP's fields have it: RFC 9110, section 5.6.7. */
export const httpDate = (ms: number): string => new Date(ms).toUTCString();
