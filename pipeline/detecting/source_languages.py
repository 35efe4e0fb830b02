"""Programming languages by file name, by the first line, and by what their lines look like."""

import re

from gristmill.pipeline.file_names import base_of, suffix_of

BY_EXTENSION = {
    **dict.fromkeys((".py", ".pyi", ".pyw"), "python"),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "javascript"),
    **dict.fromkeys((".ts", ".tsx", ".mts"), "typescript"),
    **dict.fromkeys((".c", ".h"), "c"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"), "c++"),
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh"), "shell"),
    **dict.fromkeys((".pl", ".pm"), "perl"),
    **dict.fromkeys((".rb", ".rake"), "ruby"),
    **dict.fromkeys((".kt", ".kts"), "kotlin"),
    **dict.fromkeys((".hs", ".lhs"), "haskell"),
    **dict.fromkeys((".erl", ".hrl"), "erlang"),
    **dict.fromkeys((".ex", ".exs"), "elixir"),
    **dict.fromkeys((".clj", ".cljs", ".edn"), "clojure"),
    **dict.fromkeys((".ml", ".mli"), "ocaml"),
    **dict.fromkeys((".fs", ".fsx"), "f#"),
    **dict.fromkeys((".el", ".lisp", ".lsp", ".cl"), "lisp"),
    **dict.fromkeys((".f", ".f90", ".f95", ".for"), "fortran"),
    **dict.fromkeys((".pas", ".dpr"), "pascal"),
    **dict.fromkeys((".ps1", ".psm1"), "powershell"),
    **dict.fromkeys((".bat", ".cmd"), "batch"),
    **dict.fromkeys((".css", ".scss", ".less"), "css"),
    **dict.fromkeys((".mk", ".mak"), "makefile"),
    **dict.fromkeys((".ini", ".cfg", ".conf", ".properties"), "ini"),
    ".java": "java",
    ".go": "go",
    ".rs": "rust",
    ".cs": "c#",
    ".swift": "swift",
    ".php": "php",
    ".scala": "scala",
    ".lua": "lua",
    ".sql": "sql",
    ".dart": "dart",
    ".m": "objective-c",
    ".jl": "julia",
    ".zig": "zig",
    ".nim": "nim",
    ".vb": "vb",
    ".tcl": "tcl",
    ".asm": "assembly",
    ".s": "assembly",
    ".toml": "toml",
    ".vue": "vue",
    ".proto": "protobuf",
    ".graphql": "graphql",
    ".tf": "terraform",
    ".cmake": "cmake",
    ".groovy": "groovy",
    ".gradle": "groovy",
    ".awk": "awk",
    ".r": "r",
    ".vim": "vim",
    ".sol": "solidity",
    ".v": "verilog",
    ".vhd": "vhdl",
    ".diff": "diff",
    ".patch": "diff",
    ".scm": "scheme",
    ".rkt": "racket",
    ".nix": "nix",
    ".cobol": "cobol",
    ".cob": "cobol",
}
_BY_NAME = {
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "dockerfile": "dockerfile",
    "rakefile": "ruby",
    "gemfile": "ruby",
    "vagrantfile": "ruby",
    "jenkinsfile": "groovy",
    "cmakelists.txt": "cmake",
    "build.bazel": "bazel",
    ".bashrc": "shell",
    ".profile": "shell",
}
_INTERPRETERS = (
    *(("python", "python"), ("bash", "shell"), ("zsh", "shell"), ("ksh", "shell")),
    *(("dash", "shell"), ("node", "javascript"), ("deno", "typescript"), ("perl", "perl")),
    *(("ruby", "ruby"), ("php", "php"), ("Rscript", "r"), ("lua", "lua"), ("awk", "awk")),
    *(("tclsh", "tcl"), ("wish", "tcl"), ("make", "makefile"), ("sh", "shell")),
)
_SHEBANG = re.compile(r"\A\ufeff?#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")

# What a language's lines begin with that other texts' hardly do, and how much that says.
_SIGNS = tuple(
    (language, re.compile(pattern, re.MULTILINE), worth)
    for language, pattern, worth in (
        ("php", r"\A\s*<\?php\b", 9),
        ("python", r"^(?:async )?def \w+\(.*\).*:\s*(?:#.*)?$|^class \w+(?:\(.*\))?:\s*$", 3),
        ("python", r"^from [\w.]+ import [\w*(]|^import [\w.]+(?: as \w+)?$", 1),
        ("c", r"^#[ \t]*include[ \t]*[<\"][\w./+-]+[>\"]", 3),
        ("c", r"^#[ \t]*(?:ifndef|ifdef|endif|define \w)|^\w[\w \t*]*\([^;\n]*\)\s*\{$", 1),
        ("c++", r"^(?:using namespace \w|template\s*<|namespace \w+\s*\{)|\bstd::\w", 2),
        ("java", r"^package [\w.]+;|^import (?:static )?[\w.]+(?:\.\*)?;", 2),
        ("java", r"^[ \t]*(?:public|private|protected) [\w<>\[\] ]+[({]", 1),
        ("c#", r"^using [\w.]+;|^namespace [\w.]+\s*[{;]?$", 2),
        ("go", r"^package \w+$|^func (?:\([^)\n]*\) )?\w+\(", 2),
        ("rust", r"^(?:pub )?fn \w+|^use [\w:]+(?:::\{.*\})?;|^(?:pub )?(?:impl|mod)\b.*\{", 2),
        ("javascript", r"^(?:const|let|var) [\w{}, \[\]]+ ?=|^(?:export |async )*function\b", 2),
        ("javascript", r"^(?:import .* from ['\"]|module\.exports\b|export default\b)", 3),
        ("ruby", r"^require ['\"]|^[ \t]*def \w+[?!]?(?:\(.*\))?$|^end$", 1),
        ("sql", r"^(?i:create (?:table|index|view)|insert into|select .+ from|alter table) ", 2),
        ("css", r"^[.#@]?[\w.#:*, -]+\s*\{\s*$|^[ \t]+[a-z-]+:\s[^;{}]+;\s*$", 1),
        ("shell", r"^(?:fi|done|esac)$|^[ \t]*if \[\[? .*; then$", 2),
        ("makefile", r"^[\w.%$()/-]+\s*:[^=\n]*\n\t\S|^\.PHONY:", 2),
    )
)
_ENOUGH = 6
_SAY_ENOUGH_ALONE = ("<?php", "std::")
_MAX_HITS = 4
_LINE_CHARS = 300  # the time of some of these patterns is quadratic in the length of a line


def by_file_name(name: str) -> str | None:
    """The language that a file name or uri says, or None."""
    path = name.partition("?")[0].partition("#")[0] if "://" in name else name
    return _BY_NAME.get(base_of(path).lower()) or BY_EXTENSION.get(suffix_of(path).lower())


def by_first_line(text: str) -> str | None:
    """The language that a `#!` line asks for, or None."""
    match = _SHEBANG.match(text[:300])
    if match is None:
        return None
    program = match[1].rpartition("/")[2]
    if program == "env":
        program = (match[2] or "").rpartition("/")[2]
    return next((name for start, name in _INTERPRETERS if program.startswith(start)), None)


def by_lines(text: str) -> str | None:
    """The language whose lines these look like, or None where few do."""
    if "\n" not in text.strip() and not any(sign in text for sign in _SAY_ENOUGH_ALONE):
        # No other line has signs enough. Most small texts are one, and this saves half their cost.
        return None
    text = "\n".join(line[:_LINE_CHARS] for line in text.split("\n"))
    points: dict[str, int] = {}
    for language, sign, worth in _SIGNS:
        hits = sum(1 for _ in zip(sign.finditer(text), range(_MAX_HITS), strict=False))
        points[language] = points.get(language, 0) + hits * worth
    if points["c++"]:
        points["c++"] += points["c"]
    best = max(points, key=lambda language: points[language])
    return best if points[best] >= _ENOUGH else None
