"""The errors of collections as things."""

from gristmill.schemas.problems.errors import GristmillError


class UnknownCollection(GristmillError):
    """There is no such collection: it has no documents, no settings, and no job that is not done.
    `extra["did_you_mean"]` has those that are called nearly so."""

    code = "unknown_collection"


class CollectionExists(GristmillError):
    """The name is that of another collection."""

    code = "collection_exists"


class CollectionBusy(GristmillError):
    """Jobs of the collection are not done; `extra["job_ids"]` names the first of them."""

    code = "collection_busy"


class ConfirmationNeeded(GristmillError):
    """Documents would be deleted, and nobody said how many; or the number is another one.
    `extra["documents"]` is how many there are."""

    code = "confirmation_needed"

    @classmethod
    def of(cls, documents: int, expected: int | None) -> "ConfirmationNeeded":
        said = "" if expected is None else f", not {expected}"
        return cls(
            f"this would delete {documents} documents{said}; say so with if_documents={documents}",
            documents=documents,
        )
