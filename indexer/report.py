"""What a build did, for those who read it: how many of each thing, and what was odd or left out."""

from dataclasses import dataclass, field

from .model import Article, Passage
from .parsing import Parsed
from .sources import SourceError


@dataclass(slots=True)
class BuildReport:
    """What a build did: how many of each thing, and per file what was odd (warnings) or left out (failures); `repeated`
    says what was left out of many articles because they repeat it.

    Where nothing has changed, `unchanged` names the generation that stays, and nothing is counted.
    """

    articles: int = 0
    sections: int = 0
    faqs: int = 0
    passages: int = 0
    warnings: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: str = ""

    def note(self, name: str, parsed: Parsed) -> None:
        """Adds what is to be said about one file."""
        self.warnings += [(name, warning) for warning in (parsed.article.warnings if parsed.article else ())]
        self.failures += [(name, parsed.failure)] if parsed.failure else []

    def count(self, article: Article, passages: tuple[Passage, ...]) -> None:
        """Adds one indexed article."""
        self.articles += 1
        self.sections += sum(bool(section.heading) for section in article.sections)
        self.faqs += len(article.faqs)
        self.passages += len(passages)

    def counts(self) -> dict[str, int]:
        """How many of each thing, by the word that people read."""
        return {
            "articles": self.articles,
            "sections": self.sections,
            "FAQ entries": self.faqs,
            "passages": self.passages,
        }


class NoArticlesError(SourceError):
    """No file has an article in it; `report` has the reasons, file by file."""

    def __init__(self, report: BuildReport) -> None:
        super().__init__("no file has an article in it, so nothing was published")
        self.report = report
