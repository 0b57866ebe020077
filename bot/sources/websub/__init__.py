"""WebSub (W3C Recommendation, 2018): a hub tells us what is new, instead of being asked every minute.

    reading ─links▶ hubs, topic ─▶ subscriber ─POST▶ hub        we ask, and ask again before the lease ends
                                      │ leases (the store)
    hub ─GET▶ receiver: did we ask? ─▶┘ the challenge, or 404   the hub makes sure, or refuses
    hub ─POST▶ receiver: known? ≤ 5 MiB? signed? our topic? ─▶ 202 ─▶ waiting ─▶ ingest
                                      └─ no: answered 2xx all the same, counted, nothing stored

    links        which hubs a document names, in its headers or in itself
    signature    whether a body is signed with our secret
    subscriber   asks hubs, renews, leaves
    receiver     answers hubs
    waiting      deliveries on their way to ingest, each feed's in order

A delivery is answered when it has been checked, before it is committed. What waits in memory when the process dies is
lost, and so is what a hub never sends: polling, slower while a lease is live, finds it within one interval.

Addresses of hubs are named by strangers, so they are asked through the guarded client.
"""
