"""Pictures: found on an article's page, and made into what each platform takes.

page ─▶ address ─▶ (fetched by the caller) ─▶ prepare ─▶ Picture, bytes
                                                ├─ bounds    how large, how small, and what it is kept under
                                                ├─ essence   a file without what isn't about drawing it
                                                └─ drawing   decoded, scaled, upright, in RGB, and encoded again
"""
