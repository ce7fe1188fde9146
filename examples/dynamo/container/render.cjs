// Writes the Dockerfile of a target to standard output: node container/render.cjs TARGET [FRAMEWORK].
//
// It is Dockerfile.template with what bases.yaml says of the framework in the place of {{ names }}, and without the parts that
// are {% if target == … %} another target's.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { parse } = require("yaml");

const [target, framework = "dynamo"] = process.argv.slice(2);
const read = (name) => readFileSync(join(__dirname, name), "utf8");
const bases = parse(read("bases.yaml"));
const values = { ...bases.dynamo, ...bases[framework], framework };

function valueOf(name) {
  if (values[name] !== undefined) return values[name];
  throw new Error(`bases.yaml does not say what ${name} of ${framework} is`);
}

const part = /^\{% if target == "([\w-]+)" %\}\n([^]*?)^\{% endif %\}\n/gm;
const dockerfile = read("Dockerfile.template")
  .replace(part, (_, of, text) => (of === target ? text : ""))
  .replace(/\{\{ (\w+) \}\}/g, (_, name) => valueOf(name));
process.stdout.write(dockerfile);
