"""The file of a schema in, its JSON out, and that of the files it refers to: those of its own folder, no other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from archiver.errors import SchemaError

MAX_SCHEMA_BYTES = 16 * 1024 * 1024
"""A schema file larger than this is no schema anybody wrote."""


def read_schema(path: Path) -> Any:
    """The JSON of a schema file.

    Raises:
        SchemaError: it cannot be read, is too large, or is not JSON.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SCHEMA_BYTES + 1)
        if len(content) > MAX_SCHEMA_BYTES:
            raise SchemaError(f"schema {path}: larger than {MAX_SCHEMA_BYTES} bytes")
        return json.loads(content)
    except OSError as error:
        raise SchemaError(f"schema {path}: {error.strerror}") from error
    except RecursionError as error:
        raise SchemaError(f"schema {path}: nested too deeply") from error
    except ValueError as error:
        raise SchemaError(f"schema {path}: not JSON: {error}") from error


class Folder:
    """Finds what a ``$ref`` points to among the files of one folder, and refuses everything else.

    An absolute ``$id`` names the folder from outside: relative to it, the same files are found. `documents` holds
    by URI what was found, `refusal` why the last thing was not.
    """

    def __init__(self, root: Path | None, tree: Any) -> None:
        self.documents: dict[str, Any] = {}
        self.refusal: SchemaError | None = None
        self._root = root
        self._bases = [f"{root.as_uri().rstrip('/')}/"] if root else []
        identity = tree.get("$id", tree.get("id")) if isinstance(tree, Mapping) else None
        if isinstance(identity, str) and identity.startswith(("http://", "https://")):
            self._bases.append(urljoin(identity, "."))

    def __call__(self, uri: str) -> Any:
        try:
            self.documents[uri] = read_schema(self._path(uri))
        except SchemaError as refusal:
            self.refusal = refusal
            raise
        return self.documents[uri]

    def _path(self, uri: str) -> Path:
        for base in self._bases:
            if self._root and uri.startswith(base):
                path = self._inside(self._root, unquote(uri.removeprefix(base)))
                if path:
                    return path
        raise SchemaError(f"the reference to {uri} is refused: it leads to no file in the schema's own folder")

    @staticmethod
    def _inside(root: Path, name: str) -> Path | None:
        """The file of that name, unless it or a link on the way to it leads out of `root`."""
        try:
            path = (root / name).resolve()
            return path if path.is_relative_to(root) and path.is_file() else None
        except (OSError, ValueError):
            return None
