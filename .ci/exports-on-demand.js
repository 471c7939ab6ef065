/**
 * A module that is imported on demand, or from another file of the program, has an object with a getter for each of its
 * exports. esbuild makes the objects of all such modules when their file is loaded, and copies one for each importer in
 * another file: more than 700 getters, of which a command reads some dozens. Here the object of a module is made when
 * somebody first asks for the module, and is not copied.
 */

/**
 * Rewrites a bundle whose names are not minified yet. Its lines stay where they are, for its source map.
 * @param {string} text
 * @throws if esbuild makes or uses the objects in another way than here
 */
export function withExportsOnDemand(text) {
  const names = new Set();
  const rewritten = text
    .replaceAll(OBJECT, (_, name, getters) => {
      names.add(name);
      return `var ${name} = () =>\n${name}.made ??= __made({\n${getters}});`;
    })
    .replaceAll(ASKED_FOR, (all, run, byOthers, onDemand = byOthers) =>
      names.has(onDemand) ? `(${run}(), ${onDemand}())` : all,
    )
    .replaceAll(NAMED_MODULE, (_, kind, parameters) => `${kind}(${parameters} => {\n  {\n`)
    .replaceAll(CALL_BY_NAME, (_, module) => module);
  const isUnknown = ([use, name]) => names.has(name) && use === name;
  if (names.size !== text.split('\n__export(').length - 1 || [...rewritten.matchAll(USE)].some(isUnknown)) {
    throw new Error('esbuild no longer makes the objects of exports so');
  }
  return `${MADE} ${rewritten}`;
}

const MADE =
  'function __made(all) { let made = __defProp({}, "__esModule", { value: true }); __export(made, all); return made; }';
const OBJECT = /^var (\w+) = \{\};\n__export\(\1, \{\n((?: {2}.*\n)*)\}\);$/gm;
/** By another file, or on demand: the module runs, if it has not yet, and its object is passed on. */
const ASKED_FOR = /\((init_\w+)\(\), (?:__toCommonJS\((\w+)\)|(\w+_exports\d*))\)/g;
const USE = /\b(\w+_exports\d*)\b(?: = \(\) =>|\.made|\(\))?/g;

/** As long as names are not minified, a module is a method that has the name of its file. */
const NAMED_MODULE = /(__esm|__commonJS)\(\{\n {2}"[^"\n]+"(\([^)\n]*\)) \{\n/g;
const CALL_BY_NAME = /\(0, (\w+)\[__getOwnPropNames\(\1\)\[0\]\]\)/g;
