"""For machines: is the service alive, and is it ready to work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from web.guard import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and every migration is applied; else 503 and what is missing."""
    found = {"database": "down", "migrations": "unknown"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["database"] = "ok"
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        found["migrations"] = "waiting" if waiting else "ok"
    except DatabaseError:
        pass  # what is found so far says it
    ready = set(found.values()) == {"ok"}
    return JsonResponse(found, status=200 if ready else 503)
