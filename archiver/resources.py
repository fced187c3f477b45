"""Where the files that ship with the program are: schemas and phrases.

The wheel carries `schemas/` inside the package; in a checkout and an editable install it stands beside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*names: str) -> Path:
    """The path of a shipped file or folder, such as ``resource("schemas", "article.schema.json")``.

    Raises:
        FileNotFoundError: this installation lacks it.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath(*names)
        if path.exists():
            return path
    raise FileNotFoundError(f"this installation of archiver lacks {'/'.join(names)}")
