import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { DAY } from '../support/harness.ts';

const HOUR = DAY / 24;

/** The names of the events that a command shows. */
async function shown(line: CommandLine, ...words: string[]): Promise<readonly string[]> {
  const { json } = await line.ok(['trail', 'lookup', '--limit', '1000', ...words]);
  return (json as { Events: readonly { eventName: string }[] }).Events.map(({ eventName }) => eventName);
}

const idOf = async (line: CommandLine, name: string): Promise<string> => {
  const query = ['--query', 'Events[0].eventID', '--output', 'text'];
  return (await line.ok(['trail', 'lookup', '--data-events', '--event', name, ...query])).out.trim();
};

test("what the trail shows goes by the store's clock, and is there again once the clock is set back", async () => {
  const line = await newSample();
  const before = await shown(line, '--data-events');
  expect(before).toEqual(expect.arrayContaining(['PutObject', 'CreateKey']));
  const [put, create] = [await idOf(line, 'PutObject'), await idOf(line, 'CreateKey')];
  await line.ok(['clock', 'advance', '25h']);
  expect(await shown(line, '--data-events')).not.toContain('PutObject');
  expect(await shown(line)).toContain('CreateKey');
  await line.ok(['clock', 'advance', '1y']);
  expect(await shown(line, '--data-events')).not.toContain('CreateKey');
  const exported = await line.ok(['trail', 'export', '--data-events', '--since', '2y']);
  expect(exported.out).not.toMatch(/PutObject|CreateKey/);
  for (const [id, words] of [
    [put, "the last 24 hours of the store's clock, of which trail shows data events"],
    [create, "the last 90 days of the store's clock, of which trail shows events"],
  ] as const) {
    const { code, err } = await line.ssebox(['trail', 'show', id]);
    expect([code, err]).toEqual([252, expect.stringContaining(`the event "${id}" is not in ${words}\n`)]);
    expect((await line.ok(['explain', id])).json).toMatchObject({ Event: { Id: id } });
  }
  // Commands of several hours have looked for old records.
  for (let i = 0; i < 3; i++) {
    line.advance(2 * HOUR);
    await line.ok(['kms', 'ls']);
  }
  await line.ok(['clock', 'reset']);
  expect(await shown(line, '--data-events')).toEqual(expect.arrayContaining([...before]));
  expect((await line.ok(['trail', 'show', put])).json).toMatchObject({ eventName: 'PutObject' });
});

test('real time deletes what is as old as the settings say', async () => {
  const line = await newSample();
  const put = await idOf(line, 'PutObject');
  await line.ok(['config', 'set', 'trail.keep-data-events', '1h']);
  await line.ok(['config', 'set', 'trail.keep-management', '30d']);
  line.advance(1.1 * HOUR);
  expect(await shown(line, '--data-events')).not.toContain('PutObject');
  line.advance(2 * HOUR);
  await line.ok(['kms', 'ls']);
  const gone = await line.ssebox(['explain', put]);
  expect([gone.code, gone.err]).toEqual([252, expect.stringContaining(put)]);
  expect(await shown(line)).toContain('CreateKey');
  line.advance(31 * DAY);
  for (const _ of [1, 2, 3]) await line.ok(['kms', 'ls']);
  expect(await shown(line)).not.toContain('CreateKey');
  const { json } = await line.ok(['store', 'info', '--query', 'Counts.Events']);
  expect(json).toBeLessThan(20);
  expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Damaged: [] });
  const missing = await line.ssebox(['trail', 'show', '019df237-3e80-7012-8b5c-59a7949aacd2']);
  expect(missing.err).toContain('in the last 30 days');
});

test('with 0 no data event is kept, and calls of KMS are', async () => {
  const line = await newSample();
  await line.ok(['config', 'set', 'trail.keep-data-events', '0']);
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', '-']);
  expect(await shown(line, '--data-events', '--event', 'Decrypt')).toEqual(['Decrypt']);
  expect(await shown(line, '--data-events')).not.toContain('GetObject');
});
