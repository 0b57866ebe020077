"""Strict stand-ins of Telegram, Discord, X, receivers of signed webhooks and a WebSub hub: for the first run, the tests
and the benchmarks.

    request ─▶ telegram │ discord │ x │ webhook ─▶ who? ─▶ pace ─▶ planned fault? ─▶ does it hold? ─▶ ledger ─▶ answer

    server    the app, the doors under /_sandbox, latency, hanging up
    telegram  /telegram/bot<token>/…     _call: chats and fields    _text: lengths and entities
                                         _photo: and albums         _extras: buttons, previews, replies
                                         _rich: articles
    discord   /discord/api/v10/…         _form: what may be said    _cards: users and messages
    x         /x/2/…                     _signature: OAuth 1.0a     _text: the weighted count
    webhook   /webhook/…                 signatures, and each webhook-id once
    hub       /websub/…                  a newspaper's feeds, and the WebSub hub that pushes them
    ledger    what was accepted, in a log          faults   what shall go wrong next
    window    who came too often                   intake   bodies, files, pictures        reply   answers, refusals

All state is a fold over the log: what a stand-in remembers it can read back. Started again it still refuses X's
duplicates, answers a Discord nonce with the message that it belongs to, takes a webhook-id once, and goes on counting
ids. (Pictures uploaded to X and not yet tweeted, the hub's feeds and subscribers, planned faults and pace start anew.)

Any well-formed credential is good and any target exists, but for these, so that it can be seen what happens then:

- a credential with ``wrong`` in it is refused with the platform's own 401;
- a Telegram ``@name`` with ``missing`` in it, and any numeric target that ends in ``404404``, does not exist.

It counts for itself: nothing here knows how Sokbo measures, paces or renders, or its strictness would prove nothing.
"""
