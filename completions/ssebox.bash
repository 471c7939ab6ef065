# bash completion for ssebox; to use it: source <(ssebox completion bash)
_ssebox() {
  local value kept word
  COMPREPLY=()
  while IFS=$'\t' read -r value kept word; do
    if [[ $value == :files ]]; then
      compopt -o filenames 2> /dev/null
      while IFS= read -r value; do COMPREPLY+=("${value:kept}"); done < <(compgen -f -- "$word")
    else
      [[ $value == */ ]] && compopt -o nospace 2> /dev/null
      COMPREPLY+=("$value")
    fi
  done < <("$1" completion query --shell bash --breaks "$COMP_WORDBREAKS" -- "${COMP_LINE:0:COMP_POINT}" 2> /dev/null)
}
complete -F _ssebox ssebox
