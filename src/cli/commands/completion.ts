import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import { COMPLETION_REQUEST, SHELLS, type Shell } from "../completion-request.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Each asks the program that is being typed, by the name that was typed, with all words up to the one at the cursor. Where
 * it has no answer the shell completes files.
 */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_manage_images() {
  local IFS=$'\\n'
  COMPREPLY=($("$1" ${COMPLETION_REQUEST} bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _manage_images manage-images
`,
  zsh: `#compdef manage-images
_manage_images() {
  local -a answers
  answers=("\${(@f)$("\${words[1]}" ${COMPLETION_REQUEST} zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${answers[1]}" ]]; then
    _describe -V manage-images answers
  else
    _files
  fi
}
# A function of this name is called where the file lies in $fpath; otherwise it is made known here.
if [[ "\${funcstack[1]}" == _manage_images ]]; then
  _manage_images "$@"
else
  compdef _manage_images manage-images
fi
`,
  fish: `function __manage_images
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l answers (command $words[1] ${COMPLETION_REQUEST} fish $words[2..-1] "$current" 2>/dev/null)
    if set -q answers[1]
        printf '%s\\n' $answers
    else
        __fish_complete_path "$current"
    end
end
complete --command manage-images --no-files --keep-order --arguments '(__manage_images)'
`,
};

/** `manage-images completion SHELL`: prints what the shell is to run. */
export function completionCommand({ stdout, environment }: Terminal, named?: Shell): void {
  const used = basename(environment["SHELL"] ?? "");
  const shell = named ?? SHELLS.find((known) => known === used);
  if (shell === undefined)
    throw new UsageError(used === "" ? "Which shell?" : `There is no completion for ${used}`, {
      remedy: `Name one: manage-images completion ${SHELLS.join("|")}`,
    });
  stdout.write(SCRIPTS[shell]);
}
