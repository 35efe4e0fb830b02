"""Log lines stay lines, whatever is in the names that they tell."""

import io
import logging

from gristmill.pool.processes.log_lines import OneLine


def test_a_name_in_a_message_starts_no_line_and_steers_nothing() -> None:
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(OneLine("%(levelname)s %(message)s"))
    log = logging.Logger("log")
    log.addHandler(handler)
    log.warning("document %s", "x\n2026 ERROR all is lost\x1b[2J\u202e")
    try:
        raise ValueError("in\x1bside")
    except ValueError:
        log.exception("failed")
    first, second, *trace = told.getvalue().splitlines()
    assert first == "WARNING document x\\u000a2026 ERROR all is lost\\u001b[2J\\u202e"
    assert second == "ERROR failed"
    assert trace[0].startswith("Traceback") and trace[-1] == "ValueError: in\\u001bside"
