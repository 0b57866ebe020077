"""The platforms, one module each, strangers to each other; found by name, never imported by `bot`.

A module has a class `Adapter`. Its constructor takes the transport, then by keyword its configuration: that signature
is the account's schema. `bot.ports` says what an adapter must do and what it may be able to do.
"""
