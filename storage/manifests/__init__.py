"""What is known of each job, a manifest each: pending ones as files or in batch files, ended ones
under their day or in packs. `Manifests` is all that others need."""

from gristmill.storage.manifests.manifest_format import LEFT_OUT
from gristmill.storage.manifests.manifests import Manifests

__all__ = ["LEFT_OUT", "Manifests"]
