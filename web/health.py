"""For machines: is the service alive, and is it ready to work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from casework.sealing import index_keys_fit
from web.guard import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers, every migration is applied, and the index key is the tables'; else 503 and what is not."""
    found = {"database": "down", "migrations": "unknown", "keys": "unknown"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["database"] = "ok"
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        found["migrations"] = "waiting" if waiting else "ok"
        found["keys"] = "unknown" if waiting else "ok" if index_keys_fit() else "another INDEX_KEY"
    except DatabaseError:
        pass  # what is found so far says it
    ready = set(found.values()) == {"ok"}
    return JsonResponse(found, status=200 if ready else 503)
