/**
 * The record of a service's operations imports every file of its operations, of which a command needs one or two. In the
 * build each has a getter that runs the file when the operation is first asked for.
 */

import { readFileSync } from 'node:fs';

/** @returns {import('esbuild').Plugin} */
export function operationsOnDemand() {
  return {
    name: 'operations-on-demand',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/][\w-]+[\\/](sts-)?operations\.ts$/ }, ({ path }) => ({
        contents: withGetters(readFileSync(path, 'utf8'), path),
        loader: 'ts',
      }));
    },
  };
}

function withGetters(text, path) {
  const files = new Map();
  for (const [, names, file] of text.matchAll(IMPORT)) {
    for (const name of names.split(',')) files.set(name.trim(), file);
  }
  const start = text.search(/^(export )?const \w+(: OperationTable)? = \{/m);
  const asked = new Set();
  const record = text.slice(start).replaceAll(MEMBER, (name) => {
    const file = files.get(name);
    if (file === undefined) return name;
    asked.add(name);
    return `get ${name}() { return require('${file}').${name}; }`;
  });
  if (asked.size === 0) throw new Error(`${path} is not a record of operations`);
  const imports = text.slice(0, start).replaceAll(IMPORT, (_, names, file) => {
    const others = names.split(',').filter((name) => name.trim() !== '' && !asked.has(name.trim()));
    return others.length === 0 ? '' : `import {${others.join(',')}} from '${file}';`;
  });
  return imports + record;
}

const IMPORT = /^import \{([^}]*)\} from '(\.[^']*)';$/gm;
/** The name of a member that is an import of the same name. */
const MEMBER = /(?<=[{,]\s*)\w+(?=\s*[,}])/g;
