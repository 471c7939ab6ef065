/** Memory for parts of objects that is used again, so that a long transfer takes no more of it than a short one. */

export interface PartMemory {
  /** Lends memory of this size while the work lasts; only what ended well gives it back. */
  hold(size: number, work: (bytes: Uint8Array) => Promise<void>): Promise<void>;
}

export function newPartMemory(): PartMemory {
  const free: Uint8Array[] = [];
  return {
    async hold(size, work) {
      const known = free.findIndex((bytes) => bytes.length >= size);
      const [bytes = Buffer.allocUnsafeSlow(size)] = known < 0 ? [] : free.splice(known, 1);
      // After a failure somebody may still be reading it.
      await work(bytes.subarray(0, size));
      free.push(bytes);
    },
  };
}
