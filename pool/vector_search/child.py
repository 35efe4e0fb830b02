"""The process that knows vectors: `python -m gristmill.pool.vector_search.child DATA`. Questions
come on stdin, answers go to stdout; it ends with the one that started it, when stdin does."""

# isort: off
import gristmill.pipeline.steps.one_thread  # noqa: F401
# isort: on

import os
import select
import sys

import msgspec

from gristmill.pool.vector_search.answering import Answerer
from gristmill.pool.vector_search.messages import Question, framed, read_frame, write_all
from gristmill.schemas.configuration.settings import INHERITED, Settings
from gristmill.storage.stores import Stores


def main() -> int:
    (data,) = sys.argv[1:]
    settings = msgspec.json.decode(os.environ[INHERITED], type=Settings)
    # What a library prints must not come between the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    answerer = Answerer(Stores.at(data), settings)
    busy = True
    while True:
        ready, _, _ = select.select([0], [], [], 0 if busy else None)
        if not ready:
            busy = answerer.work()
            continue
        frame = read_frame(0)
        if frame is None:
            answerer.close()
            return 0
        question = msgspec.msgpack.decode(frame, type=Question)
        write_all(answers, framed(answerer.answer(question)))
        busy = True


if __name__ == "__main__":
    sys.exit(main())
