/** An endpoint of ssebox over a store in a temporary folder, with credentials of an administrator. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../src/assemble.ts';
import { processEnvironment } from '../../src/env.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { startServer } from '../../src/wire/server.ts';
import type { ProbeCredentials } from './run-probe.ts';

export interface OwnEndpoint {
  readonly url: string;
  readonly credentials: ProbeCredentials;
  close(): Promise<void>;
}

export async function ownEndpoint(): Promise<OwnEndpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-probe-'));
  const environment = { ...processEnvironment(), variables: {} };
  const assembly = assemble({ folder, environment });
  const admin = 'user/admin';
  await assembly.load('iam');
  const { output } = await assembly.pipeline.invoke(
    'iam',
    'CreateAccessKey',
    { UserName: 'admin' },
    {
      caller: (tx, now) => resolveCaller(admin, '111122223333', { tx, now, random: environment.random }),
      region: 'us-east-1',
    },
  );
  const server = await startServer({
    place: { ...assembly },
    environment,
    host: '127.0.0.1',
    port: 0,
    credentials: { secureTransport: 'assumed' },
    failed: (error) =>
      process.stderr.write(`probe: the endpoint failed: ${error instanceof Error ? error.stack : error}\n`),
  });
  return {
    url: server.url,
    credentials: output.AccessKey,
    async close() {
      await server.close(0);
      await assembly.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
