"""A mirror, as flags describe it."""

import msgspec

from gristmill.schemas.mirrors import MirrorRequest
from gristmill.schemas.problems.errors import InvalidRequest


def request_of(**values: object) -> MirrorRequest:
    """Checked like a request over HTTP. Raises InvalidRequest."""
    try:
        wanted = msgspec.convert(values, MirrorRequest)
        msgspec.json.encode(wanted)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the mirror is not valid: {error}") from None
    except UnicodeEncodeError:
        raise InvalidRequest("a name, a path or a glob is not valid UTF-8") from None
    return wanted
