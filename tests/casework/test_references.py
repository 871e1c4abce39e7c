"""References: every single wrong character and every swap of neighbours is caught; read as people write them."""

from datetime import date

import pytest

from casework import references

EXAMPLE = references.new("MH", date(2026, 11, 2))


def test_every_single_wrong_character_is_caught():
    for position in range(references.LENGTH):
        for character in references.ALPHABET:
            if character != EXAMPLE[position]:
                with pytest.raises(references.NotAReference):
                    references.read(EXAMPLE[:position] + character + EXAMPLE[position + 1 :])


def test_every_swap_of_neighbours_is_caught_for_every_pair():
    """Exhaustive: any two different characters at any two neighbouring places."""
    for position in range(references.LENGTH - 3):
        for one in references.ALPHABET:
            for other in references.ALPHABET:
                if one == other:
                    continue
                body = EXAMPLE[:position] + one + other + EXAMPLE[position + 2 : 12]
                good = body + references._check(body)
                swapped = good[:position] + other + one + good[position + 2 :]
                with pytest.raises(references.NotAReference):
                    references.read(swapped)


def test_a_swap_with_and_of_the_check_characters_is_caught():
    for number in range(400):
        good = references.new("MH", date(2020 + number % 9, 1, 1))
        for position in (11, 12):
            if good[position] != good[position + 1]:
                swapped = good[:position] + good[position + 1] + good[position] + good[position + 2 :]
                with pytest.raises(references.NotAReference):
                    references.read(swapped)


@pytest.mark.parametrize(
    "write",
    [
        str.lower, lambda s: references.shown(s), lambda s: " ".join(s), lambda s: s.replace("0", "O").replace("1", "I"),
        lambda s: s.replace("1", "l"), lambda s: "".join(chr(ord(c) + 0xFEE0) for c in s), lambda s: f"  {s}\n",
    ],
)  # fmt: skip
def test_it_is_read_leniently(write):
    for _ in range(50):
        reference = references.new("MH", date(2026, 1, 1))
        assert references.read(write(reference)) == reference


@pytest.mark.parametrize(
    "text", ["", "MH", "MH26-7K3P-9QXD-4", "x" * 10_000, "\x00" * 14, "MH26U000000000", "你好" * 7]
)
def test_what_is_no_reference_is_refused(text: str):
    with pytest.raises(references.NotAReference):
        references.read(text)
