"""Files that come with a form stay in memory, bounded as the body is: the framework would put them
on the disk, where they lie unsealed.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import request
from werkzeug.formparser import FormDataParser


class MemoryForms(FormDataParser):
    """Keeps files in memory."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stream_factory = lambda *_, **__: BytesIO()


def keep_off_the_disk() -> None:
    """Runs before anything reads the form."""
    request.form_data_parser_class = MemoryForms
