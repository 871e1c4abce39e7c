"""The WSGI application that gunicorn serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")):
    from config import postgres

    os.environ["DATABASE_URL"] = postgres.ensure()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
