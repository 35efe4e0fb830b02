"""The search by meaning: queries become vectors in a process of its own, which also holds those of
the chunks. It is started when somebody asks, ended when nobody does, and may be killed."""

from gristmill.pool.vector_search.searcher import Searcher

__all__ = ["Searcher"]
