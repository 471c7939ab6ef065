/** The shells' halves of completion: each asks `ssebox completion query` and shows the answer. */

import { FILES } from './complete.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script that a shell sources. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

// Bash breaks words at colons and equals signs and replaces only the part after the last one, so the part before it is
// cut off: Bash Reference Manual, "Programmable Completion", COMP_WORDBREAKS.
const bash = `# bash completion for ssebox; to use it: source <(ssebox completion bash)
_ssebox() {
  local line=\${COMP_LINE:0:COMP_POINT} value rest word broken
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=\${words[\${#words[@]} - 1]}
  broken=\${word%"\${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    if [[ $value == ${FILES} ]]; then
      compopt -o filenames 2> /dev/null
      while IFS= read -r value; do COMPREPLY+=("\${value#"$broken"}"); done < <(compgen -f -- "$word")
    else
      [[ $value == */ ]] && compopt -o nospace 2> /dev/null
      COMPREPLY+=("\${value#"$broken"}")
    fi
  done < <("\${words[0]}" completion query -- "\${words[@]:1}" 2> /dev/null)
}
complete -F _ssebox ssebox
`;

const zsh = `#compdef ssebox
# zsh completion for ssebox; to use it: source <(ssebox completion zsh)
_ssebox() {
  local line value
  local -a values shown open open_shown
  for line in "\${(@f)$("\${words[1]}" completion query -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    [[ -z $line ]] && continue
    if [[ $line == ${FILES} ]]; then
      _files
      continue
    fi
    value=\${line%%$'\\t'*}
    if [[ $value == */ ]]; then
      open+=("$value")
      open_shown+=("\${line/$'\\t'/  -- }")
    else
      values+=("$value")
      shown+=("\${line/$'\\t'/  -- }")
    fi
  done
  (( \${#values} )) && compadd -l -d shown -a values
  (( \${#open} )) && compadd -S '' -l -d open_shown -a open
  return 0
}
compdef _ssebox ssebox
`;

const fish = `# fish completion for ssebox; to use it: ssebox completion fish | source
function __ssebox_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --cut-at-cursor --current-token)
    for line in ($words[1] completion query -- $words[2..-1] 2> /dev/null)
        if test "$line" = ${FILES}
            __fish_complete_path (commandline --cut-at-cursor --current-token)
        else
            echo $line
        end
    end
end
complete --command ssebox --no-files --arguments '(__ssebox_complete)'
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
