/** When an object was written, as S3 tells it: in whole seconds, as HTTP dates have them, and `.000Z` in XML. */

export const lastModified = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);
