"""One event, one alert: whether a story tells of what another feed has told already. Pure, and all in memory.

    headline, lead ─telling▶ Telling ─┬─ recent: which of 10,000 stories could be meant (common grams say nothing)
                                      ├─ company: what the nearest of them have in common says little
                                      └─ likeness: how alike two are ─weights▶ a probability ─▶ Match or None
    Match, policy ─joining▶ tell it on its own, as a reply to the first, or not at all

    words      one name for what newsrooms shorten, no particles      figures    of what, how much
    places     towns, countries                                       names      who
    acts       what somebody did                                      series     1보, 2보, 종합 of one feed

What separates two reports of the same form is never how they sound: it is the town, the figure, the name, the act that
one has where the other has a different one.
"""

from bot.events.joining import WINDOW as WINDOW
from bot.events.joining import Joining as Joining
from bot.events.joining import Match as Match
from bot.events.joining import joining as joining
from bot.events.recent import Recent as Recent
