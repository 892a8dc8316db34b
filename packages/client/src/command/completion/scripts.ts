/** What the scripts ask the command with; hidden, and theirs alone. */
export const ASK = '__complete';

/** The last line of an answer when names of files belong to it. */
export const FILES = ':files';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * Each script hands the words up to the cursor to `baton __complete --` and shows what comes back: a candidate per line, with a
 * description after a tab, and `:files` where the shell is to add names of files. The program is the one that was typed.
 */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `# baton completion for bash: eval "$(baton completion bash)"
_baton_completion() {
  local line last=-1 files='' prefix='' tab=$'\\t'
  local -a words=()
  # Bash takes "--flag=value" for three words.
  for line in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if (( last >= 0 )) && [[ "$line" == '=' && "\${words[last]}" == --* || "\${words[last]}" == --*= ]]; then
      words[last]+="$line"
    else
      words+=("$line")
      last=$((last + 1))
    fi
  done
  [[ "\${words[last]}" == --*=* ]] && prefix="\${words[last]%%=*}="
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ "$line" == '${FILES}' ]]; then files=yes; else
      line="\${line%%"$tab"*}"
      COMPREPLY+=("\${line#"$prefix"}")
    fi
  done < <("\${COMP_WORDS[0]}" ${ASK} -- "\${words[@]}" 2>/dev/null)
  [[ -n "$files" ]] || return 0
  compopt -o filenames 2>/dev/null
  line="\${words[last]#"$prefix"}"
  prefix=''
  [[ "$line" == @* ]] && prefix='@' && line="\${line#@}"
  while IFS= read -r line; do
    if [[ -n "$prefix" && -d "$line" ]]; then
      compopt -o nospace 2>/dev/null
      line+='/'
    fi
    COMPREPLY+=("$prefix$line")
  done < <(compgen -f -- "$line")
}
complete -F _baton_completion baton
`,
  zsh: `#compdef baton
# baton completion for zsh: eval "$(baton completion zsh)"
_baton() {
  local line files='' tab=$'\\t'
  local -a values
  while IFS= read -r line; do
    if [[ "$line" == '${FILES}' ]]; then
      files=yes
    elif [[ "$line" == *$tab* ]]; then
      values+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
    else
      values+=("\${line//:/\\\\:}")
    fi
  done < <("\${words[1]}" ${ASK} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#values} )) && _describe 'baton' values
  if [[ -n "$files" ]]; then
    compset -P '*='
    compset -P '@'
    _files
  fi
}
if [[ "\${funcstack[1]}" == '_baton' ]]; then
  _baton "$@"
else
  compdef _baton baton
fi
`,
  fish: `# baton completion for fish: baton completion fish | source
function __baton_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] ${ASK} -- $words[2..-1] "$current" 2>/dev/null)
    if test "$line" = '${FILES}'
      if string match -q '@*' -- "$current"
        printf '@%s\\n' (__fish_complete_path (string sub -s 2 -- "$current"))
      else
        __fish_complete_path "$current"
      end
    else
      printf '%s\\n' "$line"
    end
  end
end
complete -c baton -f -a '(__baton_complete)'
`,
};

export function scriptFor(shell: Shell): string {
  return scripts[shell];
}
