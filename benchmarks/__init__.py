"""Quality and speed of archiver beside its peers, on the development data. Imported by nobody but the tests."""
