"""Which other sites may read the API's answers in their visitors' browsers (CORS): those that the owner lists."""

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware

from ..api_json import API
from ..guard import Application, Message, Receive, Scope, Send


class OpenTo:
    """An ASGI application that opens another one's API to some origins, and nothing else of it."""

    def __init__(self, application: Application, origins: Collection[str]) -> None:
        self._application = application
        self._opened = CORSMiddleware(application, allow_origins=origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def send_opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                _open(MutableHeaders(scope=message))
            await send(message)

        if scope["type"] == "http" and scope["path"].startswith(f"{API}/"):
            await self._opened(scope, receive, send_opened)
        else:
            await self._application(scope, receive, send)


def _open(headers: MutableHeaders) -> None:
    """Lets the origin that may read an answer load it, too."""
    if "access-control-allow-origin" in headers:
        headers["cross-origin-resource-policy"] = "cross-origin"
