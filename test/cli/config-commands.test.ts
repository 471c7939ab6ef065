import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newCommandLine, newSample } from '../support/command-line.ts';

test('a setting applies from the next command on, until it is removed', async () => {
  const line = newCommandLine();
  await line.ok(['config', 'set', 'region', 'eu-west-1']);
  expect((await line.ok(['config', 'get', 'region'])).out).toBe('eu-west-1\n');
  await line.ok(['bucket', 'create', 'letters']);
  const { json } = await line.ok(['bucket', 'show', 'letters']);
  expect(json).toMatchObject({ Region: 'eu-west-1' });
  await line.ok(['config', 'unset', 'region']);
  const unset = await line.ssebox(['config', 'get', 'region']);
  expect([unset.code, unset.out]).toEqual([1, '']);
});

test('a profile is a named caller', async () => {
  const line = await newSample();
  await line.ok(['config', 'set', '--profile', 'guest', 'as', 'user/bob']);
  const { json } = await line.ok(['sts', 'get-caller-identity', '--profile', 'guest']);
  expect(json).toMatchObject({ Arn: 'arn:aws:iam::111122223333:user/bob' });
  expect((await line.ok(['config', 'profiles'])).json).toEqual({
    Profiles: [{ Name: 'guest', Settings: { as: 'user/bob' } }],
  });
  const unknown = await line.ssebox(['sts', 'get-caller-identity', '--profile', 'nobody']);
  expect([unknown.code, unknown.err]).toEqual([253, expect.stringContaining('(nobody) could not be found')]);
});

test('every setting is listed with its description', async () => {
  const line = newCommandLine();
  const { json } = await line.ok(['config', 'list'], { variables: { AWS_REGION: 'sa-east-1' } });
  expect(json).toMatchObject({
    Settings: expect.arrayContaining([expect.objectContaining({ Name: 'region', Value: 'sa-east-1' })]),
  });
  expect((await line.ok(['config', 'list'], { terminal: 120 })).out).toMatch(/^SETTING +VALUE/);
});

test.for([
  [['config', 'set', 'region', 'atlantis-1'], 'atlantis-1'],
  [['config', 'set', 'colour', 'blue'], 'colour'],
  [['config', 'get', 'colour'], 'colour'],
  [['config', 'set', 'account', '12'], '12'],
] as const)('%o is refused by name and changes nothing', async ([words, named]) => {
  const line = newCommandLine();
  const { code, err } = await line.ssebox(words);
  expect(code).toBe(252);
  expect(err).toContain(`"${named}"`);
  expect(existsSync(line.path('.config'))).toBe(false);
});

test('with kms.settle-delay, a replica and a rotation take their time', async () => {
  const line = newCommandLine();
  await line.ok(['config', 'set', 'kms.settle-delay', '10s']);
  const { json } = await line.ok(['kms', 'create-key', '--multi-region', '--query', 'KeyMetadata.KeyId']);
  const key = ['--key-id', String(json)];
  await line.ok(['kms', 'replicate-key', ...key, '--replica-region', 'eu-west-1']);
  await line.ok(['kms', 'rotate-key-on-demand', ...key]);
  const facts = async () => ({
    replica: (
      await line.ok(['kms', 'describe-key', ...key, '--region', 'eu-west-1', '--query', 'KeyMetadata.KeyState'])
    ).json,
    rotations: (await line.ok(['kms', 'list-key-rotations', ...key, '--query', 'length(Rotations)'])).json,
  });
  expect(await facts()).toEqual({ replica: 'Creating', rotations: 0 });
  line.advance(10_000);
  expect(await facts()).toEqual({ replica: 'Enabled', rotations: 1 });
});

test('an invalid value in the config file stops a command before it calls anything', async () => {
  const line = await newSample();
  const { json } = await line.ok(['config', 'list', '--query', 'File']);
  await line.ok(['config', 'set', 's3.bucket-key-lifetime', '5m']);
  for (const name of ['kms.grant-delay', 'kms.settle-delay', 's3.bucket-key-lifetime']) {
    writeFileSync(String(json), JSON.stringify({ settings: { [name]: 'soon' } }));
    const { code, err } = await line.ssebox(['s3', 'put', '-', 's3://reports/k'], { stdin: 'text' });
    expect([code, err]).toEqual([
      253,
      expect.stringContaining(`${name} must be a duration such as 90s, 15m, 12h or 30d, not "soon"`),
    ]);
  }
});

test('config set and config unset repair a file that stops other commands', async () => {
  const line = await newSample();
  const file = String((await line.ok(['config', 'list', '--query', 'File'])).json);
  const spoil = () => writeFileSync(file, JSON.stringify({ settings: { region: 'mars', colour: 'red' } }));
  await line.ok(['config', 'set', 'region', 'eu-west-1']);
  spoil();
  expect((await line.ssebox(['kms', 'list-keys'])).code).toBe(253);
  await line.ok(['config', 'set', 'region', 'eu-west-2']);
  await line.ok(['config', 'unset', 'colour']);
  expect((await line.ok(['config', 'get', 'region'])).out).toBe('eu-west-2\n');
  spoil();
  await line.ok(['config', 'unset', 'region']);
  await line.ok(['config', 'unset', 'colour'], { variables: { AWS_DEFAULT_REGION: 'mars' } });
  await line.ok(['kms', 'list-keys']);
  expect((await line.ssebox(['config', 'unset', 'region', '--profile', 'nobody'])).code).toBe(253);
});

test('completion offers what it can with invalid settings', async () => {
  const line = await newSample();
  const variables = { AWS_REGION: 'mars' };
  expect((await line.ok(['completion', 'query', '--', 'buc'], { variables })).out).toMatch(/^bucket\t/);
  expect((await line.ok(['completion', 'query', '--', 'bucket', 'show', ''], { variables })).out).toBe('');
  expect((await line.ok(['completion', 'bash'], { variables })).out).toContain('completion query');
});

test('completion prints a script for each shell, and the names in the store', async () => {
  const line = await newSample();
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await line.ok(['completion', shell])).out).toContain('completion query');
  const { out } = await line.ok(['completion', 'query', '--', 'bucket', 'show', 'rep']);
  expect(out).toMatch(/^reports\b/);
  expect(
    (await line.ok(['completion', 'query', '--', 's3', 'get', 's3://reports/2026/q'])).out.trim().split('\n'),
  ).toEqual(['s3://reports/2026/q1.csv', 's3://reports/2026/q2.csv']);
  expect((await line.ok(['completion', 'query', '--', 'buc'])).out).toMatch(/^bucket\t/);
});

test('a completion query creates no store', async () => {
  const line = newCommandLine();
  await line.ok(['completion', 'query', '--', 'bucket', 'show', '']);
  expect(existsSync(line.store)).toBe(false);
});
