import { posix } from "node:path";
import { fillShell } from "./fill-in.ts";

/** What the names of templates end with. */
const TEMPLATE = /[._-](?:template|tmpl|tpl|jinja2?|j2|in|erb|mustache|hbs|m4|gotmpl)$/i;

/** Whether a file's name says that it is a Dockerfile, or what one is made of. */
export function isDockerfileName(path: string): boolean {
  const base = posix.basename(path).replace(TEMPLATE, "");
  if (/\.dockerignore$|\.(?:md|rst|sh|py|ya?ml|json|png|svg|ts|js|go)$/i.test(base)) return false;
  return /^(?:docker|container)file(?:[._-].+)?$|\.(?:docker|container)file$/i.test(base);
}

/** Whether a file's name says that a program makes another one of it. */
export function isTemplateName(path: string): boolean {
  return TEMPLATE.test(path);
}

/** Whether a file is in a directory of code that is others'. */
export function isOthers(path: string): boolean {
  return /(?:^|\/)(?:third_party|third-party|vendor|node_modules)\//.test(path);
}

/** Whether a file is in a directory of tests, examples or documentation. */
export function isOfTests(path: string): boolean {
  return /(?:^|\/)(?:tests?|testdata|test-data|__tests__|__fixtures__|fixtures|e2e|spec|examples?|samples?|demos?|docs?|documentation)\//i.test(
    path,
  );
}

/** Whether a file is a compose file. */
export function isComposeFile(path: string): boolean {
  return /^(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$/.test(posix.basename(path));
}

/** Whether a file is a bake file. */
export function isBakeFile(path: string): boolean {
  return /^docker-bake(?:[._-][\w-]+)*\.(?:hcl|json)$/.test(posix.basename(path));
}

/** Whether a file is a workflow or action of GitHub's. */
export function isWorkflow(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** The variables of an `.env` file; one may be made of those before it. */
export function readEnvironment(text: string): ReadonlyMap<string, string> {
  const lines = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*\r?$/gm)];
  const variables = new Map<string, string>();
  for (const [, name = "", written = ""] of lines) {
    const bare = written.startsWith("'") ? undefined : fillShell(written, (other) => variables.get(other));
    const value = bare ?? written;
    variables.set(name, value.replace(/^(["'])(.*)\1$/, "$2").replace(/[ \t]+#.*$/, ""));
  }
  return variables;
}
