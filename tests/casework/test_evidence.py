"""Uploads: hostile files are built here in memory; what is taken comes out harmless."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pypdf
import pytest
from PIL import Image
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from casework.evidence import KEPT_SIDE, MAX_BYTES, MAX_NAME, BadFile, read_upload

Object = DictionaryObject | ArrayObject | NameObject


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, **({"color": options.pop("color")} if "color" in options else {})).save(out, kind, **options)
    return out.getvalue()


def pixels(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def pdf(pages: int = 1, change: Callable[[pypdf.PdfWriter], None] | None = None) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change is not None:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def entries(**values: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in values.items()})  # type: ignore[misc]


def in_catalog(name: str, value: Object) -> bytes:
    return pdf(change=lambda writer: writer.root_object.update({NameObject(name): value}))


def raw_pdf(*objects: bytes, root: int = 1, more: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1, with a right cross-reference table."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        more,
        start,
    )


def packed(data: bytes, entries: bytes) -> bytes:
    body = zlib.compress(data, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(body), body)


PAGES = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>")


def reason(name: str, content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        read_upload(name, content)
    said = refused.value.reason
    assert said.zh.endswith("。")
    assert said.en.endswith(".")
    assert "{" not in said.zh + said.en
    return said.zh


# What is taken.


@pytest.mark.parametrize(
    ("kind", "media_type", "extension"), [("JPEG", "image/jpeg", "jpg"), ("PNG", "image/png", "png")]
)
def test_a_picture_is_taken(kind: str, media_type: str, extension: str) -> None:
    checked = read_upload(f"证书.{extension}", picture(kind))

    assert (checked.name, checked.media_type, checked.pages) == (f"证书.{extension}", media_type, 1)
    assert pixels(checked.content).format == kind
    assert pixels(checked.content).size == (60, 40)


def test_a_pdf_is_taken_as_it_is() -> None:
    content = pdf(3)

    checked = read_upload("证明.PDF", content)

    assert (checked.name, checked.media_type, checked.pages) == ("证明.pdf", "application/pdf", 3)
    assert checked.content == content


def test_a_pdf_with_a_plain_link_and_an_opening_page_is_taken() -> None:
    def change(writer: pypdf.PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = ArrayObject(
            [writer.pages[0].indirect_reference, NameObject("/Fit")]
        )
        writer.add_uri(0, "https://service.example/", (0, 0, 10, 10))

    assert read_upload("a.pdf", pdf(change=change)).pages == 1


def test_a_pdf_with_packed_objects_is_taken() -> None:
    assert read_upload("a.pdf", with_packed_objects(b"<</Type/Catalog/Pages 3 0 R>>")).pages == 1


def test_a_compiled_pdf_is_taken() -> None:
    typst = pytest.importorskip("typst")

    assert read_upload("a.pdf", typst.compile(b"= A\n#pagebreak()\n$x^2$", format="pdf")).pages == 2


# Empty, large, and names.


def test_an_empty_file() -> None:
    assert reason("a.jpg", b"") == "这个文件是空的。请重新选一个。"


def test_a_file_that_is_too_large() -> None:
    assert "超过了 10 MB" in reason("a.jpg", picture() + b"\0" * MAX_BYTES)


def test_a_name_with_a_nul() -> None:
    assert "看不见的字符" in reason("a.jpg\0.exe", picture())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        (r"C:\Users\me\证书.jpg", "证书.jpg"),
        ("照片\u202egpj.exe.jpg", "照片gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("", "文件.jpg"),
        ("/", "文件.jpg"),
        ("...", "文件.jpg"),
        (".jpg", "文件.jpg"),
        ("\u200b\u2066.jpg", "文件.jpg"),
        ("证书", "证书.jpg"),
        ("证书.png", "证书.jpg"),
        ("证书.JPEG", "证书.jpeg"),
        ("IMG_1.HEIC", "IMG_1.jpg"),
        ("2024.03.05", "2024.03.05.jpg"),
        ("  证 书  .jpg ", "证 书.jpg"),
        ("bad\ud800.jpg", "bad.jpg"),
    ],
)
def test_the_name_is_made_safe(name: str, kept: str) -> None:
    assert read_upload(name, picture()).name == kept


@pytest.mark.parametrize("name", ["长" * 300 + ".jpg", "长" * 300, "a." * 200 + "jpg"])
def test_a_long_name_is_cut_and_keeps_its_extension(name: str) -> None:
    kept = read_upload(name, picture()).name

    assert len(kept) <= MAX_NAME
    assert kept.endswith(".jpg")


# Other kinds.


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "兼容性最佳"),
        ("IMG_1.jpg", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "里面其实是苹果手机的 HEIC 照片"),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isomiso2", "视频"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml"), "Word 文档"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为 PDF"),
        ("a.ofd", archive("OFD.xml"), "OFD"),
        ("a.zip", archive("a.jpg"), "请先解压"),
        ("a.pdf", archive("a.jpg"), "里面其实是压缩包"),
        ("a.gif", picture("GIF"), "GIF"),
        ("a.webp", picture("WEBP"), "WebP"),
        ("a.bmp", picture("BMP"), "BMP"),
        ("a.tif", picture("TIFF"), "TIFF"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg/>", "SVG"),
        ("a.jpg", b"<!DOCTYPE html><script>alert(1)</script>", "里面其实是网页"),
        ("a.html", b"  \n<HTML>", "浏览器"),
        ("a.jpg", b"MZ\x90\0 this is a program", "打不开"),
        ("a.txt", "你好".encode(), "打不开"),
        ("a.pdf", b"\xff\xd8", "打不开"),
    ],
)
def test_another_kind_is_named_with_what_to_do(name: str, content: bytes, said: str) -> None:
    assert said in reason(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", picture("PNG")),
        ("a.jpg", pdf()),
        ("a.docx", picture()),
        ("a.exe", picture()),
        ("a.html", pdf()),
    ],
)
def test_a_file_that_lies_about_its_kind(name: str, content: bytes) -> None:
    assert f"叫 {name[1:]}，里面其实是" in reason(name, content)


# Pictures.


def test_metadata_is_dropped_and_the_picture_turned_upright() -> None:
    image = Image.new("RGB", (60, 40), "black")
    image.paste("white", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETMAKER"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 6.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE")
    assert b"SECRETMAKER" in out.getvalue()

    kept = pixels(read_upload("a.jpg", out.getvalue()).content)

    assert kept.size == (40, 60)
    assert kept.convert("L").getpixel((20, 5)) > 200
    assert kept.convert("L").getpixel((20, 55)) < 50
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"SECRET" not in read_upload("a.jpg", out.getvalue()).content


def test_text_of_a_png_is_dropped() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SECRET")

    checked = read_upload("a.png", picture("PNG", pnginfo=info, exif=b"Exif\0\0SECRET", dpi=(300, 300)))

    assert pixels(checked.content).info == {}
    assert b"SECRET" not in checked.content


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_metadata_does_not_spoil_a_good_picture() -> None:
    assert read_upload("a.jpg", picture(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).media_type == "image/jpeg"


@pytest.mark.parametrize(
    "content",
    [picture() + b"<script>alert(1)</script>", picture() + archive("evil.exe"), picture("PNG") + b"<?php evil ?>"],
)
def test_what_trails_a_picture_is_dropped(content: bytes) -> None:
    kept = read_upload("a", content).content

    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert b"script" not in kept
    assert b"<?php" not in kept


@pytest.mark.parametrize(("width", "height"), [(12_001, 10), (10, 12_001), (8_000, 8_000), (50_000, 50_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    started = time.perf_counter()

    assert "尺寸太大" in reason("a.png", png_of(width, height, b"\0" * 1000))
    assert time.perf_counter() - started < 1


def test_a_png_that_unpacks_to_more_than_its_size_is_bounded() -> None:
    bomb = png_of(10, 10, b"\0" * 50_000_000)
    started = time.perf_counter()

    assert pixels(read_upload("a.png", bomb).content).size == (10, 10)
    assert time.perf_counter() - started < 1


def test_a_png_whose_text_unpacks_without_end_is_refused() -> None:
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80_000_000))
    good = picture("PNG")

    assert "打不开" in reason("a.png", good[:33] + text + good[33:])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("left", [0.1, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_refused(kind: str, left: float) -> None:
    noise = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(noise, kind)
    content = noise.getvalue()

    assert "打不开" in reason("a", content[: int(len(content) * left)])


@pytest.mark.parametrize("start", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
def test_a_picture_that_is_none_after_its_first_bytes_is_refused(start: bytes) -> None:
    assert "打不开" in reason("a", start + b"GIF89a<script>" * 50)


def test_a_large_picture_is_made_smaller() -> None:
    kept = pixels(read_upload("a.png", picture("PNG", (5000, 50), "L")).content)
    assert kept.size == (KEPT_SIDE, 40)

    kept = pixels(read_upload("a.jpg", picture("JPEG", (100, 9000))).content)
    assert kept.size[1] == KEPT_SIDE


@pytest.mark.parametrize(
    ("kind", "mode", "color", "seen"),
    [
        ("JPEG", "CMYK", (0, 255, 255, 0), (254, 0, 0)),
        ("JPEG", "L", 99, 99),
        ("PNG", "RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("PNG", "RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("PNG", "LA", (0, 0), (255, 255, 255)),
        ("PNG", "P", 0, (0, 0, 0)),
        ("PNG", "1", 1, 255),
        ("PNG", "I;16", 40_000, 155),
    ],
)
def test_each_mode_of_colour_is_kept(kind: str, mode: str, color: object, seen: object) -> None:
    kept = pixels(read_upload("a", picture(kind, mode=mode, color=color)).content)

    assert kept.mode == ("L" if isinstance(seen, int) else "RGB")
    found = kept.getpixel((5, 5))
    pairs = zip(found, seen, strict=True) if isinstance(seen, tuple) else [(found, seen)]
    assert all(abs(one - other) <= 3 for one, other in pairs), found


def test_a_picture_too_heavy_as_png_is_kept_as_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    Image.effect_noise((300, 300), 80).save(content, "PNG")
    monkeypatch.setattr("casework.evidence.MAX_BYTES", len(content.getvalue()))
    grey = pixels(content.getvalue()).convert("RGBA")
    grey.putpixel((0, 0), (1, 2, 3, 255))
    coloured = io.BytesIO()
    grey.convert("RGB").quantize(256).save(coloured, "PNG")

    checked = read_upload("a.png", coloured.getvalue())

    assert (checked.name, checked.media_type) == ("a.jpg", "image/jpeg")


# PDFs.


def with_packed_objects(catalog: bytes, padding: bytes = b"") -> bytes:
    """A PDF whose catalogue stands in an object stream (2) that a cross-reference stream (5) points into."""
    header = b"1 0 "
    body = packed(header + catalog + padding, b"/Type/ObjStm/N 1/First %d" % len(header))
    objects = {
        2: body,
        3: b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        4: b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>",
    }
    out, rows = b"%PDF-1.7\n", {0: (0, 0, 65535), 1: (2, 2, 0)}
    for number, content in objects.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    rows[5] = (1, start, 0)
    table = b"".join(struct.pack(">BIH", *rows[number]) for number in range(6))
    stream = packed(table, b"/Type/XRef/Size 6/W[1 4 2]/Root 1 0 R")
    return out + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (stream, start)


def annotated(annotation: DictionaryObject) -> bytes:
    def change(writer: pypdf.PdfWriter) -> None:
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])

    return pdf(change=change)


LAUNCH = entries(S=NameObject("/Launch"))
ACTIVE = {
    "javascript by name": in_catalog("/Names", entries(JavaScript=entries(Names=ArrayObject()))),
    "javascript action": in_catalog("/OpenAction", entries(S=NameObject("/JavaScript"))),
    "javascript code": in_catalog("/OpenAction", entries(JS=NameObject("/x"))),
    "additional actions": in_catalog("/AA", entries(WC=DictionaryObject())),
    "launch": in_catalog("/OpenAction", LAUNCH),
    "launch by a link": annotated(entries(Subtype=NameObject("/Link"), A=LAUNCH)),
    "submit": annotated(entries(Subtype=NameObject("/Widget"), A=entries(S=NameObject("/SubmitForm")))),
    "attachment": pdf(change=lambda writer: writer.add_attachment("evil.exe", b"MZ")),
    "attachment on a page": annotated(entries(Subtype=NameObject("/FileAttachment"))),
    "associated file": in_catalog("/AF", ArrayObject([entries(EF=DictionaryObject())])),
    "xfa": in_catalog("/AcroForm", entries(XFA=ArrayObject())),
    "rich media": annotated(entries(Subtype=NameObject("/RichMedia"))),
    "an escaped name": raw_pdf(*PAGES, b"<</S/J#61vaScript/J#53(x)>>"),
    "an object that nothing names": raw_pdf(*PAGES, b"<</JS(x)>>"),
    "deep in arrays": raw_pdf(*PAGES, b"[" * 90 + b"<</AA<<>>>>" + b"]" * 90),
    "in the trailer": raw_pdf(*PAGES, more=b"/Info<</JS(x)>>"),
    "in an object stream": with_packed_objects(b"<</Type/Catalog/Pages 3 0 R/OpenAction<</S/JavaScript/JS(x)>>>>"),
    "in an older revision": raw_pdf(*PAGES) + raw_pdf(*PAGES, b"<</S/JavaScript>>"),
    "in bytes that no table lists": raw_pdf(*PAGES).replace(b"xref", b"9 0 obj <</S /Launch>> endobj\nxref", 1),
}


@pytest.mark.parametrize("what", ACTIVE)
def test_a_pdf_that_acts_is_refused(what: str) -> None:
    assert "脚本、附件" in reason("a.pdf", ACTIVE[what])


@pytest.mark.parametrize("password", ["geheim", ""])
@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_an_encrypted_pdf_is_refused(password: str, algorithm: str) -> None:
    content = pdf(change=lambda writer: writer.encrypt(password, owner_password="owner", algorithm=algorithm))

    assert "密码" in reason("a.pdf", content)


def test_a_pdf_of_too_many_pages_and_of_none() -> None:
    assert read_upload("a.pdf", pdf(200)).pages == 200
    assert "超过了 200 页" in reason("a.pdf", pdf(201))
    assert "一页也没有" in reason("a.pdf", pdf(0))


def test_a_false_count_of_pages_is_not_believed() -> None:
    leaves = b"3 0 R " * 201
    pages = b"<</Type/Pages/Kids[%s]/Count 1>>" % leaves

    assert reason("a.pdf", raw_pdf(PAGES[0], pages, PAGES[2]))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"A" * 5000,
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\nstartxref\n99999\n%%EOF",
        pdf()[:-200],
        pdf()[:300] + b"\n%%EOF",
        raw_pdf(*PAGES, root=9),
        raw_pdf(b"<</Type/Catalog>>"),
        raw_pdf(PAGES[0], b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        raw_pdf(PAGES[0], b"<</Type/Pages/Kids 7/Count 1>>"),
        raw_pdf(*PAGES, b"[" * 50_000),
        with_packed_objects(b"<<").replace(b"/N 1", b"/N 9"),
    ],
)
def test_a_pdf_that_does_not_parse_is_refused(content: bytes) -> None:
    assert reason("a.pdf", content)


def test_a_pdf_behind_another_file_is_not_taken_for_one() -> None:
    assert "网页" in reason("a.pdf", b"<html><script>alert(1)</script>" + pdf())
    assert "打不开" in reason("a.pdf", b"\n" + pdf())
    assert "压缩包" in reason("a.pdf", archive("a.txt") + pdf())
    assert read_upload("a.jpg", picture() + pdf()).media_type == "image/jpeg"


@pytest.mark.parametrize("tail", [archive("evil.exe"), b"<script>alert(1)</script>", b"MZ" * 600])
def test_a_pdf_with_another_file_behind_it_is_refused(tail: bytes) -> None:
    assert "藏着别的文件" in reason("a.pdf", pdf() + tail)


def test_an_archive_that_hides_behind_the_end_mark_is_refused() -> None:
    out = io.BytesIO(pdf())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("evil.exe", "x")
        file.comment = b"\n%%EOF"

    assert "藏着别的文件" in reason("a.pdf", out.getvalue())


def bombs() -> dict[str, bytes]:
    return {
        "a page's stream is never unpacked": raw_pdf(*PAGES, packed(b"0" * 40_000_000, b"")),
        "an object stream": with_packed_objects(b"<</Type/Catalog/Pages 3 0 R>>", b" " * 40_000_000),
        "an object stream full of arrays": with_packed_objects(
            b"<</Type/Catalog/Pages 3 0 R/X[" + (b"[" + b"[]" * 90_000 + b"]") * 44 + b"]>>"
        ),
        "many objects": raw_pdf(*PAGES, *([b"[]"] * 5_000)),
        "one large array": raw_pdf(*PAGES, b"[" + b"1 " * 2_000_000 + b"]"),
        "many arrays": raw_pdf(*PAGES, *([b"[" + b"[]" * 30_000 + b"]"] * 20)),
        "a table that points nowhere": raw_pdf(*PAGES, *([b"[]"] * 2_000)).replace(b"3 0 obj", b"9 9 bjo"),
        "a table that claims too much": raw_pdf(*PAGES).replace(b"0 4\n", b"0 99999999\n"),
        "comments": raw_pdf(*PAGES, b"[" + b"%\n" * 2_000_000 + b"]"),
        "names": raw_pdf(*PAGES, b"[" + b"/a#41 " * 1_000_000 + b"]"),
    }


BOMBS = bombs()


@pytest.mark.parametrize("what", BOMBS)
def test_the_work_for_one_file_is_bounded(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.evidence._Metered.left", 500_000)  # An eighth, so that the test is quick.
    started = time.perf_counter()

    try:
        checked = read_upload("a.pdf", BOMBS[what])
    except BadFile:
        checked = None

    assert time.perf_counter() - started < 4
    assert (checked is not None) == (what in ("a page's stream is never unpacked", "many objects"))


def test_a_stream_that_carries_code_is_not_read_but_its_dictionary_is() -> None:
    code = DecodedStreamObject()
    code.set_data(b"plain")
    code[NameObject("/EF")] = NumberObject(1)

    assert "脚本、附件" in reason("a.pdf", pdf(change=lambda writer: writer._add_object(code)))
