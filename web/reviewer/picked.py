"""What is picked in lists, across pages (批量): the keys of tasks, carried in the address without a script."""

from django.http import HttpRequest

from web.reading import read_key

MOST = 200


def picked_of(request: HttpRequest) -> list[int]:
    """The tasks picked so far, in the order of picking; those that were unticked on the page just left are out."""
    given = request.POST if request.method == "POST" else request.GET
    kept = [read_key(one) for one in given.get("kept", "").split(".")]
    ticked = [read_key(one) for one in given.getlist("pick")]
    return list(dict.fromkeys(key for key in (*kept, *ticked) if key))[:MOST]
