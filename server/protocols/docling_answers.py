"""What was converted, as docling-serve answers it."""

from gristmill.schemas.drop_in.docling import (
    ConversionError,
    ConversionStatus,
    ConvertDocumentResponse,
    ConvertedDocument,
)
from gristmill.schemas.rendering.forms import ContentForm
from gristmill.server.protocols.handing_in import Contents
from gristmill.server.services import Services

_BETWEEN = "\n\n"
"""Documents of one archive or mail."""


def converted(services: Services, job_id: str, seconds: float) -> ConvertDocumentResponse:
    """The documents of an ended job as one. Raises what `Contents` does."""
    contents = Contents(services, job_id)
    documents = contents.documents()

    def all_as(form: ContentForm) -> str:
        return _BETWEEN.join(contents.written(each, form) for each in documents)

    return ConvertDocumentResponse(
        document=ConvertedDocument(
            filename=documents[0].name,
            md_content=all_as(ContentForm.MARKDOWN),
            html_content=all_as(ContentForm.HTML),
            text_content=all_as(ContentForm.TEXT),
        ),
        status=(ConversionStatus.PARTIAL_SUCCESS if contents.failed else ConversionStatus.SUCCESS),
        errors=[
            ConversionError(module_name=row.code or "", error_message=row.message or "")
            for row in contents.failed
        ],
        processing_time=round(seconds, 6),
    )
