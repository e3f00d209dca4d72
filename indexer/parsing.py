"""One file's bytes to what is known of it: its article, or the reason why it has none. Pure: no files, no processes.

Strategy: the result leaves as JSON, whether the parser ran in this process, in a worker, or in a build last week, so
that all three are the same to the byte.
"""

import json
from dataclasses import asdict, dataclass

from .article import NoArticle, read_article
from .decode import NotHtml, decode
from .model import Article, article_from


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's article, or its failure. `lasting` says that the same bytes will always give the same; what ended for
    another reason (a file that cannot be read, a worker that died) is tried again by the next build."""

    article: Article | None = None
    failure: str = ""
    lasting: bool = True


def parse(data: bytes, url: str) -> bytes:
    """A file's bytes, parsed, as JSON for `parsed_from`. What the parser raises is this file's failure and no more."""
    try:
        return _dump(Parsed(read_article(decode(data), url))).encode()
    except (NotHtml, NoArticle) as error:
        return _failure(Parsed(failure=f"{error}; remove it, or --exclude it"))
    except Exception as error:  # noqa: BLE001 - a mistake of the parser's on one page must not stop a large build
        return failed(f"the parser failed on it ({type(error).__name__}: {error}); please report this page")


def failed(reason: str) -> bytes:
    """A failure that does not follow from the file's bytes, as JSON for `parsed_from`."""
    return _failure(Parsed(failure=reason, lasting=False))


def parsed_from(text: bytes) -> Parsed:
    """The inverse of `parse`. Raises ValueError, KeyError or TypeError on what it has not made."""
    row = json.loads(text)
    return Parsed(**{**row, "article": article_from(row["article"]) if row["article"] else None})


def _failure(parsed: Parsed) -> bytes:
    return _dump(parsed).encode(errors="backslashreplace")


def _dump(parsed: Parsed) -> str:
    return json.dumps(asdict(parsed), ensure_ascii=False)
