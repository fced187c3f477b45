"""Results in, output out: for people at a terminal, and as JSON for programs.

Each format is a module of its own (`terminal`, `json`). `safety` makes strings that come from documents harmless,
`blocks` is what every view of a document shows, `progress` tells how far a run is. Nothing here decides anything.
"""
