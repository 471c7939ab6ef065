/**
 * A process with an endpoint over the store in the folder that is its first argument, at the time of the clock that is
 * the second. It tells its parent its port; asked for `memory`, the bytes that it holds after a garbage collection, and
 * what failed; told to `close`, it ends.
 */

import { assemble } from '../../../src/assemble.ts';
import { processEnvironment } from '../../../src/env.ts';
import { startServer } from '../../../src/wire/server.ts';

const [folder = '', now] = process.argv.slice(2);
const environment = { ...processEnvironment(), now: () => Number(now) };
const place = assemble({ folder, environment });
const failures: string[] = [];
const server = await startServer({
  place,
  environment,
  host: '127.0.0.1',
  port: 0,
  credentials: { secureTransport: 'assumed' },
  failed: (error) => failures.push(String(error)),
  limits: { idleMs: 2000, keepAliveMs: 2000, checkingMs: 200, patienceMs: 200 },
});

process.on('message', (message) => {
  if (message === 'close') void close();
  else void tell();
});
process.send?.({ port: server.port });

async function tell(): Promise<void> {
  // Twice, since what is finalized is freed the next time.
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ bytes: heapUsed + external, failures });
}

async function close(): Promise<void> {
  await server.close(0);
  await place.close();
  process.disconnect();
}
