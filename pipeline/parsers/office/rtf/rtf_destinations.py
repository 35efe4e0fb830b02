"""Where the text of an RTF group goes, by the word that opens it."""

SKIPPED = frozenset(
    {"colortbl", "pict", "themedata", "datastore", "sp", "shprslt", "bkmkstart"}
    | {"filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl"}
    | {"latentstyles", "colorschememapping", "nonshppict", "bkmkend", "pntxtb", "upr"}
    | {"pntxta", "private", "template", "passwordhash", "userprops", "mmathPr", "mmathPict"}
    | {"ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "objclass", "objname"}
    | {"atnref", "atntime", "atndate", "atnparent", "panose", "falt", "xe", "tc", "docvar"}
)
STARRED = frozenset(
    {"shpinst", "shptxt", "annotation", "shppict", "pntext", "moMath", "moMathPara", "ud"}
    | {"atnauthor", "objdata", "fldinst", "formfield", "ffl", "ffname", "ffdeftext"}
)
"""Optional destinations that are known here; others are skipped."""

INFO = {
    "title": "title",
    "author": "author",
    "subject": "subject",
    "keywords": "keywords",
    "doccomm": "description",
}
MOMENTS = {"creatim": "created", "revtim": "modified"}
INTO = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "info": "info",
    "listtext": "mark",
    "pntext": "mark",
    "footnote": "note",
    "annotation": "comment",
    "atnauthor": "commenter",
    "shptxt": "box",
    "dptxbxtext": "box",
    "objdata": "object",
    "fldinst": "code",
    "formfield": "form",
    "ffl": "choice",
    "ffname": "nowhere",
    "ffdeftext": "nowhere",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "margin"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "margin"),
}
BEFORE = {"mden": "/", "msup": "^", "msub": "_", "mdeg": "√"}
"""What stands before a part of a formula."""

BLOCKS = frozenset({"box", "margin", "note", "comment"})
"""Where a paragraph's end is a line's end."""

ENDS_OF_CELLS = {"cell": " ", "nestcell": " ", "row": "\n", "nestrow": "\n"}
