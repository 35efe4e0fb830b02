"""The calls on API keys, as data."""

from gristmill.schemas.key_views import KeysView, KeyView, NewKey
from gristmill.schemas.problems import access_errors, errors
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import ASKED_WRONGLY
from gristmill.server.messages.kinds import Id
from gristmill.server.messages.parameters import Parameter, ParameterPlace

KEY_NAME = Parameter(
    "name", Id(), "The name of the key.", ParameterPlace.PATH, required=True, example="reader"
)
NEW_KEY = Body((JSON,), NewKey, "The key to be made.", samples.NEW_KEY)
_ERRORS = (*ASKED_WRONGLY, errors.StorageFailed, errors.StorageFull)

KEYS = Call(
    name="keys",
    method="GET",
    path="/keys",
    meaning="API keys, without what opens them. No call on keys is for one that is bound to "
    "collections.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, KeysView, "always"),),
    errors=_ERRORS,
)
MAKE_KEY = Call(
    name="make_key",
    method="POST",
    path="/keys",
    meaning="Make an API key. From the first one on everybody needs one.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    bodies=(NEW_KEY,),
    answers=(Answer(201, KeyView, "`key` is what opens it, and is not told again"),),
    errors=(
        *_ERRORS,
        errors.BodyTooLarge,
        errors.UnsupportedContentType,
        access_errors.KeyExists,
    ),
)
REVOKE_KEY = Call(
    name="revoke_key",
    method="DELETE",
    path="/keys/{name}",
    meaning="End an API key, at once and for ever.",
    scope=Scope.ADMIN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(KEY_NAME,),
    answers=(Answer(200, KeyView, "it opens nothing any more"),),
    errors=(*_ERRORS, access_errors.KeyNotFound),
)
