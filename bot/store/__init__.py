"""What Sokbo remembers: one SQL text (`*.sql`), three readers of it (inbox, outbox, ledger), one driver (sqlite).

    inbox    ingest writes: feeds, entries, identities, stories, messages, fan-outs, in one transaction
    polling  which feeds are whose to read, and how their polls ended, many at a time
    outbox   dispatch writes: fan-out, promote, claim, finish; one transaction a tick
    leases   WebSub writes: which hubs push which feeds, until when
    ledger   the page and the commands read
    sqlite   one writing thread, one reading thread, WAL, synchronous=FULL, a lock beside the file

Time is counted in microseconds since 1970, in UTC.
"""
