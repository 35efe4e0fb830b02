"""Step `pii`: what tells a person is marked, or replaced before the library sees it."""

from gristmill.pipeline.steps.personal.masking import Whole, masked
from gristmill.pipeline.steps.step_registry import failed
from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.steps import PiiOptions

version = "1"
options_type = PiiOptions


def apply(document: DocumentContent, options: PiiOptions, settings: Settings) -> Changes:
    """Metadata and annotations say how much of each kind there is. With `replace`, the texts have
    marks in its place; then the step has to come before those that make something of the texts."""
    whole = Whole(document.chunks, options.kinds)
    counted = [dict(whole.within(chunk)) for chunk in document.chunks]
    annotations = [{"pii": here} if here else {} for here in counted]
    metadata = {"pii": whole.counts()} if whole.places else {}
    if options.action == "mark":
        return Changes(metadata, annotations)
    if document.vectors is not None or document.signature is not None:
        raise failed("pii", "name it before the steps that make vectors or signatures of the text")
    return Changes(metadata, annotations, content=masked(document, whole))
