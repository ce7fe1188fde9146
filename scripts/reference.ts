/** The reference of all commands and flags, made from what the parser is told of them. */
import { PassThrough } from "node:stream";
import type { Options } from "yargs";
import { texts } from "../src/cli/coerce.ts";
import { describeCommands, type DescribedCommand } from "../src/cli/describe-commands.ts";
import { commonOptions } from "../src/cli/options.ts";
import { variableOf } from "../src/cli/variables.ts";

const HEAD = `# All commands and flags

Made from the program by \`npm run generate\`; \`manage-images COMMAND --help\` says the same.

Each flag has a variable of the environment, which counts less than the flag: \`manage-images help variables\`. A switch's is
\`true\`, \`1\`, \`false\` or \`0\`; one of several values has commas between them, or one on each line.
`;

/** The page, in Markdown. */
export function formatReference(): string {
  const commands = describeCommands({
    arguments: [],
    directory: "/",
    environment: {},
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    interrupt: new AbortController().signal,
  });
  const list = commands.map(
    (command) => `- [\`${title(command)}\`](#${anchor(command)}): ${command.describe}`,
  );
  const common = `## Flags of every command\n\n${formatFlags(commonOptions)}`;
  return [HEAD, list.join("\n"), common, ...commands.map(formatCommand)].join("\n\n");
}

function title({ name }: DescribedCommand): string {
  return name === "" ? "manage-images" : `manage-images ${name}`;
}

function anchor(command: DescribedCommand): string {
  return title(command).replaceAll(" ", "-");
}

function formatCommand(command: DescribedCommand): string {
  const own = Object.entries(command.flags).filter(([name]) => !(name in commonOptions));
  const usage = command.usage === "$0" ? "" : ` ${command.usage}`;
  const examples = command.examples.map(([line, what]) => `${fill(line)}\n    ${what}`);
  const parts = [
    `## ${title(command)}`,
    `${command.describe}.`,
    `\`\`\`text\nmanage-images${usage}${own.length > 0 ? " [flags]" : ""}\n\`\`\``,
    ...(own.length > 0 ? [formatFlags(Object.fromEntries(own))] : []),
    ...(examples.length > 0 ? [`Examples:\n\n\`\`\`text\n${examples.join("\n")}\n\`\`\``] : []),
  ];
  return parts.join("\n\n");
}

function fill(line: string): string {
  return line.replaceAll("$0", "manage-images");
}

function formatFlags(flags: Readonly<Record<string, Options>>): string {
  const rows = Object.entries(flags).map(([name, option]) => {
    const cells = [formatNames(name, option), describeFlag(option), `\`${variableOf(name)}\``];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| flag | does | variable |", "| --- | --- | --- |", ...rows].join("\n");
}

function formatNames(name: string, option: Options): string {
  const value = option.type === "boolean" ? "" : ` ${placeholder(option)}`;
  const aliases = [option.alias ?? []].flat().filter((alias) => alias.length === 1);
  return [`\`--${name}${value}\``, ...aliases.map((alias) => `\`-${alias}\``)].join(", ");
}

function placeholder({ type, choices }: Options): string {
  return choices === undefined ? (type === "number" ? "N" : "TEXT") : choices.join("|");
}

function describeFlag({
  describe = "",
  default: value,
  defaultDescription,
  coerce,
  demandOption,
}: Options): string {
  const isRepeated = coerce === texts && !describe.includes("may be repeated");
  const given = defaultDescription ?? (value as string | number | boolean | readonly string[] | undefined);
  return [
    describe,
    ...(isRepeated ? ["; may be repeated"] : []),
    ...(demandOption === true ? [". Required"] : []),
    ...(given === undefined || given === false ? [] : [`. Default: ${String(given)}`]),
  ].join("");
}
