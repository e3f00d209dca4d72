"""Private search: the question travels in the body of a request, so neither address, title nor history shows it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from .forms import form
from .pages import results
from .site import page


async def private(request: Request) -> Response:
    """`GET` the form, `POST` a question. Nothing is kept of it."""
    asked = await form(request) if request.method == "POST" else {}
    question = asked.get("q", "").strip()
    if not question:
        return page(request, "private.html")
    return await run_in_threadpool(results, request, question, asked, private=True)
