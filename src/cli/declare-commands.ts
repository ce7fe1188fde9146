import type { Argv } from "yargs";
import { addFirstCommands } from "./first-commands.ts";
import { addHelpCommands } from "./help-commands.ts";
import { graphOptions } from "./graph-options.ts";
import {
  checkOptions,
  commonOptions,
  matrixOptions,
  lintOptions,
  pinOptions,
  planOptions,
  runOptions,
  updateOptions,
} from "./options.ts";
import { promoteOptions, pruneOptions, pullOptions, tagsOptions } from "./registry-options.ts";
import type { Terminal } from "./terminal.ts";
import { COMMANDS, flagNames } from "./all-flags.ts";
import { EXAMPLES } from "./examples.ts";
import { explainUsage } from "./explain-usage.ts";
import { prSwitch, refuseRequestFlags, requestOptions } from "./request-options.ts";
import { addRegistryCommand, resolveLocalRegistry } from "./local-registry.ts";
import { listRules } from "./list-rules.ts";
import { readVersion } from "./read-version.ts";

/**
 * Tells a parser all commands and flags. What is returned runs the command of the parser's words, which is loaded only
 * then: the exit code, or a `UsageError` for whatever is wrong with the words.
 */
export function declareCommands(terminal: Terminal, empty: Argv): () => Promise<number> {
  let exitCode = 0;
  const parser = empty
    .scriptName("manage-images")
    .parserConfiguration({ "boolean-negation": false })
    .locale("en")
    .exitProcess(false)
    .usage("Builds images in dependency order, pushes them, and pins their digests wherever they are used.")
    .options(commonOptions)
    .middleware((args) => resolveLocalRegistry(terminal, args))
    .command(
      "$0",
      "Build and push images and all that depends on them; write their digests; commit",
      (args) => args.options({ ...runOptions, ...prSwitch, ...requestOptions }).example(EXAMPLES),
      async (args) => {
        if (args.pr) {
          const { prCommand } = await import("./commands/pr.ts");
          exitCode = await prCommand(terminal, args);
          return;
        }
        refuseRequestFlags(args);
        const { runCommand } = await import("./commands/run.ts");
        exitCode = await runCommand(terminal, args);
      },
    )
    .command(
      "plan",
      "Show what a run would do for each image, and why",
      (args) =>
        args.options(planOptions).example([
          ["$0 plan --image all", "what is stale, and why"],
          ["$0 plan --image base --inputs", "all that goes into an image"],
          ["$0 plan --since origin/main", "what a branch changes"],
        ]),
      async (args) => {
        const { planCommand } = await import("./commands/plan.ts");
        exitCode = await planCommand(terminal, args);
      },
    )
    .command(
      "graph",
      "Show the images, what they are built on, and which are not up to date",
      (args) =>
        args.options(graphOptions).example([
          ["$0 graph", "as a tree"],
          ["$0 graph --image base --direction children --depth 1", "what is built on an image directly"],
          ["$0 graph --format html > graph.html", "as a page that can be searched"],
        ]),
      async (args) => {
        const { graphCommand } = await import("./commands/graph.ts");
        exitCode = await graphCommand(terminal, args);
      },
    )
    .command(
      "check",
      "Find what has drifted: stale pins, stale images, references without a digest; 1 if anything has",
      (args) =>
        args.options(checkOptions).example([
          ["$0 check", "everything, without asking any registry"],
          ["$0 check --remote", "and whether registries have what is pinned"],
          ["$0 check --format github", "as annotations of a workflow"],
        ]),
      async (args) => {
        const { checkCommand } = await import("./commands/check.ts");
        exitCode = await checkCommand(terminal, args);
      },
    )
    .command(
      "lint",
      "Find what Dockerfiles had better not do; 1 if there is anything",
      (args) =>
        args
          .options(lintOptions)
          .example([
            ["$0 lint", "the Dockerfiles of all images"],
            ["$0 lint --format github", "as annotations of a workflow"],
          ])
          .epilogue(listRules()),
      async (args) => {
        const { lintCommand } = await import("./commands/lint.ts");
        exitCode = await lintCommand(terminal, args);
      },
    )
    .command(
      "pin",
      "Add digests to references without one: of images from the lockfile, of bases from registries; commit",
      (args) =>
        args.options(pinOptions).example([
          ["$0 pin --dry-run", "the difference that it would make to the Dockerfiles"],
          ["$0 pin --include 'deploy/**' --include README.md", "name:tag of these images elsewhere, too"],
        ]),
      async (args) => {
        const { pinCommand } = await import("./commands/pin.ts");
        exitCode = await pinCommand(terminal, args);
      },
    )
    .command(
      "update",
      "Move pinned bases to what their tags point at now; commit",
      (args) =>
        args.options(updateOptions).example([
          ["$0 update --dry-run", "the difference that it would make to the Dockerfiles"],
          ["$0 update --minimum-age 3d", "but to nothing that is younger than three days"],
          ["$0 update --base 'debian:*' --include '.github/**'", "only these bases, in workflows, too"],
        ]),
      async (args) => {
        const { updateCommand } = await import("./commands/update.ts");
        exitCode = await updateCommand(terminal, args);
      },
    )
    .command(
      "pr",
      "A run on a branch of its own, pushed, with a pull request that is opened or brought up to date",
      (args) =>
        args.options({ ...runOptions, ...requestOptions }).example([
          ["$0 pr", "every image that is not up to date, in one request"],
          ["$0 pr --group-by component --label images", "a request for each group of images"],
        ]),
      async (args) => {
        const { prCommand } = await import("./commands/pr.ts");
        exitCode = await prCommand(terminal, { ...args, image: args.image ?? ["all"] });
      },
    )
    .command(
      "matrix",
      "Show what is to be built as jobs for several machines",
      (args) =>
        args.options(matrixOptions).example([
          ['$0 matrix --format github >>"$GITHUB_OUTPUT"', "as waves, for the matrix of a workflow"],
          ["$0 matrix --format gitlab >jobs.yml", "as a child pipeline, one job for each image"],
        ]),
      async (args) => {
        const { matrixCommand } = await import("./commands/matrix.ts");
        exitCode = await matrixCommand(terminal, args);
      },
    )
    .command(
      "collect",
      "Write and commit the digests of what other machines have built; build nothing",
      (args) =>
        args.options({ ...runOptions, ...prSwitch, ...requestOptions }).example([
          ["$0 collect", "after the jobs of a matrix"],
          ["$0 collect --pr", "the same as a pull request"],
        ]),
      async (args) => {
        const flags = { ...args, image: args.image ?? ["all"], onlyPublished: true };
        if (args.pr) {
          const { prCommand } = await import("./commands/pr.ts");
          exitCode = await prCommand(terminal, flags);
          return;
        }
        refuseRequestFlags(args);
        const { runCommand } = await import("./commands/run.ts");
        exitCode = await runCommand(terminal, flags);
      },
    )
    .command(
      "promote",
      "Point a tag at the lockfile's digests, in the registry; or copy them to another one",
      (args) =>
        args.options(promoteOptions).example([
          ["$0 promote --tag prod --require-branch main --dry-run", "what would be moved"],
          ["$0 promote --tag staging --image base", "one image"],
          ["$0 promote --to release", "copy to where the configuration's promotions.release says"],
        ]),
      async (args) => {
        const { promoteCommand } = await import("./commands/promote.ts");
        exitCode = await promoteCommand(terminal, args);
      },
    )
    .command(
      "tags",
      "Show what the tags of the images point at in the registry",
      (args) => args.options(tagsOptions).example("$0 tags --tag prod --tag staging", "two environments"),
      async (args) => {
        const { tagsCommand } = await import("./commands/tags.ts");
        exitCode = await tagsCommand(terminal, args);
      },
    )
    .command(
      "prune",
      "Delete versions that no branch or tag names, or show them",
      (args) =>
        args.options(pruneOptions).example([
          ["$0 prune", "what would go"],
          ["$0 prune --keep-tags prod --keep-tags 'v*' --keep-history 20 --yes", "let it go"],
        ]),
      async (args) => {
        const { pruneCommand } = await import("./commands/prune.ts");
        exitCode = await pruneCommand(terminal, args);
      },
    )
    .command(
      "pull",
      "Get the images into the engine as the lockfile has them, with their names",
      (args) =>
        args.options(pullOptions).example([
          ["$0 pull", "all of them"],
          ["$0 pull --image base --image nvidia", "two"],
          ["$0 pull --platform linux/arm64", "for another platform"],
        ]),
      async (args) => {
        const { pullCommand } = await import("./commands/pull.ts");
        exitCode = await pullCommand(terminal, args);
      },
    )
    .command(
      "digest <image..>",
      "Print the pin of an image from the lockfile: repository@sha256:…",
      (args) =>
        args
          .positional("image", { type: "string", array: true, demandOption: true, describe: "Its name" })
          .example("$0 digest base", "docker run --rm $(manage-images digest base)"),
      async (args) => {
        const { digestCommand } = await import("./commands/digest.ts");
        exitCode = await digestCommand(terminal, args, args.image);
      },
    )
    .command(
      "report [file]",
      "Write the last run as a page: graph, time line, reasons, digests, logs; print where it is",
      (args) =>
        args
          .positional("file", { type: "string", describe: "Where, if not in git's directory" })
          .example('xdg-open "$($0 report)"', "look at the last run"),
      async (args) => {
        const { reportCommand } = await import("./commands/report.ts");
        exitCode = await reportCommand(terminal, args.file);
      },
    )
    .strict()
    .version(readVersion())
    .help()
    .alias({ help: "h" })
    .wrap(Math.min(terminal.stdout.columns ?? 100, 110))
    .fail((message, error: Error | undefined) => {
      // What yargs itself complains of comes as an error of its own, too.
      if (error !== undefined && error.name !== "YError") throw error;
      throw explainUsage(message, terminal.arguments, [...COMMANDS, ...flagNames()]);
    });
  const ran = (code: number) => {
    exitCode = code;
  };
  addRegistryCommand(parser, terminal, ran);
  addFirstCommands(parser, terminal, ran);
  addHelpCommands(parser, terminal);
  return async () => {
    await parser.parseAsync();
    return exitCode;
  };
}
