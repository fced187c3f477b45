"""The version of archiver: part of every `version_id`, for another version may clean differently."""

__version__ = "0.1.0"
