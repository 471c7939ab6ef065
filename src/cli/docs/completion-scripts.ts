/** The shells' halves of completion: each asks `ssebox completion query` and shows the answer. */

import type { ProgramName } from '../../program-name.ts';
import { FILES } from './complete.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script that a shell sources, which completes the name by which the program was called. */
export function completionScript(shell: Shell, name: ProgramName): string {
  return scripts[shell](name);
}

// Bash inserts what it is given as it is, after the last letter of COMP_WORDBREAKS in the word or the quote that is open,
// so the answer is quoted for that place: Bash Reference Manual, "Programmable Completion". Files it quotes itself.
const bash = (name: ProgramName) => `# bash completion for ${name}; to use it: source <(${name} completion bash)
_ssebox() {
  local value kept word
  COMPREPLY=()
  while IFS=$'\\t' read -r value kept word; do
    if [[ $value == ${FILES} ]]; then
      compopt -o filenames 2> /dev/null
      while IFS= read -r value; do COMPREPLY+=("\${value:kept}"); done < <(compgen -f -- "$word")
    else
      [[ $value == */ ]] && compopt -o nospace 2> /dev/null
      COMPREPLY+=("$value")
    fi
  done < <("$1" completion query --shell bash --breaks "$COMP_WORDBREAKS" -- "\${COMP_LINE:0:COMP_POINT}" 2> /dev/null)
}
complete -F _ssebox ${name}
`;

// The words are read without their quotes; compadd quotes what it inserts.
const zsh = (name: ProgramName) => `#compdef ${name}
# zsh completion for ${name}; to use it: source <(${name} completion zsh)
_ssebox() {
  local line value
  local -a values shown open open_shown
  for line in "\${(@f)$("\${words[1]}" completion query --shell zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)}"; do
    [[ -z $line ]] && continue
    if [[ $line == ${FILES} ]]; then
      _files
      continue
    fi
    value=\${(Q)\${line%%$'\\t'*}}
    if [[ $value == */ ]]; then
      open+=("$value")
      open_shown+=("\${line#*$'\\t'}")
    else
      values+=("$value")
      shown+=("\${line#*$'\\t'}")
    fi
  done
  (( \${#values} )) && compadd -l -d shown -a values
  (( \${#open} )) && compadd -S '' -l -d open_shown -a open
  return 0
}
compdef _ssebox ${name}
`;

// Choices are separated by NUL, since a name may have line breaks; fish quotes what it inserts. The word at the cursor is
// read without its quotes, the last of which may still be open.
const fish = (name: ProgramName) => `# fish completion for ${name}; to use it: ${name} completion fish | source
function __ssebox_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l typed (commandline --cut-at-cursor --current-token)
    set -l word ''
    for ending in '' \\' \\"
        if set word (string unescape -- "$typed$ending")
            break
        end
    end
    for line in ($words[1] completion query --shell fish -- $words[2..-1] "$word" 2> /dev/null)
        if test "$line" = ${FILES}
            printf '%s\\0' (__fish_complete_path "$word")
        else
            set -l parts (string split --max 1 \\t -- $line)
            printf '%s\\t%s\\0' (string unescape -- $parts[1] | string collect) $parts[2]
        end
    end
end
complete --command ${name} --no-files --arguments '(__ssebox_complete | string split0)'
`;

const scripts: Readonly<Record<Shell, (name: ProgramName) => string>> = { bash, zsh, fish };
