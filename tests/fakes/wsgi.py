"""The smallest web app for a real gunicorn: answers, waits, or breaks where no framework catches
it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any


def app() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """`/health` answers, `/read` takes the body in first, `/wait` waits for the end of the pipe
    that `GATE_FD` names, everything else raises.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/read":
            environ["wsgi.input"].read()
        elif environ["PATH_INFO"] == "/wait":
            os.read(int(os.environ["GATE_FD"]), 1)
        elif environ["PATH_INFO"] != "/health":
            raise ValueError
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    return answer
