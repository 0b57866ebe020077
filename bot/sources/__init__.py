"""Sources: where a newsroom publishes. Each module with a ``…Source`` class is one kind; pick one.

    feed      an address: RSS, Atom, RDF or JSON Feed       jekyll          folders of posts, watched
    ├ xmlfeed   feedparser's words → Entry                  ├ folder          what stands there, and stands still
    ├ jsonfeed  JSON Feed's words → Entry                   ├ jekyll_post     one file → Entry
    ├ charset   bytes → text                                │ ├ jekyll_front    its front matter, with lines
    └ memory    what its cursor remembers                   │ ├ jekyll_keys     what an editor says to us there
                                                            │ └ jekyll_dates    dates, naive ones in the site's zone
    git       a repository of such posts, polled            ├ jekyll_site     _config.yml
    ├ git_checkout  its posts, kept as a folder             ├ liquid          what is known without building the site
    ├ git_http      asked through the guarded client        └ permalink       where Jekyll puts a post
    │ └ git_wire      git's protocol
    └ git_local     read where it lies
      └ git_pack      commits, trees, blobs

    fetch     the guarded client that gets whatever a stranger named
    ├ address   what an address says by itself              ├ hosts     turns at a host, and its rests
    ├ guard     which addresses may be dialled              ├ patience  how long a server asks to be left alone
    ├ wire      names looked up, connections kept           ├ inflate   what came packed
    └ causes    what went wrong, in words                   └ web       pictures, pages, links

``xmlfeed``, ``jsonfeed``, ``charset``, ``git_pack``, ``git_wire``, ``liquid`` and what begins with ``jekyll_`` run in
parser processes and know no network.
"""
