"""The composition root: the only place that builds.

    kinds      adapters by name
    build      settings → adapters, accounts, sources
    run        the bot: lock, store, stand-ins, page, inbound, ingest, dispatch, drain
    reload     a running bot follows its configuration
    pushes     WebSub and its listener
    feeds      added, removed, tried, carried in and out
    check      each credential, target and feed asked for
    previews   what each account would send for a post
    tools      try, dry run, and what the ledger commands read
    standins   the sandbox in a process of its own
    logs       one line a record, without secrets

It is the only room that may know all others.
"""
