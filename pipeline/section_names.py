"""What sections are called in many documents, and no document; in lower case."""

# Headings that open a document without naming it.
OPENERS = frozenset(
    {"abstract", "about", "bibliography", "references", "acknowledgements", "acknowledgments"}
    | {"keywords", "appendix", "literatur", "literaturverzeichnis", "bibliographie", "referencias"}
    | {"background", "contents", "description", "introduction", "motivation"}
    | {"notes", "overview", "preface", "purpose", "summary", "table of contents", "tl;dr"}
    | {"einleitung", "inhalt", "inhaltsverzeichnis", "vorwort", "zusammenfassung", "einführung"}
    | {"introducción", "índice", "resumen", "sommaire", "résumé", "avant-propos", "introduzione"}
)
# Headings of sections, where a document has several of that rank; alone they name a page.
SECTIONS = frozenset(
    {"acknowledgment", "benchmarks", "build status", "building", "call for contributions"}
    | {"changelog", "changes", "code of conduct", "community", "compatibility", "contributing"}
    | {"credits", "dependencies", "development", "documentation", "download", "example"}
    | {"examples", "faq", "features", "get started", "getting help", "getting started"}
    | {"highlights", "how it works", "how to use", "important links", "install", "installation"}
    | {"installing", "key features", "license", "licence", "links", "main features", "news"}
    | {"prerequisites", "quick links", "quick start", "quickstart", "release notes", "requirements"}
    | {"roadmap", "screenshots", "setup", "sponsors", "status", "support", "testing", "usage"}
    | {"welcome", "what's new", "why"}
)
