"""What an attachment is called: by its sender, else by what else its part says of it."""

from gristmill.pipeline.file_names import base_of, suffix_of
from gristmill.pipeline.parsers.mail.entities.mime import MimePart

_MAX_CHARS = 100
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/xml": ".xml",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.ms-outlook": ".msg",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
}


def attachment_name(part: MimePart) -> str:
    """With an extension where the type has one: the document's title is the name before it.

    A Content-Description was written for people; a Content-Location is an address whose last
    part names a file.
    """
    if name := part.filename:
        return name
    described = part.header("Content-Description").replace("/", " ").strip()
    located = base_of(part.header("Content-Location").partition("?")[0])
    name = (described or located)[:_MAX_CHARS].strip() or "attachment"
    return name if suffix_of(name) else name + _EXTENSIONS.get(part.media_type, "")
