/**
 * A store as the first format of call records left it, with what the program of that day answered about it: 67 calls of
 * users, roles and another account, refusals and a rotation among them.
 */

import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { hostIdOf } from '../../src/api/host-id.ts';
import { callRows } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { upgrade } from '../../src/upkeep/upgrade.ts';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { makeOldStore, unpackedOld } from '../support/old-store.ts';
import { openStore } from '../support/open-store.ts';

interface Answers {
  /** Every row of the calls, with the event that was shown of it. */
  readonly rows: readonly { readonly key: readonly unknown[]; readonly event: SomeEvent }[];
  /** `trail export` in two regions and in the other account, and `lookup-events` of Decrypt. */
  readonly exported: Readonly<Record<'us-east-1' | 'eu-west-1' | '444455556666', Exported>> & {
    readonly lookup: unknown;
  };
  /** What `s3 get` read, by bucket and key. */
  readonly objects: Readonly<Record<string, string>>;
}
// The file was written with this type.
const answers = JSON.parse(unpackedOld('answers.json').toString()) as Answers;

/** The answers were given so long after the clock of a new command line begins. */
const AGE_MS = 9000;

let line: CommandLine;
beforeEach(() => {
  line = newCommandLine();
  makeOldStore(line.store);
  line.advance(AGE_MS);
});

test('every call is shown as it was', async () => {
  upgrade(line.store, { random: randomBytes });
  const store = openStore(line.store);
  const shown = store.transact((tx) =>
    [...callRows({}, tx)].map(({ key, value }) => ({ key, event: cloudTrailEvent(value) })),
  );
  await store.close();
  expect(answers.rows).toHaveLength(67);
  expect(JSON.parse(JSON.stringify(shown))).toEqual(
    answers.rows.map((row) => ({ ...row, event: withConnection(row.event) })),
  );
});

/**
 * The event as it was, with what has been added to S3's events since: the connection of every call, `x-amz-id-2`, which
 * follows from the id of the request, and the host with its region among the parameters.
 */
function withConnection(event: SomeEvent): SomeEvent {
  if (event.eventSource !== 's3.amazonaws.com') return event;
  const connection = {
    AuthenticationMethod: 'AuthHeader',
    CipherSuite: 'TLS_AES_128_GCM_SHA256',
    SignatureVersion: 'SigV4',
    bytesTransferredIn: 0,
    bytesTransferredOut: 0,
  };
  const id = { 'x-amz-id-2': hostIdOf(`${event.requestID}`) };
  const { clientProvidedHostHeader: Host } = event.tlsDetails ?? {};
  return {
    ...event,
    requestParameters: { ...event.requestParameters, Host },
    additionalEventData: { ...connection, ...event.additionalEventData, ...id },
  };
}

const exportedNow = ({ Records }: Exported): Exported => ({ Records: Records.map(withConnection) });

interface Exported {
  readonly Records: readonly SomeEvent[];
}

interface SomeEvent {
  readonly eventSource?: unknown;
  readonly requestID?: unknown;
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>>;
  readonly tlsDetails?: { readonly clientProvidedHostHeader?: string };
}

test('the trail exports and finds the same as before', async () => {
  expect((await line.ok(['trail', 'export'])).json).toEqual(exportedNow(answers.exported['us-east-1']));
  const europe = await line.ok(['trail', 'export', '--region', 'eu-west-1']);
  expect(europe.json).toEqual(exportedNow(answers.exported['eu-west-1']));
  const other = await line.ok(['trail', 'export', '--as', '444455556666:user/admin']);
  expect(other.json).toEqual(exportedNow(answers.exported['444455556666']));
  const decrypts = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=Decrypt'];
  expect((await line.ok(['cloudtrail', 'lookup-events', ...decrypts])).json).toEqual(answers.exported.lookup);
});

test('its objects are read, and nothing in it is reported as damaged', async () => {
  for (const [name, text] of Object.entries(answers.objects)) {
    expect((await line.ok(['s3', 'get', `s3://${name}`, '-'])).out, name).toBe(text);
  }
  expect(Object.keys(answers.objects)).toHaveLength(6);
  await line.ok(['store', 'verify']);
});

test('old and new calls form one trail, newest first', async () => {
  await line.ok(['kms', 'list-aliases']);
  const { json } = await line.ok(['trail', 'lookup', '--limit', '3']);
  const { Records } = answers.exported['us-east-1'] as { Records: readonly unknown[] };
  const { Events } = json as { Events: readonly { readonly eventName: string }[] };
  expect(Events[0]?.eventName).toBe('ListAliases');
  expect(Events.slice(1)).toEqual(Records.slice(0, 2));
});

test('a backup of it is one of its format, which can be restored and verified', async () => {
  await line.ok(['store', 'backup', line.path('backup')]);
  const copy = ['--store', line.path('copy')];
  for (const verify of [['--verify'], ['--yes']]) {
    await line.ok(['store', 'restore', line.path('backup'), ...verify, '--yes', ...copy]);
    for (const [name, text] of Object.entries(answers.objects)) {
      expect((await line.ok(['s3', 'get', `s3://${name}`, '-', ...copy])).out, name).toBe(text);
    }
  }
  await line.ok(['store', 'verify', ...copy]);
});
