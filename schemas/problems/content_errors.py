"""Errors of whoever asks for what is in a document."""

from gristmill.schemas.problems.errors import GristmillError


class NoStructure(GristmillError):
    """Of this document only the text is kept: it was read by an earlier version."""

    code = "no_structure"


class TableNotFound(GristmillError):
    """The document has no table with this number."""

    code = "table_not_found"


class OriginalNotKept(GristmillError):
    """The bytes of this document are not kept (`keep_originals`)."""

    code = "original_not_kept"


class PageNotFound(GristmillError):
    """The document has no page with this number."""

    code = "page_not_found"


class NoPageImages(GristmillError):
    """Documents of this type have no pages that can be shown."""

    code = "no_page_images"


class PageNotRendered(GristmillError):
    """The page cannot be shown: it is damaged, or takes too long or too much memory."""

    code = "page_not_rendered"
