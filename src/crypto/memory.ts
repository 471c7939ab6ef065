/** Memory that is given back before the garbage collector comes to it. */

import type { MessagePort } from 'node:worker_threads';

/** ES2024; Node 20 does not have it. */
interface Transferable extends ArrayBuffer {
  transfer?(size: number): ArrayBuffer;
}

/**
 * Frees the memory of bytes that nobody needs any more; they have no length afterwards. Bytes that are a part of
 * greater memory stay as they are.
 */
export function giveBack(bytes: Uint8Array): void {
  const memory: Transferable | SharedArrayBuffer = bytes.buffer;
  if (!(memory instanceof ArrayBuffer) || memory.byteLength !== bytes.byteLength) return;
  if (memory.transfer) memory.transfer(0);
  else portToNowhere().postMessage(undefined, [memory]);
}

let closedPort: MessagePort | undefined;

/** A port that is closed takes memory over and drops it. */
function portToNowhere(): MessagePort {
  if (!closedPort) {
    // Most commands never come here, and to load threads takes Node some milliseconds.
    const { MessageChannel } = process.getBuiltinModule('node:worker_threads');
    closedPort = new MessageChannel().port1;
    closedPort.close();
  }
  return closedPort;
}
