/** Frees memory without waiting for the garbage collector. */

import type { MessagePort } from 'node:worker_threads';

/** Part of ES2024; Node 20 does not have it. */
interface Transferable extends ArrayBuffer {
  transfer?(size: number): ArrayBuffer;
}

/**
 * Frees the memory of bytes that are no longer needed; their length is 0 afterwards. Bytes that are part of a larger
 * buffer are left alone.
 */
export function giveBack(bytes: Uint8Array): void {
  const memory: Transferable | SharedArrayBuffer = bytes.buffer;
  if (!(memory instanceof ArrayBuffer) || memory.byteLength !== bytes.byteLength) return;
  if (memory.transfer) memory.transfer(0);
  else portToNowhere().postMessage(undefined, [memory]);
}

let closedPort: MessagePort | undefined;

/** A closed port takes ownership of memory and drops it. */
function portToNowhere(): MessagePort {
  if (!closedPort) {
    // Most commands never need it, and loading Node's threads takes some milliseconds.
    const { MessageChannel } = process.getBuiltinModule('node:worker_threads');
    closedPort = new MessageChannel().port1;
    closedPort.close();
  }
  return closedPort;
}
