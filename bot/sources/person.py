"""An author as feeds write one: a name, an address, or both in any order and brackets."""

import re
from typing import Final

_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


def person(written: str) -> str:
    """The name, else the address: "desk@paper.test (Kim)" and "Kim <desk@paper.test>" are Kim."""
    found = _ADDRESS.search(written)
    if found is None:
        return " ".join(written.split())
    rest = written.replace(found[0], " ")
    return " ".join(rest.translate(str.maketrans("()<>", "    ")).removeprefix("mailto:").split()) or found[0]
