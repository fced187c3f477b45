"""Settings: everything a user can choose that changes what comes out. Read from ``archiver.toml``.

How a run is carried out (workers, engine, output folder) is no setting: it may not change a byte.

    archiver.toml ─┐
    key=value     ─┴▶ reading ─▶ Settings (choices) ─▶ digest (content), archiver.toml (toml)
"""

from archiver.settings.choices import MEBIBYTE, Limits, Settings
from archiver.settings.reading import read_settings

__all__ = ["MEBIBYTE", "Limits", "Settings", "read_settings"]
