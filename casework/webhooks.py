"""Sending an event to an address outside: signed after the Standard Webhooks convention, and never into our own network.

Plain functions that know no database. The address is resolved once, judged, and that very address is connected to: a name
that answers otherwise the second time leads nowhere.
"""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

from casework.channels import Unreachable
from policy import T

CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
PREFIX: Final = "whsec_"
_BYTES: Final = 32
_LONGEST: Final = 300
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
BAD_ADDRESS: Final = T(
    "请写完整的地址，用 https:// 开头，不带用户名和密码。",
    "Please give the whole address, beginning with https://, without a user name or password.",
)
INSIDE: Final = T(
    "这个地址在内部网络里，不能推送到那里。请写对方对外的地址。",
    "This address lies in an internal network, where nothing is sent. Please give the receiver's public address.",
)


class NotSentThere(Unreachable):
    """The address lies inside, or cannot be resolved: nothing was sent."""


def new_secret() -> str:
    """A secret of 256 random bits as both sides keep it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(secret: str, identifier: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that let the receiver see that it is from us, unchanged, and how old it is."""
    timestamp = str(int(at.timestamp()))
    content = f"{identifier}.{timestamp}.".encode() + body
    made = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), content, hashlib.sha256).digest()
    return {
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }


def wrong_with(url: str) -> T | None:
    """What is wrong with an address, as far as it can be seen without asking anybody; None where nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return BAD_ADDRESS
    schemes = ("https", "http") if settings.WEBHOOKS_INSIDE else ("https",)
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST
    if not plain or parts.scheme not in schemes or not host or parts.username or parts.password or parts.fragment:
        return BAD_ADDRESS
    if settings.WEBHOOKS_INSIDE:
        return None
    try:
        is_inside = not _is_outside(ipaddress.ip_address(host))
    except ValueError:
        is_inside = host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host
    return INSIDE if is_inside else None


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status that the receiver answers; a redirect is not followed. Raises Unreachable where nobody answers."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = _resolved(host, parts.port or (443 if parts.scheme == "https" else 80))
    pool = _pool(parts, host, address)
    try:
        response = pool.urlopen(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body=body,
            headers={
                "Host": parts.netloc, "Content-Type": "application/json; charset=utf-8", "User-Agent": "minhang-webhooks/1",
                **headers,
            },
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), redirect=False, retries=False,
            preload_content=False,
        )  # fmt: skip
        status: int = response.status
        response.close()
        return status
    except HTTPError as error:  # its message names the address
        raise Unreachable(type(error).__name__) from None
    finally:
        pool.close()


def _pool(parts: SplitResult, host: str, address: str) -> urllib3.HTTPConnectionPool:
    if parts.scheme == "https":
        return urllib3.HTTPSConnectionPool(
            address, parts.port or 443, maxsize=1, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
        )
    return urllib3.HTTPConnectionPool(address, parts.port or 80, maxsize=1)


def _resolved(host: str, port: int) -> str:
    """An address of the host. Raises NotSentThere where there is none, or one of them lies inside."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise NotSentThere("unknown host") from None
    if not found or not (
        settings.WEBHOOKS_INSIDE or all(_is_outside(ipaddress.ip_address(one.partition("%")[0])) for one in found)
    ):
        raise NotSentThere("inside")
    return found[0]


def _is_outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether the address is a public one, also by the IPv4 address that an IPv6 one wraps."""
    return all(one.is_global and not one.is_multicast for one in (address, *_wrapped(address)))


def _wrapped(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address.sixtofour:
            yield address.ipv4_mapped or address.sixtofour  # type: ignore[misc]
        if address.teredo:
            yield from address.teredo
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
