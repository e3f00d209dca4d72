"""The web application. Only the modules of this package know Starlette.

Every page is complete without JavaScript, and every state has an address: `GET /?q=` is a results page.
"""

from .app import create_app

__all__ = ["create_app"]
