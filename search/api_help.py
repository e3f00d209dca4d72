"""The danger that a question speaks of as the API's answer. `advice search --json` prints the same."""

from . import api_model as api
from .helping import Helping
from .model import Helpline


def safety_json(found: Helping) -> api.Safety:
    """What is shown first where a question speaks of danger."""
    said = found.said
    return {
        "category": found.danger.category,
        "voice": found.danger.voice,
        "rule": found.danger.rule,
        "title": said.title,
        "text": said.text,
        "notices": [said.not_emergency, said.call, said.private],
        "helplines": list(map(_helpline, found.helplines)),
    }


def _helpline(helpline: Helpline) -> api.Helpline:
    return {
        "country": helpline.country,
        "name": helpline.name,
        "number": helpline.number or None,
        "url": helpline.url,
        "hours": helpline.hours,
        "whom": helpline.whom,
        "languages": list(helpline.languages),
        "verified_on": helpline.verified_on.isoformat(),
    }
