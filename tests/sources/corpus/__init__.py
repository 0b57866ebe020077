"""The corpus: every format that Sokbo reads, abused in the ways that real feeds are, each with the entries to expect.

A case is one document of one story. Its builder writes a story in order (`rss()`, `atom()`, …); what the case is about
is the one piece that it puts in another's place, and `told()` says how the entry then differs from the story's.

    Case("the title has a tag", rss(title="<title>&lt;b&gt;속보&lt;/b&gt; 비</title>"), told(title="속보 비"))
"""

from dataclasses import replace

from tests.sources.corpus import (
    atom_cases,
    broken_cases,
    date_cases,
    encoding_cases,
    json_cases,
    media_cases,
    rdf_cases,
    rss_cases,
    shape_cases,
    sitemap_cases,
)
from tests.sources.corpus.made import Case

CASES: tuple[Case, ...] = tuple(
    replace(case, name=f"{title}: {case.name}")
    for title, cases in (
        ("RSS", rss_cases.CASES),
        ("Atom", atom_cases.CASES),
        ("RDF", rdf_cases.CASES),
        ("JSON Feed", json_cases.CASES),
        ("sitemap", sitemap_cases.CASES),
        ("media", media_cases.CASES),
        ("dates", date_cases.CASES),
        ("broken", broken_cases.CASES),
        ("encodings", encoding_cases.CASES),
        ("shapes", shape_cases.CASES),
    )
    for case in cases
)
