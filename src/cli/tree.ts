/** The command tree: every group on one page, each loaded when the command line names it. */

import { type CommandSpec, type GroupSpec, group } from './command.ts';
import { type ServiceGroupName, serviceGroups } from './service-groups.ts';

/** The group of an AWS service: its operations as in the AWS CLI, and our own commands. */
function service(name: ServiceGroupName): GroupSpec {
  const { service, summary, prose, own, wait } = serviceGroups[name];
  const loadMissing = () => import('./missing.ts');
  const waiting = wait ? [group({ name: 'wait', ...wait })] : [];
  return group({
    name,
    summary,
    load: async (needs) => {
      if (waiting.some((node) => node.name === needs.word) && !needs.prose) return waiting;
      const [{ serviceCommandNamed, serviceCommands }, words] = await Promise.all([
        import('./aws-input/service-commands.ts'),
        needs.prose ? prose() : undefined,
      ]);
      const wanted =
        needs.prose || needs.word === undefined ? undefined : serviceCommandNamed(service, needs.word, prose);
      if (wanted) return [wanted];
      const nodes = [...((await own?.()) ?? []), ...serviceCommands(service, words), ...waiting];
      if (needs.word === undefined || nodes.some((node) => node.name === needs.word)) return nodes;
      return [...nodes, ...(await loadMissing()).missingCommand(service, needs.word)];
    },
    missing: async () => (await loadMissing()).missingCommands(service),
    elsewhere: (word) => elsewhere(name, word),
  });
}

const elsewhere = async (group: string, word: string): Promise<string | undefined> =>
  (await import('./elsewhere.ts')).saidOfElsewhere(group, word, ['s3', ...Object.keys(serviceGroups)].sort());

/** A group of our own, in a file of its name. */
const own = (name: string, summary: string, load: GroupSpec['load']): GroupSpec => group({ name, summary, load });

const groups: readonly GroupSpec[] = [
  service('kms'),
  own('s3', 'Put, get, list and inspect objects', async () => (await import('./commands/s3.ts')).s3Commands),
  service('s3api'),
  service('s3control'),
  own(
    'bucket',
    'Manage buckets and their encryption',
    async () => (await import('./commands/bucket.ts')).bucketCommands,
  ),
  service('iam'),
  service('sts'),
  service('organizations'),
  group({
    name: 'explain',
    summary: 'Explain why a call is allowed or denied',
    load: async ({ word }) => (await import('./commands/explain.ts')).explainCommands(word),
    hint: 'ssebox explain -- COMMAND, or ssebox explain --help',
  }),
  own('trail', 'Read the audit log', async () => (await import('./commands/trail.ts')).trailCommands),
  service('cloudtrail'),
  service('cloudwatch'),
  group({
    name: 'metrics',
    summary: 'Show, list and plot metrics',
    load: async () => (await import('./commands/metrics.ts')).metricsCommands,
    alone: 'overview',
  }),
  own(
    'alarm',
    'Set alarms on metrics, and watch them go off',
    async () => (await import('./commands/alarm.ts')).alarmCommands,
  ),
  own(
    'quota',
    "Show and set request rates and other quotas, and enforce AWS's",
    async () => (await import('./commands/quota.ts')).quotaCommands,
  ),
  service('service-quotas'),
  own(
    'cost',
    'Show what a store would cost on AWS, and what other encryption would',
    async () => (await import('./commands/cost.ts')).costCommands,
  ),
  own(
    'clock',
    "Show, advance and set the store's clock",
    async () => (await import('./commands/clock.ts')).clockCommands,
  ),
  own(
    'store',
    'Create, check, back up, restore and seal a store',
    async () => (await import('./commands/store.ts')).storeCommands,
  ),
  own(
    'endpoint',
    'Find out what works at an endpoint',
    async () => (await import('./commands/endpoint.ts')).endpointCommands,
  ),
  own('config', 'Manage settings and profiles', async () => (await import('./commands/config.ts')).configCommands),
  group({
    name: 'configure',
    summary: "Configure profiles with the AWS CLI's own commands",
    load: async () => (await import('./commands/configure.ts')).configureCommands,
    alone: 'ask',
  }),
  own(
    'completion',
    'Print completion scripts for shells',
    async () => (await import('./commands/completion.ts')).completionCommands,
  ),
];

/** Commands that are in no group, by their names. */
const single: Readonly<Record<string, () => Promise<CommandSpec>>> = {
  'who-can': async () => (await import('./commands/who-can.ts')).whoCan,
  demo: async () => (await import('./commands/demo.ts')).demo,
  compare: async () => (await import('./commands/compare.ts')).compare,
  check: async () => (await import('./commands/check.ts')).check,
  serve: async () => (await import('./commands/serve.ts')).serve,
  exec: async () => (await import('./commands/exec.ts')).exec,
  env: async () => (await import('./commands/env.ts')).env,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  import: async () => (await import('./commands/import.ts')).importCommand,
  shim: async () => (await import('./commands/shim.ts')).shim,
};

/** The groups, and the commands that stand beside them, which are loaded when one of them is named or help shows all. */
export const commandTree: GroupSpec = group({
  name: 'ssebox',
  summary: 'Amazon S3 server-side encryption and AWS KMS on one machine',
  names: [...groups.map(({ name }) => name), ...Object.keys(single)],
  load: async ({ prose, word }) =>
    !prose && groups.some(({ name }) => name === word)
      ? groups
      : [...groups, ...(await Promise.all(Object.values(single).map((load) => load())))],
  elsewhere: (word) => elsewhere('', word),
});
