"""Where a page leads on to: the address that it was given, if it is one of ours."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 1000


def next_of(request: HttpRequest, otherwise: str = "") -> str:
    """The `next` that was posted or asked for, where it stays on this site; else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and len(wanted) <= LONGEST else otherwise
