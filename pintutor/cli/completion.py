"""Shell completions, made from the declared sub-commands: static text, nothing runs."""

from __future__ import annotations

from argparse import Action

from pintutor.cli.arguments import SUBCOMMANDS, parser_for

BASH = """\
_pintutor() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}"
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "{commands} --ascii --help --version" -- "$word"))
        return
    fi
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
}}
complete -F _pintutor pintutor
"""

BASH_CASE = """\
        {name}) COMPREPLY=($(compgen {files}-W "{words}" -- "$word")) ;;"""

ZSH = """\
#compdef pintutor
_pintutor() {{
    local -a commands
    commands=(
{commands}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    case "$words[2]" in
{cases}
    esac
}}
compdef _pintutor pintutor
"""


def script(shell: str) -> str:
    """The completion script for a shell: bash, zsh or fish."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


def _actions(name: str) -> list[Action]:
    return parser_for(name)._actions


def _words(name: str) -> list[str]:
    """Options and fixed words that may follow a sub-command."""
    options = [text for each in _actions(name) for text in each.option_strings]
    choices = [str(word) for each in _actions(name) for word in each.choices or ()]
    return [*choices, *(text for text in options if text.startswith("--"))]


def _takes_files(name: str) -> bool:
    return any(each.dest in ("file", "path") for each in _actions(name))


def _bash() -> str:
    cases = [
        BASH_CASE.format(
            name=name,
            words=" ".join(_words(name)),
            files="-f " if _takes_files(name) else "",
        )
        for name in SUBCOMMANDS
    ]
    return BASH.format(commands=" ".join(SUBCOMMANDS), cases="\n".join(cases))


def _zsh() -> str:
    commands = [f"        '{name}:{each.summary}'" for name, each in SUBCOMMANDS.items()]
    cases = [
        f"        {name}) compadd -- {' '.join(_words(name))}"
        + ("; _files ;;" if _takes_files(name) else " ;;")
        for name in SUBCOMMANDS
    ]
    return ZSH.format(commands="\n".join(commands), cases="\n".join(cases))


def _fish() -> str:
    lines = ["complete -c pintutor -f"]
    for name, each in SUBCOMMANDS.items():
        lines.append(
            f"complete -c pintutor -n __fish_use_subcommand -a {name} -d '{each.summary}'"
        )
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        for word in _words(name):
            what = f"-l {word[2:]}" if word.startswith("--") else f"-a {word}"
            lines.append(f"complete -c pintutor {seen} {what}")
        if _takes_files(name):
            lines.append(f"complete -c pintutor {seen} -F")
    return "\n".join(lines) + "\n"
