"""Uploads: judged by their bytes, images made anew, PDFs let through only when they carry nothing that acts."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import puremagic
import pypdf
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from casework import scanner
from policy.text import T

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 200
MAX_PIXELS = 50_000_000
MAX_SIDE = 12_000
KEPT_SIDE = 4_000
"""The longer side of a kept image, in pixels."""
MAX_NAME = 120

# Bounds on a PDF's structure; at each of them the parser has worked for about five seconds. Pages' contents and
# pictures are never unpacked and count for nothing.
_MAX_OBJECTS = 100_000
_MAX_NODES = 1_000_000
_MAX_READS = 4_000_000
_MAX_INFLATED = 4_000_000
_JPEG_QUALITY = 88

TOO_LARGE = T(
    "这个文件太大，超过了 10 MB。请拍小一点，或分成几个文件。",
    "This file is larger than 10 MB. Please take a smaller photo, or split it into several files.",
)
_INSTEAD = T("请改传照片（JPEG、PNG）或 PDF。", "Please send a photo (JPEG, PNG) or a PDF instead.")


class BadFile(Exception):
    """A file that is not taken. `reason` tells the sender what happened and what to do; `name` says which of several."""

    def __init__(self, reason: T, name: str = "") -> None:
        super().__init__(reason.en)
        self.reason, self.name = reason, name


@dataclass(frozen=True)
class Checked:
    """A file as it may be stored: a safe base name, the true media type, the bytes to keep, the number of pages."""

    name: str
    media_type: str
    content: bytes
    pages: int


def read_upload(name: str, content: bytes) -> Checked:
    """The upload made safe: an image re-encoded, upright and without metadata; a PDF unchanged.

    `name` is what the sender's machine called the file, `content` all of its bytes (the caller stops reading beyond
    `MAX_BYTES`). Raises BadFile.
    """
    if "\0" in name:
        raise BadFile(
            T(
                "文件名里有看不见的字符。请改个名字，再传一次。",
                "The file's name holds an invisible character. Please rename it and send it again.",
            )
        )
    if not content:
        raise BadFile(T("这个文件是空的。请重新选一个。", "This file is empty. Please choose another."))
    if len(content) > MAX_BYTES:
        raise BadFile(TOO_LARGE)
    if scanner.is_on():
        _refuse_what_is_known(content)
    kind = _kind(content)
    if kind not in ("jpeg", "png", "pdf"):
        raise BadFile(_not_taken(kind, _extension(name)))
    _refuse_a_lie(kind, _extension(name))
    if kind == "pdf":
        return Checked(_clean_name(name, "pdf"), "application/pdf", content, _check_pdf(content))
    kept, kind = _remake_image(content, kind)
    return Checked(_clean_name(name, "jpg" if kind == "jpeg" else kind), f"image/{kind}", kept, 1)


def _refuse_what_is_known(content: bytes) -> None:
    try:
        if scanner.knows(content):
            raise BadFile(
                T(
                    "查毒软件认出这个文件有害，没有收。请用杀毒软件查一下手机或电脑，再传原来的照片或文件。",
                    "The virus scanner knows this file as harmful, so it was not taken. Please check your device for viruses, "
                    "then send the original photo or file.",
                )
            )
    except scanner.NotScanned:
        raise BadFile(
            T(
                "现在查不了毒，文件没有收。填的内容都在，请过几分钟再传。",
                "Files cannot be checked for viruses just now, so this one was not taken. Nothing that you filled in is lost; "
                "please send it again in a few minutes.",
            )
        ) from None


# The kind, from the bytes.

_TAKEN = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
_OTHERS = (
    ("gif", b"GIF8"),
    ("bmp", b"BM"),
    ("tiff", b"II*\0"),
    ("tiff", b"MM\0*"),
    ("word", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("zip", b"PK\x03\x04"),
    ("zip", b"PK\x05\x06"),
    ("zip", b"Rar!"),
    ("zip", b"7z\xbc\xaf\x27\x1c"),
    ("zip", b"\x1f\x8b"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(svg|!doctype\s+(?:svg|html)|html|head|body|script|\?xml|!--)", re.IGNORECASE
)
_KIND_NAMES = {
    "heif": T("苹果手机的 HEIC 照片", "a HEIC photo of a phone"),
    "word": T("Word 文档", "a Word document"),
    "ofd": T("OFD 文件", "an OFD file"),
    "zip": T("压缩包", "an archive"),
    "gif": T("GIF 图片", "a GIF picture"),
    "webp": T("WebP 图片", "a WebP picture"),
    "bmp": T("BMP 图片", "a BMP picture"),
    "tiff": T("TIFF 图片", "a TIFF picture"),
    "svg": T("SVG 图片", "an SVG picture"),
    "html": T("网页", "a web page"),
    "video": T("视频", "a video"),
    "jpeg": T("照片", "a photo"),
    "png": T("图片", "a picture"),
    "pdf": T("PDF", "a PDF"),
}
_WHAT_TO_DO = {
    "heif": T(
        "请在手机「设置」「相机」「格式」里选「兼容性最佳」，再拍一张。也可以截一张图来传。",
        "On the phone, choose Settings, Camera, Formats, Most Compatible, and take it again. A screenshot will do too.",
    ),
    "word": T("请在 Word 里另存为 PDF，再传一次。", "Please save it as PDF in Word and send that."),
    "ofd": T("请用看 OFD 的软件另存为 PDF，再传一次。", "Please save it as PDF in your OFD reader and send that."),
    "zip": T("请先解压，再一个一个传。", "Please unpack it and send the files one by one."),
    "html": T("请在浏览器里打印成 PDF，再传一次。", "Please print it to a PDF in your browser and send that."),
}
_KINDS_BY_EXTENSION = {
    "image": {"jpg", "jpeg", "jpe", "jfif", "png", "heic", "heif", "webp", "gif", "bmp", "tif", "tiff"},
    "pdf": {"pdf"},
    "other": {
        *("doc", "docx", "docm", "wps", "xls", "xlsx", "xlsm", "et", "ppt", "pptx", "dps", "odt", "rtf", "txt", "csv"),
        *("zip", "rar", "7z", "gz", "ofd", "html", "htm", "xhtml", "mht", "svg", "xml", "js", "json", "css", "php"),
        *("exe", "com", "bat", "cmd", "scr", "msi", "apk", "jar", "sh", "py", "lnk", "vbs", "ps1", "dll"),
        *("mp3", "mp4", "mov", "avi", "wav", "m4a"),
    },
}


def _kind(content: bytes) -> str:
    """What the bytes are. A taken kind needs both our own look and puremagic's."""
    for kind, start in _TAKEN.items():
        if content.startswith(start):
            wanted = "application/pdf" if kind == "pdf" else f"image/{kind}"
            return kind if wanted in _puremagic_types(content) else "unknown"
    return _kind_refused(content)


def _puremagic_types(content: bytes) -> set[str]:
    try:
        return {one.mime_type for one in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()


def _kind_refused(content: bytes) -> str:
    if content[4:8] == b"ftyp":
        return "heif" if content[8:12] in _HEIF_BRANDS else "video"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if markup := _MARKUP.match(content[:1024]):
        return "svg" if b"<svg" in content[:4096].lower() or b"svg" in markup[1].lower() else "html"
    for kind, start in _OTHERS:
        if content.startswith(start):
            return _kind_of_archive(content) if start == b"PK\x03\x04" else kind
    return "unknown"


def _kind_of_archive(content: bytes) -> str:
    # The names in an archive's directory stand uncompressed.
    if b"word/document.xml" in content:
        return "word"
    return "ofd" if b"OFD.xml" in content else "zip"


def _not_taken(kind: str, extension: str) -> T:
    name = _KIND_NAMES.get(kind)
    if name is None:
        return T(
            "这个文件打不开，不像照片，也不像 PDF。请改传照片（JPEG、PNG）或 PDF。",
            "We cannot read this file as a photo or a PDF. Please send a photo (JPEG, PNG) or a PDF instead.",
        )
    if extension in ("jpg", "jpeg", "jpe", "jfif", "png", "pdf"):
        what = T(
            "这个文件叫 .{extension}，里面其实是{kind}。", "This file is called .{extension} but is really {kind}."
        ).fill(extension=extension, kind=name)
    else:
        what = T("这是{kind}，这里收不了。", "This is {kind}, which cannot be taken here.").fill(kind=name)
    return _joined(what, _WHAT_TO_DO.get(kind, _INSTEAD))


def _joined(first: T, second: T) -> T:
    return T(first.zh + second.zh, f"{first.en} {second.en}", filled=True)


def _group(extension: str) -> str | None:
    return next((group for group, known in _KINDS_BY_EXTENSION.items() if extension in known), None)


def _refuse_a_lie(kind: str, extension: str) -> None:
    """An image may have another image's extension, or none that means anything; nothing else may differ."""
    if _group(extension) in (None, "pdf" if kind == "pdf" else "image"):
        return
    raise BadFile(
        T(
            "这个文件叫 .{extension}，里面其实是{kind}。请找到原来的文件，再传一次。",
            "This file is called .{extension} but is really {kind}. Please find the original file and send that.",
        ).fill(extension=extension, kind=_KIND_NAMES[kind])
    )


# The name.


def _extension(name: str) -> str:
    stem, dot, extension = _base(name).rpartition(".")
    return extension.strip().lower() if dot and extension.isascii() else ""


def _base(name: str) -> str:
    """The last part of a path, without characters that do not show: controls, marks of direction, halves of pairs."""
    last = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    shown = (char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in _UNSEEN)
    return " ".join("".join(shown).split())


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _clean_name(name: str, extension: str) -> str:
    """A base name of 1 to `MAX_NAME` characters that ends in the true kind's extension."""
    stem = _base(name)
    head, dot, tail = stem.rpartition(".")
    same = {"jpg", "jpeg"} if extension == "jpg" else {extension}
    if dot and _group(tail.strip().lower()):
        stem = head
        extension = tail.lower() if tail.lower() in same else extension
    stem = stem.strip(" .")[: MAX_NAME - len(extension) - 1].rstrip(" .")
    return f"{stem or '文件'}.{extension}"


# Images.

_BROKEN_IMAGE = T(
    "这张图片打不开，可能没有传完整。请重新拍一张，或再传一次。",
    "This picture cannot be opened; part of it may be missing. Please take it again, or send it once more.",
)
_HUGE_IMAGE = T(
    "这张图片的尺寸太大。请拍小一点，或截图后再传。",
    "This picture has too many pixels. Please take a smaller one, or send a screenshot of it.",
)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112


def _remake_image(content: bytes, kind: str) -> tuple[bytes, str]:
    """The picture encoded anew and its kind: nothing but pixels is carried over."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind.upper()]) as image:
            if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:
                raise BadFile(_HUGE_IMAGE)
            turn = _UPRIGHT.get(_orientation(image))
            image.draft(None, (KEPT_SIDE, KEPT_SIDE))
            kept = _plain(image)
    except BadFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadFile(_HUGE_IMAGE) from None
    except Exception:  # Pillow raises nearly anything on hostile bytes.
        raise BadFile(_BROKEN_IMAGE) from None
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    if turn is not None:
        kept = kept.transpose(turn)
    kept.info = {}
    if kind == "png" and len(remade := _encoded(kept, "png")) <= MAX_BYTES:
        return remade, "png"
    return _encoded(kept, "jpeg"), "jpeg"


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # A picture with broken metadata is a good picture: the metadata goes anyway.
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """The first frame, decoded, as grey or RGB of 8 bits; what is transparent becomes white."""
    image.load()
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        ground.alpha_composite(seen)
        return ground.convert("RGB")
    if image.mode in ("I", "I;16", "I;16B"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "png":
        image.save(out, "PNG")  # `optimize` takes ten times as long for a few per cent.
    else:
        image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return out.getvalue()


# PDFs.

_BROKEN_PDF = T(
    "这个 PDF 打不开，可能没有传完整。请重新导出一份 PDF，或改传照片。",
    "This PDF cannot be opened; part of it may be missing. Please export it again, or send photos instead.",
)
_LOCKED_PDF = T(
    "这个 PDF 加了密码或限制。请去掉密码，再传一次，或改传照片。",
    "This PDF is locked by a password or a restriction. Please remove it and send it again, or send photos instead.",
)
_ACTIVE_PDF = T(
    "这个 PDF 里有脚本、附件或会自动运行的内容。请打印成新的 PDF，或改传照片。",
    "This PDF holds scripts, attachments or parts that run by themselves. Please print it to a PDF, or send photos.",
)
_MIXED_PDF = T(
    "这个 PDF 里还藏着别的文件。请打印成新的 PDF，或改传照片。",
    "Another file is hidden in this PDF. Please print it to a new PDF, or send photos instead.",
)
_LONG_PDF = T(
    "这个 PDF 超过了 200 页。请只留需要的几页，或分成几个文件。",
    "This PDF has more than 200 pages. Please keep only the pages needed, or split it into several files.",
)
_EMPTY_PDF = T("这个 PDF 里一页也没有。请重新选一个。", "This PDF has no pages. Please choose another.")
_ACTING_NAMES = {
    *("/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment"),
    *("/RichMedia", "/RichMediaContent", "/SubmitForm", "/ImportData"),
}
_ACTING_KEYS = _ACTING_NAMES | {"/JS", "/AA", "/XFA", "/EF"}
_LONG_NAME = re.compile(rb"/[A-Za-z#0-9]{6,64}")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class _TooMuchWork(Exception):
    """A PDF that would take more work than an honest one of its size."""


class _Metered(io.BytesIO):
    """Bytes that can be read only so many times: it bounds the parser's work, whatever the file makes it do."""

    left = _MAX_READS

    def _charge(self, cost: int) -> None:
        self.left -= cost
        if self.left < 0:
            raise _TooMuchWork

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self._charge(1 + len(found) // 1024)
        return found

    def getbuffer(self) -> memoryview:
        self._charge(_MAX_READS // 20)  # The parser searches the whole file.
        return super().getbuffer()


def _check_pdf(content: bytes) -> int:
    """The number of pages. Raises BadFile for anything but a plain document that parses in bounded work."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise BadFile(_BROKEN_PDF)
    if content[end + 5 :].strip(b"\0\t\n\f\r ") or zipfile.is_zipfile(io.BytesIO(content)):
        raise BadFile(_MIXED_PDF)
    if _acts_by_its_text(content):
        raise BadFile(_ACTIVE_PDF)
    try:
        with pypdf.apply_configuration(
            disable_legacy_handling=True,
            zlib_maximum_output_length=_MAX_INFLATED,
            lzw_maximum_output_length=_MAX_INFLATED,
            run_length_maximum_output_length=_MAX_INFLATED,
            stream_decoding_work_maximum_length=2 * _MAX_INFLATED,
            maximum_declared_stream_length=MAX_BYTES,
            page_tree_maximum_entries=20 * MAX_PAGES,
        ):
            return _examined(content)
    except BadFile:
        raise
    except Exception:  # The parser raises nearly anything on hostile bytes, RecursionError included.
        raise BadFile(_LOCKED_PDF if b"/Encrypt" in content else _BROKEN_PDF) from None


def _acts_by_its_text(content: bytes) -> bool:
    """Whether an acting name stands anywhere in the raw bytes: parts that a later revision hides count too."""
    for found in _LONG_NAME.finditer(content):
        name = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), found[0])
        if name.decode("latin-1") in _ACTING_NAMES:
            return True
    return False


def _examined(content: bytes) -> int:
    reader = pypdf.PdfReader(_Metered(content), strict=True, xref_stream_maximum_entries=_MAX_OBJECTS)
    if reader.is_encrypted:
        raise BadFile(_LOCKED_PDF)
    if any(_acts(key, value) for key, value in _entries(reader)):
        raise BadFile(_ACTIVE_PDF)
    pages = len(reader.pages)
    if not pages:
        raise BadFile(_EMPTY_PDF)
    if pages > MAX_PAGES:
        raise BadFile(_LONG_PDF)
    return pages


def _acts(key: str, value: object) -> bool:
    return key in _ACTING_KEYS or (isinstance(value, NameObject) and value in _ACTING_NAMES)


def _entries(reader: pypdf.PdfReader) -> Iterator[tuple[str, object]]:
    """Each key and value of every dictionary in the file, and each item of every array with the key "".

    Object by object as the file lists them, so that references are never followed and cannot lead in circles.
    """
    numbers = {(number, 0) for number in reader.xref_objStm}
    numbers |= {(number, generation) for generation, found in reader.xref.items() for number in found}
    if len(numbers) > _MAX_OBJECTS:
        raise _TooMuchWork
    _measure_packed_objects(reader)
    nodes: list[object] = [reader.trailer]
    seen = 0
    for number, generation in sorted(numbers):
        nodes.append(reader.get_object(IndirectObject(number, generation, reader)))
        while nodes:
            for key, value in _inside(nodes.pop()):
                seen += 1
                if seen > _MAX_NODES:
                    raise _TooMuchWork
                yield key, value
                if isinstance(value, DictionaryObject | ArrayObject):
                    nodes.append(value)


def _inside(node: object) -> Iterator[tuple[str, object]]:
    # The plain dict's and list's own methods: pypdf's would follow references.
    if isinstance(node, DictionaryObject):
        yield from dict.items(node)
    elif isinstance(node, ArrayObject):
        yield from (("", value) for value in list.__iter__(node))


def _measure_packed_objects(reader: pypdf.PdfReader) -> None:
    """Refuse object streams that unpack, together, to more than the parser can read in good time."""
    unpacked = 0
    for number in sorted({stream for stream, _ in reader.xref_objStm.values()}):
        found = reader.get_object(number)
        if not isinstance(found, pypdf.generic.StreamObject):
            raise _TooMuchWork
        unpacked += len(found.get_data())
        if unpacked > _MAX_INFLATED:
            raise _TooMuchWork
