"""Sokbo: from a saved post to every reader, once. The map of the house, from the door down; nobody looks up.

cli          the command
app          builds everything, and nothing else does
─ rooms: strangers to each other, joined by ports ──────────────────────────────────────────────────────────────
ingest       reads feeds, commits what follows from them        dispatch   drives the outbox
sources      the guarded client; feeds and Jekyll folders       store      one database, its queries, its lock
parsers      processes that read strangers' bytes               pictures   decoded, stripped, fitted, kept
newsroom     the page                                           sandbox    strict stand-ins of the platforms
settings     the configuration, checked                         transport  one HTTP request to a platform
preview      what would be sent
─ the desk: what a person may decide ───────────────────────────────────────────────────────────────────────────
─ stages: pure, no I/O, `now` passed in ────────────────────────────────────────────────────────────────────────
detect ▶ story ▶ route ▶ render                                 outbox, pace
─ text: HTML to Document, counting, cutting, excerpts ──────────────────────────────────────────────────────────
ports        what rooms need of each other
model, document, errors                                         the nouns
"""
