/** How large policies may be: IAM User Guide, "IAM and AWS STS quotas", and the quotas of KMS, S3 and Organizations. */

import type { Found, PolicyFacts } from './finding.ts';
import type { PolicyType } from './policy-type.ts';

interface SizeLimit {
  /** What may be that large, as a noun. */
  readonly of: string;
  readonly most: number;
  readonly counts: Counted;
}

type Counted = 'characters without white space' | 'characters' | 'bytes' | 'bytes without white space';

/** The longest policy that any operation of IAM, KMS or STS takes: the model's policyDocumentType and others. */
const MOST_CHARACTERS = 131_072;

const PACKED: Counted = 'characters without white space';

/** What an identity-based policy may be saved as, from the smallest. */
const identityLimits = {
  user: { of: 'all inline policies of a user', most: 2048, counts: PACKED },
  group: { of: 'all inline policies of a group', most: 5120, counts: PACKED },
  'managed policy': { of: 'a managed policy', most: 6144, counts: PACKED },
  role: { of: 'all inline policies of a role', most: 10_240, counts: PACKED },
} as const satisfies Record<NonNullable<PolicyFacts['holder']>, SizeLimit>;

const limits: Readonly<Record<Exclude<PolicyType, 'identity'>, SizeLimit>> = {
  boundary: identityLimits['managed policy'],
  session: { of: 'a session policy', most: 2048, counts: 'characters' },
  trust: { of: 'a trust policy, unless the quota is raised', most: 2048, counts: PACKED },
  bucket: { of: 'a bucket policy', most: 20_480, counts: 'bytes without white space' },
  key: { of: 'a key policy', most: 32_768, counts: 'bytes' },
  scp: { of: 'a service control policy', most: 5120, counts: 'characters' },
  rcp: { of: 'a resource control policy', most: 5120, counts: 'characters' },
};

/** The size of a policy, and the limits on it from the smallest. */
export interface PolicySize {
  readonly size: number;
  readonly counts: Counted;
  readonly limits: readonly Pick<SizeLimit, 'of' | 'most'>[];
}

export function sizeOf(text: string, type: PolicyType, holder?: PolicyFacts['holder']): PolicySize {
  const own = type !== 'identity' ? [limits[type]] : holder ? [identityLimits[holder]] : Object.values(identityLimits);
  const counts = own[0]?.counts ?? PACKED;
  return { size: counted(text, counts), counts, limits: own.map(({ of, most }) => ({ of, most })) };
}

function counted(text: string, counts: Counted): number {
  switch (counts) {
    case 'characters':
      return text.length;
    case 'characters without white space':
      return text.replace(/\s+/g, '').length;
    case 'bytes':
      return Buffer.byteLength(text);
    case 'bytes without white space':
      return Buffer.byteLength(normalized(text));
  }
}

/** As S3 counts: without the white space between elements. */
function normalized(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** A policy that is too large for everything that it could be. */
export function* oversize(text: string, type: PolicyType, facts: PolicyFacts): Iterable<Found> {
  const { size, counts, limits: own } = sizeOf(text, type, facts.holder);
  const [largest] = own.toSorted((one, other) => other.most - one.most);
  if (largest && size > largest.most) {
    yield {
      kind: 'size',
      says: `the policy has ${size} ${counts}, and ${largest.of} can have ${largest.most}`,
      path: [],
      advice: 'shorten it, or split it',
    };
    return;
  }
  if (type !== 'bucket' && type !== 'scp' && type !== 'rcp' && text.length > MOST_CHARACTERS) {
    yield {
      kind: 'size',
      says: `the policy has ${text.length} characters with its white space, and no operation takes more than ${MOST_CHARACTERS}`,
      path: [],
      advice: 'remove white space',
    };
    return;
  }
  const managed = identityLimits['managed policy'];
  if (type === 'identity' && facts.holder === undefined && size > managed.most) {
    yield {
      kind: 'size',
      severity: 'warning',
      says: `the policy has ${size} ${counts}, and ${managed.of} can have ${managed.most}: it fits only among the inline policies of a role`,
      path: [],
      advice: 'split it to attach it elsewhere',
    };
  }
}
