"""Why a passage was found, in a sentence that a visitor understands: a message, and the words to put into it."""

from .model import Hit

MOST_WORDS = 3  # of the question's, as the passage writes them
_NEAR = 0.75  # of what a signal of meaning could give: the cosine of texts that say nearly the same


def why(hit: Hit, heading_weight: float) -> tuple[str, dict[str, str]]:
    """The name of the message for the signal that gave the most, and its values. `heading_weight` is that of the
    heading signal: its share of it is the cosine."""
    marked = dict.fromkeys(text.casefold() for text, is_marked in hit.excerpt.pieces if is_marked)
    values = {"words": ", ".join(f"“{word}”" for word in list(marked)[:MOST_WORDS])} if marked else {}
    asks_the_same = heading_weight and hit.signals["heading"] >= _NEAR * heading_weight
    if asks_the_same:
        return ("why-question" if hit.passage.kind == "faq" else "why-heading"), {}
    if not values:
        return "why-meaning", {}
    if not hit.signals["meaning"]:
        return "why-words", values
    return "why-both", values
