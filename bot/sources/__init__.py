"""Sources: where a newsroom publishes. Each module with a ``…Source`` class is one kind; pick one.

    feed      an address: RSS, Atom, RDF or JSON Feed       jekyll          a folder of posts, watched
    ├ xmlfeed   feedparser's words → Entry                  ├ jekyll_post   one file → Entry
    ├ jsonfeed  JSON Feed's words → Entry                   ├ jekyll_site   _config.yml
    └ charset   bytes → text                                └ permalink     where Jekyll puts a post

    fetch     the guarded client that gets whatever a stranger named    guard    which addresses it may dial

``xmlfeed``, ``jsonfeed``, ``charset``, ``jekyll_post`` and ``jekyll_site`` run in parser processes and know no network.
"""
