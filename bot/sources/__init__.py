"""Sources: where a newsroom publishes. Each module with a ``…Source`` class is one kind; pick one.

    site      an address: a feed's, or a page's that leads to one
    └ feed      one feed, polled
      ├ memory    what its cursor remembers
      └ gather    its bytes → the entries that are worth a look
        ├ charset     bytes → text                             ├ jsonfeed    JSON Feed → Item
        ├ xmlfeed     XML: strictly, repaired, leniently       ├ item        what all formats become, and then → Entry
        │ ├ tree, repair     in order, and put in order        ├ dates       as people write them → UTC
        │ ├ treefeed         RSS, RDF, Atom → Item             ├ media       which of what is named is a picture
        │ │ └ wording, person    is it HTML? who wrote it?     └ discover    an HTML page → the feeds that it names
        │ ├ newssitemap      a sitemap with headlines → Item
        │ └ lenient          feedparser's words → Item         probe     a look at a feed that nobody watches yet
                                                               opml      lists of feeds, in and out
    jekyll          folders of posts, watched                  git       a repository of such posts, polled
    ├ folder          what stands there, and stands still      ├ git_checkout  its posts, kept as a folder
    ├ jekyll_post     one file → Entry                         ├ git_http      asked through the guarded client
    │ ├ jekyll_front    its front matter, with lines           │ └ git_wire      git's protocol
    │ ├ jekyll_keys     what an editor says to us there        └ git_local     read where it lies
    │ └ jekyll_dates    dates, naive ones in the site's zone     └ git_pack      commits, trees, blobs
    ├ jekyll_site     _config.yml
    ├ liquid          what is known without building the site
    └ permalink       where Jekyll puts a post

    websub    hubs that push a feed; we need not ask
    fetch     the guarded client that gets whatever a stranger named
    ├ address   what an address says by itself              ├ hosts     turns at a host, and its rests
    ├ guard     which addresses may be dialled              ├ patience  how long a server asks to be left alone
    ├ wire      names looked up, connections kept           ├ inflate   what came packed
    └ causes    what went wrong, in words                   └ web       pictures, pages, links

``gather`` and all below it, ``git_pack``, ``git_wire``, ``liquid`` and what begins with ``jekyll_`` run in parser
processes and know no network.
"""
