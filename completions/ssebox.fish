# fish completion for ssebox; to use it: ssebox completion fish | source
function __ssebox_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l typed (commandline --cut-at-cursor --current-token)
    set -l word ''
    for ending in '' \' \"
        if set word (string unescape -- "$typed$ending")
            break
        end
    end
    for line in ($words[1] completion query --shell fish -- $words[2..-1] "$word" 2> /dev/null)
        if test "$line" = :files
            printf '%s\0' (__fish_complete_path "$word")
        else
            set -l parts (string split --max 1 \t -- $line)
            printf '%s\t%s\0' (string unescape -- $parts[1] | string collect) $parts[2]
        end
    end
end
complete --command ssebox --no-files --arguments '(__ssebox_complete | string split0)'
