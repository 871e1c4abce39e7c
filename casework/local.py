"""In whose words texts are said where no page was asked: an act on a case, a message, a letter (区别用语)."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.districts import with_key
from policy.text import local_words


@contextmanager
def in_words_of(district_id: int) -> Iterator[None]:
    """Within, texts are said in the words of that district."""
    with local_words(with_key(district_id).words):
        yield
