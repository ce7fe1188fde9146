import { mountsOf } from "../../dockerfile/find-sources.ts";
import type { Instruction, StageNode } from "../../dockerfile/read-dockerfile.ts";
import type { Found, Rule } from "../linted.ts";
import { commandsOf, type Command } from "../shell-commands.ts";

const LISTS = "/var/lib/apt";
const WITH_VALUE = /^(?:-[oct]|--option|--config-file|--target-release|--default-release)$/;
const NO_RECOMMENDS =
  /^(?:--no-install-recommends|(?:-o)?APT::Install-Recommends=["']?(?:0|no|false)["']?)$/i;

/** `apt-get` is told to install what is asked for, and leaves nothing behind that no image needs. */
export const apt: Rule = ({ structure, chain }) => {
  const needed = structure.reached.flatMap((index) => structure.stages[index] ?? []);
  return [
    ...runsOf(needed).flatMap(recommends),
    ...runsOf(needed).flatMap(updateAlone),
    // What a stage leaves behind counts only where its layers become the image's.
    ...runsOf(chain).flatMap(lists),
  ];
};

function runsOf(stages: readonly StageNode[]): readonly Instruction[] {
  return stages.flatMap(({ stage }) => stage.instructions.filter(({ keyword }) => keyword === "run"));
}

function recommends(run: Instruction): readonly Found[] {
  return commandsOf(run)
    .filter((command) => isApt(command, "install"))
    .filter(({ words }) => !words.some((word) => NO_RECOMMENDS.test(word)))
    .map(({ at }) => ({
      rule: "apt-recommends",
      at,
      message: "apt-get installs recommended packages, too, which nobody asked for",
      remedy: "add --no-install-recommends",
    }));
}

function updateAlone(run: Instruction): readonly Found[] {
  const commands = commandsOf(run);
  const update = commands.find((command) => isApt(command, "update"));
  const uses = ["install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "source", "download"];
  if (update === undefined || commands.some((command) => uses.some((use) => isApt(command, use)))) return [];
  return [
    {
      rule: "apt-update-alone",
      at: update.at,
      message:
        "apt-get update has a RUN of its own: the cache keeps its lists while what is installed changes",
      remedy: "put it before the apt-get install, joined by `&&`",
    },
  ];
}

function lists(run: Instruction): readonly Found[] {
  const commands = commandsOf(run);
  const update = commands.find((command) => isApt(command, "update"));
  if (update === undefined || commands.some(removesLists) || isMountedOver(run)) return [];
  return [
    {
      rule: "apt-lists",
      at: update.at,
      message: "the lists of packages that apt-get update fetches stay in the image",
      remedy: `end with \`&& rm -rf ${LISTS}/lists/*\`, or mount a cache on ${LISTS}`,
    },
  ];
}

/** Whether a command, perhaps behind others such as `sudo` or variables, is `apt-get`'s. */
function isApt({ words: command }: Command, subcommand: string): boolean {
  const at = command.findIndex((word) => /^(?:.*\/)?(?:apt|apt-get|aptitude)$/.test(word));
  if (at < 0) return false;
  const words = command.slice(at + 1);
  const found = words.find(
    (word, index) => !word.startsWith("-") && !WITH_VALUE.test(words[index - 1] ?? ""),
  );
  return found === subcommand;
}

function removesLists({ words: command }: Command): boolean {
  const removes = command.some((word) => /^(?:.*\/)?(?:rm|find)$/.test(word));
  return removes && command.some((word) => word.startsWith(LISTS));
}

/** A cache or other mount on the lists: they are no part of the layer. */
function isMountedOver(run: Instruction): boolean {
  return mountsOf(run).some((mount) => {
    const target = ["target", "dst", "destination"].map((key) => mount?.fields.get(key)?.text ?? "").join("");
    return `${LISTS}/lists/`.startsWith(`${target.replace(/\/+$/, "")}/`) && target !== "";
  });
}
