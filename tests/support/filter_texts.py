"""Filters of every shape, as hypothesis makes them up."""

from hypothesis import strategies as st

_WORDS = st.sampled_from(
    ["red", "5", "-2.5", "1e999", "true", "2026", "2026-11", "2026-11-30T10:00:00+02:00", "a*b?"]
)
_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_QUOTED = _ANY_TEXT.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
_VALUES = _WORDS | _QUOTED.filter(lambda text: text.count("*") < 10)
_DATES = st.sampled_from(["0001", "2026", "2026-02-28", "9999-12-31", "1969-12-31T23:59:59.5Z"])
_NUMBERS = st.sampled_from(["0", "-1", "2.5", "99999999999999999999", "1e400"])
_NAMES = st.sampled_from(["x", "tags", "n", "job.x", '"odd key"', "ключ", "deep.er", "list"])
_TEXT_FIELDS = st.sampled_from(
    ["collection", "uri", "title", "media_type", "job_id", "document_id", "language"]
)
_ORDERS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_SIGNS = _ORDERS | st.just("~")


def _in(fields: st.SearchStrategy[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(values, min_size=1, max_size=4).map(", ".join)
    return st.builds("{} {}in ({})".format, fields, st.sampled_from(["", "not "]), several)


_SAID = _NAMES.map("metadata.{}".format)
_DATED = st.sampled_from(["ingested_at", "created", "modified"])
_COUNTED = st.sampled_from(["bytes", "pages", "chunks"])
_TESTS = st.one_of(
    st.builds("{} {} {}".format, _SAID | _TEXT_FIELDS, _SIGNS, _VALUES),
    st.builds("{} {} {}".format, _DATED, _ORDERS, _DATES),
    st.builds("{}{}{}".format, _COUNTED, _ORDERS, _NUMBERS),
    _in(_SAID | _TEXT_FIELDS, _VALUES),
    _in(_DATED, _DATES),
    st.builds("{} exists".format, _SAID | _TEXT_FIELDS | _DATED | _COUNTED),
)
FILTERS = st.recursive(
    _TESTS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
    ),
    max_leaves=8,
)
