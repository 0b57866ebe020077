"""Sokbo: from a saved post to every reader, once. The map of the house, from the door down; nobody looks up.

    cli          the command
    app          builds everything, and nothing else does

    rooms, strangers to each other, joined by ports:
    ingest       reads feeds, commits what follows      dispatch     drives the outbox
    sources      the guarded client; feeds, folders     store        one database, its queries, its lock
    parsers      processes that read strangers' bytes   pictures     decoded, stripped, fitted, kept
    newsroom     the page                               sandbox      strict stand-ins of the platforms
    settings     the configuration, checked             transport    one HTTP request to a platform
    preview      what would be sent

    carrier      what sends an account's deliveries         draft        what follows from one change
    minutes      what a reading came to, for the log        rounds       when each feed is asked: rota, rhythm
    joins        which story has told an event already      aside        stages that take their time, in a thread
    illustrate   a story's pictures: found, prepared for each platform, kept
    desk         what a person may decide
    stages       detect ▶ story ▶ route ▶ render; outbox, pace, rhythm, rota: pure, no I/O, `now` passed in
    events       whether a story is of an event that was told already
    filters      what of a feed is told, and what an account gets
    traits       what the posts of a feed share
    text         HTML to Document; templates, counting, cutting, excerpts
    ports        what rooms need of each other
    model, document, limits, rules, secret, errors: the nouns

Every folder's own `__init__` is its map.
"""
