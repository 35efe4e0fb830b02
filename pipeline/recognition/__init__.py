"""Reading images of pages by models that come with a Python package: no program beside ours."""
