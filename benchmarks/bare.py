"""A server of Django alone, as its own project template begins: its apps, its middleware, and one page of a hundred rows with a
session. What a worker of ours is compared with in memory (`benchmarks.memory`)."""

import os

import dj_database_url
from django.conf import settings

APPS = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
PAGE = "<!doctype html><title>{{ title }}</title><ul>{% for one in rows %}<li>{{ one.app_label }} {{ one.model }}{% endfor %}</ul>"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="for the benchmark alone",
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)},
    INSTALLED_APPS=[f"django.contrib.{app}" for app in APPS],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF="benchmarks.bare",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    USE_TZ=True,
)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

application = get_wsgi_application()


def page(request: HttpRequest) -> HttpResponse:
    from django.contrib.contenttypes.models import ContentType

    request.session["seen"] = request.session.get("seen", 0) + 1
    rows = ContentType.objects.order_by("pk")[:100]
    return HttpResponse(engines["django"].from_string(PAGE).render({"title": "Bare", "rows": rows}, request))


urlpatterns = [path("", page)]
