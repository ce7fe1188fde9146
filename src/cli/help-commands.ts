import type { Argv } from "yargs";
import { SHELLS } from "./completion-request.ts";
import type { Terminal } from "./terminal.ts";

/** Adds the commands that tell of the program itself, and of no repository. */
export function addHelpCommands(parser: Argv, terminal: Terminal): void {
  parser
    .command(
      "help <topic>",
      "Explain a command, or a topic: configuration, fingerprints, references, ci, …",
      (args) =>
        args
          .positional("topic", { type: "string", demandOption: true, describe: "What it is about" })
          .example([
            ["$0 help topics", "what there is help on"],
            ["$0 help references", "which digests are found and written"],
          ]),
      async ({ topic }) => {
        const { helpCommand } = await import("./commands/help.ts");
        helpCommand(terminal, topic);
      },
    )
    .command(
      "completion [shell]",
      "Print what makes a shell complete commands, flags and images",
      (args) =>
        args
          .positional("shell", { choices: SHELLS, describe: "Which shell, if not the one that $SHELL names" })
          .example([
            ['eval "$($0 completion bash)"', "in ~/.bashrc"],
            ['eval "$($0 completion zsh)"', "in ~/.zshrc, below compinit"],
            ["$0 completion fish | source", "in ~/.config/fish/config.fish"],
          ]),
      async ({ shell }) => {
        const { completionCommand } = await import("./commands/completion.ts");
        completionCommand(terminal, shell);
      },
    );
}
