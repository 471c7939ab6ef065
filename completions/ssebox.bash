# bash completion for ssebox; to use it: source <(ssebox completion bash)
_ssebox() {
  local line=${COMP_LINE:0:COMP_POINT} value rest word broken
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=${words[${#words[@]} - 1]}
  broken=${word%"${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r value rest; do
    if [[ $value == :files ]]; then
      compopt -o filenames 2> /dev/null
      while IFS= read -r value; do COMPREPLY+=("${value#"$broken"}"); done < <(compgen -f -- "$word")
    else
      [[ $value == */ ]] && compopt -o nospace 2> /dev/null
      COMPREPLY+=("${value#"$broken"}")
    fi
  done < <("${words[0]}" completion query -- "${words[@]:1}" 2> /dev/null)
}
complete -F _ssebox ssebox
