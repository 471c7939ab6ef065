/** Events of ssebox's own, which AWS has no operation for: that time was moved, the store replaced, or an account imported. */

export interface OwnEvent {
  readonly v: 1;
  readonly command: 'clock advance' | 'clock set' | 'clock reset' | 'store restore' | 'store rekey' | 'import';
  /** The machine's time, in milliseconds. */
  readonly machineMs: number;
  /** The store's time before it, in milliseconds. */
  readonly fromMs: number;
  /** The store's time after it. */
  readonly toMs: number;
}
