"""Engines: each maps one function over the shards of a run and hands back the results; none knows what it does."""
