"""The craft of text: pure functions from strings to strings, no platform's rules but X's way of counting.

letters   what a character may be: no hidden ones, composed Hangul, single spaces
html      HTML ─▶ Document, once; every platform renders from it        markdown  Markdown ─▶ HTML
plain     Document ─▶ the words in it
headline  a title and its labels ([속보])       sentences  where one ends       excerpt  what is told below the headline
measure   how long a text is, in each platform's unit (x: what X sees as addresses and emoji)
fit       cut to a limit, at the best place there is
links     an address for machines, for readers, and for telling two apart
"""
