"""The page: what readers see, what became of each delivery, and what needs a person.

    page      the doors (routes) and the house's opening hours (an async context manager)
    guard     who may come in, and what may be changed from where
    press     a board of stories becomes HTML, through templates/
    board     a story's alerts as columns: what readers see, what follows, what became of each
    recall    how far a retraction has got
    words     what the page says, in the languages of config/locales/

How a message is drawn, here and in a terminal:

    Message ─reading, markup▶ Marked ─ink▶ blocks of ink ─▶ templates/ink.html · terminal
            ─drawing, article▶ what stands around it: cards, previews, buttons, a whole article

    inbound   apart from all this: the listener for strangers, with the routes that other rooms offer

It reads the `Ledger` and writes nothing: what a person presses, it hands on to the desk.
"""
