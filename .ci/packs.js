/**
 * The program is cut into a few files, so that a command reads and compiles little more than what it runs. A file has
 * all modules that its roots import and that no earlier file has; a module is in one file only.
 */

/** What files take their modules by, in this order; `rest` takes what is left. */
const roots = {
  core: [
    'src/main.ts',
    'src/cli/run.ts',
    'src/cli/tree.ts',
    'src/cli/execute.ts',
    'src/cli/exit-codes.ts',
    'src/cli/aws-input/service-commands.ts',
    'src/cli/aws-input/call-operation.ts',
    'src/cli/open-assembly.ts',
    'src/cli/aws-input/paging.ts',
    'src/cli/aws-input/query.ts',
    'src/cli/output/json.ts',
    'src/cli/output/text.ts',
    'src/cli/output/painter.ts',
    'src/iam/principal.ts',
    'src/cli/commander-program.ts',
    // Of the codecs, it is what S3 needs without them.
    'src/api/mixed-lists.ts',
  ],
  kms: ['src/cli/commands/kms.ts', 'src/kms/operations.ts', 'src/kms/settle.ts'],
  s3: ['src/s3/operations.ts', 'src/cli/commands/s3.ts', 'src/cli/commands/bucket.ts', 'src/cli/replicate-written.ts'],
  iam: ['src/iam/operations.ts', 'src/iam/sts-operations.ts'],
  // What commands do whose calls go to an endpoint: no other command needs it.
  client: [
    'src/cli/endpoint/chosen.ts',
    'src/cli/endpoint/remote.ts',
    'src/wire/codecs/json.ts',
    'src/wire/codecs/query.ts',
    'src/wire/codecs/rest-xml.ts',
    'src/wire/codecs/cbor.ts',
  ],
};

/**
 * Deals the modules out.
 * @param {import('esbuild').Metafile['inputs']} inputs the modules and what each imports
 * @returns {Map<string, Map<string, number | undefined>>} by the file's name its modules, each with its number when
 * modules of other files import it
 */
export function dealOut(inputs) {
  const packOf = new Map();
  const take = (module, pack) => {
    if (packOf.has(module)) return;
    if (!inputs[module]) throw new Error(`there is no module ${module}`);
    packOf.set(module, pack);
    for (const { path, kind } of importsOf(inputs, module)) if (kind !== 'dynamic-import') take(path, pack);
  };
  for (const [pack, modules] of Object.entries(roots)) for (const module of modules) take(module, pack);
  for (const module of Object.keys(inputs)) take(module, 'rest');
  const packs = new Map([...Object.keys(roots), 'rest'].map((pack) => [pack, new Map()]));
  for (const [module, pack] of packOf) packs.get(pack).set(module, undefined);
  const shared = new Set([ENTRY]);
  for (const [module, pack] of packOf) {
    for (const { path } of importsOf(inputs, module)) if (packOf.get(path) !== pack) shared.add(path);
  }
  for (const [i, module] of [...shared].sort().entries()) packs.get(packOf.get(module)).set(module, i);
  return packs;
}

/** Where the program begins. */
export const ENTRY = 'src/main.ts';

/** The imports of a module that are modules too: not parts of Node, nor packages that stay apart. */
const importsOf = (inputs, module) => inputs[module].imports.filter(({ path }) => inputs[path]);
