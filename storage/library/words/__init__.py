"""The words of texts, titles and queries of any script: what is indexed and looked for."""
