"""One module for each thing that can be asked: jobs, documents, search, export, health."""
