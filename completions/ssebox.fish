# fish completion for ssebox; to use it: ssebox completion fish | source
function __ssebox_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --cut-at-cursor --current-token)
    for line in ($words[1] completion query -- $words[2..-1] 2> /dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline --cut-at-cursor --current-token)
        else
            echo $line
        end
    end
end
complete --command ssebox --no-files --arguments '(__ssebox_complete)'
