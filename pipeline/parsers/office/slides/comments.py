"""Comments on slides: the old ones, and the threads of newer programs."""

from collections.abc import Iterator

from gristmill.pipeline.parsers.office.drawing_text import drawn_text
from gristmill.pipeline.parsers.office.elements import child
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.safe_xml import local_attributes, local_name

_PARTS = frozenset({"comments", "comment"})
_AUTHORS = frozenset({"commentAuthors", "authors"})


class Comments:
    """A presentation's comments; `main` is its main part, which knows their authors."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._authors: dict[str, str] = {}
        for each in package.related(main).values():
            root = package.xml(each.part) if each.kind in _AUTHORS else None
            for author in root if root is not None else ():
                attributes = local_attributes(author)
                self._authors[attributes.get("id", "")] = attributes.get("name", "")

    def of_slide(self, part: str) -> Iterator[str]:
        """The comments on a slide and the answers to them, each in one text."""
        for each in self._package.related(part).values():
            root = self._package.xml(each.part) if each.kind in _PARTS else None
            for comment in root.iter("{*}cm", "{*}reply") if root is not None else ():
                old = child(comment, "text")
                body = child(comment, "txBody")
                text = (old.text or "") if old is not None else ""
                if body is not None and local_name(body) == "txBody":
                    text = drawn_text(body)
                author = self._authors.get(local_attributes(comment).get("authorId", ""), "")
                if text.strip():
                    yield f"[Comment by {author}] {text}" if author else f"[Comment] {text}"
