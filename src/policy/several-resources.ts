/** Resources of one owner that are decided about alike, such as the objects of a folder: any number in little memory. */

export interface SeveralResources {
  /** The first of them. */
  readonly listed: readonly string[];
  /** Whether there are others. */
  readonly hasMore: boolean;
  /** What the names of all begin with, up to a slash. */
  readonly common: string;
}

/** A policy has a few thousand characters: more resources than these are not listed in one. */
const MOST_LISTED = 10;

export const oneResource = (resource: string): SeveralResources => ({
  listed: [resource],
  hasMore: false,
  common: resource,
});

/** Adds a resource that may be among them. */
export function withResource(resources: SeveralResources, resource: string): SeveralResources {
  const { listed, hasMore, common } = resources;
  if (listed.includes(resource)) return resources;
  const isFull = listed.length >= MOST_LISTED;
  return {
    listed: isFull ? listed : [...listed, resource],
    hasMore: hasMore || isFull,
    common: resource.startsWith(common) ? common : sharedFolder(common, resource),
  };
}

function sharedFolder(one: string, other: string): string {
  let end = 0;
  while (end < one.length && one[end] === other[end]) end += 1;
  return one.slice(0, one.lastIndexOf('/', end - 1) + 1);
}

/** Two resources with the same container can be in one statement of one policy: a bucket has a policy, as a key has. */
export function containerOf(action: string, resource: string): string {
  return action.startsWith('s3:') ? resource.replace(/^(arn:[^/]*).*$/s, '$1') : resource;
}
