"""Fits the block model of `archiver.scorer` to the development data. Nothing of this is needed to clean."""
