/** A price that somebody gave from a file of their own. */

import type { Region } from '../../api/regions.ts';

/** How well a price is known. */
type EvidenceLetter = 'L' | 'G' | 'P' | 'I' | 'S' | 'U';

export interface PriceRecord {
  readonly v: 1;
  readonly tiers: readonly {
    readonly upTo?: number | undefined;
    readonly usd: number;
    readonly per: number;
    readonly evidence?: EvidenceLetter | undefined;
  }[];
  readonly freeTier?: { readonly quantity: number; readonly evidence: EvidenceLetter } | undefined;
  readonly asOf: string;
  readonly source: string;
  readonly evidence: EvidenceLetter;
  /** The region whose price the file says it is. */
  readonly takenFrom?: Region | undefined;
}
