"""A Jekyll site on disk, for the tests of its source."""

import os
import time
from pathlib import Path


class Site:
    """A Jekyll site on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.posts = root / "_posts"
        self.posts.mkdir(parents=True)

    def write(self, name: str, front: str = "title: 제목", body: str = "본문", *, old: bool = True) -> Path:
        """Save a post; an old one has stood still for a minute."""
        path = self.posts / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")
        if old:
            age(path)
        return path


def age(path: Path, seconds: float = 60) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))
