"""Pages as images: each is rendered by a short-lived process of its own, which may be killed."""

from gristmill.pool.page_images.renderer import PageImages

__all__ = ["PageImages"]
