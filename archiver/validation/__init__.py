"""Records in, the places where they break their schema out.

`validate` takes records in their JSON form (or `Record`s), `validate_paths` takes archives, Parquet files and
JSON Lines files, `check_record` is the gate that every record of ours passes before it is archived. What leaves
is always `Violation`s: a file that cannot be read is reported as one, with its place, and never raises.
"""

from archiver.validation.files import PathValidation, validate_paths
from archiver.validation.validator import Validator, check_given, check_record, validate, validator

__all__ = [
    "PathValidation",
    "Validator",
    "check_given",
    "check_record",
    "validate",
    "validate_paths",
    "validator",
]
