"""Tables as people have them: a CSV or XLSX file, or rows copied from a spreadsheet (表格)."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from policy.text import T

MAX_BYTES: Final = 20 * 1024 * 1024
TOO_LARGE: Final = T("文件超过 20 MB。请分成几份。", "The file is over 20 MB. Please split it.")
_NO_TABLE: Final = T("这不是一份表格。请存成 CSV 或 XLSX。", "This is no table. Please save it as CSV or XLSX.")


class Unreadable(Exception):
    """The file can't be read as a table; `text` says what to do."""

    def __init__(self, text: T) -> None:
        super().__init__(text.en)
        self.text = text


_YES: Final = {"是", "有", "对", "真", "√", "✓", "y", "yes", "true", "1"}
_NO: Final = {"否", "没有", "不是", "无", "假", "×", "✗", "n", "no", "false", "0"}


def rows_of(content: bytes) -> list[list[Any]]:
    """The rows of a CSV (UTF-8 or GB 18030) or XLSX file; of a book the first sheet. Raises Unreadable."""
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    if not rows:
        raise Unreadable(T("文件是空的。", "The file is empty."))
    return rows


def pasted(text: str) -> list[list[str]]:
    """Rows as a spreadsheet puts them on the clipboard: cells between tabs; without any tab, between commas.

    Raises Unreadable.
    """
    try:
        rows = csv.reader(io.StringIO(text.strip("\r\n")), delimiter="\t" if "\t" in text else ",", strict=True)
        return [row for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Unreadable(
            T(
                "没看懂粘贴的内容。请从表格里整行复制。",
                "We could not read it. Please copy whole rows from a spreadsheet.",
            )
        ) from error


def cell_text(cell: Any) -> str:
    """A cell as people see it; a number that a spreadsheet keeps as 2025.0 is 2025."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < 10**15 else f"{cell:e}"
    if isinstance(cell, date):
        return cell.isoformat()[:7] if cell.day == 1 else cell.isoformat()[:10]
    return str(cell).strip()


FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; a number stays a number, nothing stays empty."""
    if cell is None or isinstance(cell, int | Decimal):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows as lines of a CSV file, one at a time, every cell harmless."""
    for row in rows:
        out = io.StringIO()
        csv.writer(out).writerow([harmless(cell) for cell in row])
        yield out.getvalue()


def yes_or_no(said: str, yes: T, no: T) -> bool | None:
    """A cell that answers yes or no in the question's own words, or as people tick lists; None where it is neither."""
    said = said.strip().lower()
    if said in _YES | {yes.zh, yes.en.lower()}:
        return True
    return False if said in _NO | {no.zh, no.en.lower()} else None


def _csv(content: bytes) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(T("看不懂文件的编码。请存成 UTF-8。", "The encoding is unknown. Please save it as UTF-8."))
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), strict=True)]
    except csv.Error as error:
        raise Unreadable(_NO_TABLE) from error


def _xlsx(content: bytes) -> list[list[Any]]:
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > 20 * MAX_BYTES:
                raise Unreadable(T("文件打开后太大。请分成几份。", "The file is too large. Please split it."))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows: Iterable[list[Any]] = book.get_sheet_by_index(0).to_python()
        return list(rows)
    except Unreadable:
        raise
    except Exception as error:  # the reader's own errors share no base
        raise Unreadable(_NO_TABLE) from error
