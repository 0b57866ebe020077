"""Sources: where a newsroom publishes. Each module with a ``…Source`` class is one kind; pick one.

    feed      an address: RSS, Atom, RDF or JSON Feed       jekyll          a folder of posts, watched
    ├ xmlfeed   feedparser's words → Entry                  ├ jekyll_post   one file → Entry
    ├ jsonfeed  JSON Feed's words → Entry                   ├ jekyll_site   _config.yml
    ├ charset   bytes → text                                └ permalink     where Jekyll puts a post
    └ memory    what its cursor remembers

    fetch     the guarded client that gets whatever a stranger named
    ├ address   what an address says by itself              ├ hosts     turns at a host, and its rests
    ├ guard     which addresses may be dialled              ├ patience  how long a server asks to be left alone
    ├ wire      names looked up, connections kept           ├ inflate   what came packed
    └ causes    what went wrong, in words                   └ web       pictures, pages, links

``xmlfeed``, ``jsonfeed``, ``charset``, ``jekyll_post`` and ``jekyll_site`` run in parser processes and know no network.
"""
