"""The page: what readers see, what became of each delivery, and what needs a person.

    page    the doors (routes) and the house's opening hours (an async context manager)
    guard   who may come in, and what may be changed from where
    press   a board of stories becomes HTML, through templates/
    drawing a platform's message becomes what its readers see
    words   what the page says, in the languages of config/locales/

It reads the `Ledger` and writes nothing: the two buttons of a held delivery hand a person's decision on.
"""
