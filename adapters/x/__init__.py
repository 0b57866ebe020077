"""X, through tweepy over our own transport; pictures by our own upload.

    Story ─posts▶ headline, excerpt, hashtags and address within 280 weighted characters, and the thread behind it
    Delivery ─send▶ POST /2/media/upload, /2/media/metadata (alt text), /2/tweets ─▶ Receipt
             ─reply▶ the same, as an answer to what was posted      ─delete▶ DELETE /2/tweets/:id

posts     what a story becomes, and what a reader can tap      keys      four keys or a token: who signs, which app
wire      one request, one answer                              refusals  what an answer means that is no yes
adapter   one account

X makes links of ASCII addresses only, so the address goes percent-encoded; every address weighs 23. A reader can tap
the story's link and its tags, and nothing that nobody meant (`bot.text.x_quiet`).

A text that X has already is refused: that is the key against duplicates. Each post costs money, one with a link
thirteen times as much (PLATFORMS 0.2), so an account can have a budget. X changes posts for Premium only and is of two
minds about how long (30 minutes and five times; an hour), so corrections are answers here.
"""

from adapters.x.adapter import Adapter
from adapters.x.posts import TEXT

__all__ = ["TEXT", "Adapter"]
