"""Content codings undone piece by piece, so that a bomb costs no more than the limit.

A coding is a generator of pieces that returns whether its stream came to its proper end.
"""

import zlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import brotli
import zstandard

PIECE_BYTES = 64 * 1024
#: zstd can make 128 KiB from four bytes: small slices keep one step below 8 MiB
_ZSTD_SLICE_BYTES = 256
#: a server may not ask for a larger window (RFC 9659)
_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
_MAX_MEMBERS = 1000
_MAX_LAYERS = 3

_GZIP_MAGIC = b"\x1f\x8b\x08"
#: codings that say nothing, and charsets or transfer words that stand in the header by mistake
_NO_CODING = frozenset({"", "identity", "none", "binary", "8bit", "chunked"})
_CHARSETS = frozenset({"utf-8", "utf8", "gbk", "gb2312", "gb18030", "big5", "iso-8859-1"})

Pieces = Generator[bytes, None, bool]


class TooLarge(ValueError):
    """More came out than the limit allows."""


class BadCoding(ValueError):
    """The bytes are not what the header says, or the coding is not known."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A decoded body; `complete` is false when a stream broke off, `verified` true when a
    checksum or an end mark showed that nothing is missing."""

    body: bytes
    complete: bool = True
    verified: bool = False
    flags: tuple[str, ...] = ()


def undo(
    raw: bytes | bytearray,
    content_encoding: str,
    limit: int,
    *,
    cut: bool = False,
    look_inside: bool = False,
) -> Plain:
    """The body inside its codings, at most `limit` bytes of it: beyond that TooLarge, or with
    `cut` the first `limit` bytes. `look_inside` also undoes a gzip layer that no header names.
    Raises BadCoding."""
    names, flags = _named(content_encoding)
    plain = Plain(b"", verified=False)
    data: bytes | bytearray = raw
    for name in reversed(names):
        plain = _layer(data, _CODINGS[name], limit, cut)
        data = plain.body
        if not plain.complete:
            return Plain(plain.body, complete=False, flags=flags)
    if look_inside and data[:3] == _GZIP_MAGIC:
        try:
            inner = _layer(data, _gzip, limit, cut)
        except BadCoding:
            inner = None
        if inner is not None:
            mark = "double_gzip" if names else "undeclared_gzip"
            return Plain(inner.body, inner.complete, inner.complete, (*flags, mark))
    if not names and len(data) > limit:
        if not cut:
            raise TooLarge
        data = data[:limit]
    return Plain(bytes(data), True, plain.verified, flags)


def _named(content_encoding: str) -> tuple[list[str], tuple[str, ...]]:
    names: list[str] = []
    flags: tuple[str, ...] = ()
    for word in content_encoding.lower().split(","):
        name = word.strip()
        if name in _NO_CODING:
            continue
        if name in _CHARSETS:
            flags = ("charset_as_encoding",)
            continue
        if name not in _CODINGS:
            raise BadCoding(f"the content coding {name[:40]!r} is not known")
        names.append(name)
    if len(names) > _MAX_LAYERS:
        raise BadCoding(f"{len(names)} content codings, one inside the other")
    return names, flags


def _layer(
    data: bytes | bytearray, coding: Callable[[memoryview], Pieces], limit: int, cut: bool
) -> Plain:
    out = bytearray()
    pieces = coding(memoryview(data))
    while True:
        try:
            out += next(pieces)
        except StopIteration as stop:
            complete = bool(stop.value)
            return Plain(bytes(out), complete, verified=complete)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise BadCoding(f"the compressed bytes are broken: {error}") from error
        if len(out) > limit:
            pieces.close()
            if cut:
                return Plain(bytes(out[:limit]))
            # the error's traceback holds this frame, perhaps for long: not with the bytes in it
            del out
            raise TooLarge


def _slices(data: memoryview, size: int) -> Generator[memoryview, None, None]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _members(data: memoryview, wbits: int) -> Pieces:
    """zlib streams one after the other; what is no further stream after one is passed over."""
    stream = zlib.decompressobj(wbits)
    members = 1
    for part in _slices(data, PIECE_BYTES):
        rest = bytes(part)
        while True:
            yield stream.decompress(rest, PIECE_BYTES)
            while not stream.eof and (piece := _more(stream)):
                yield piece
            rest = stream.unused_data
            if not stream.eof or not rest:
                break
            if wbits < 16 or not rest.startswith(_GZIP_MAGIC[: len(rest)]):
                return True
            members += 1
            if members > _MAX_MEMBERS:
                raise BadCoding("thousands of gzip members")
            stream = zlib.decompressobj(wbits)
    return stream.eof


def _more(stream: "zlib._Decompress") -> bytes:
    return stream.decompress(stream.unconsumed_tail, PIECE_BYTES)


def _gzip(data: memoryview) -> Pieces:
    return (yield from _members(data, 31))


def _deflate(data: memoryview) -> Pieces:
    """With the zlib wrapper as RFC 9110 says, or without it as many servers send it."""
    wrapped = len(data) >= 2 and data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0
    return (yield from _members(data, 15 if wrapped else -15))


def _brotli(data: memoryview) -> Pieces:
    stream = brotli.Decompressor()
    for part in _slices(data, PIECE_BYTES):
        yield stream.process(bytes(part), output_buffer_limit=PIECE_BYTES)
        while not stream.can_accept_more_data():
            yield stream.process(b"", output_buffer_limit=PIECE_BYTES)
        if stream.is_finished():
            return True
    return bool(stream.is_finished())


def _zstd(data: memoryview) -> Pieces:
    context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
    stream = context.decompressobj()
    frames = 1
    for part in _slices(data, _ZSTD_SLICE_BYTES):
        rest = bytes(part)
        while rest:
            if stream.eof:
                frames += 1
                if frames > _MAX_MEMBERS:
                    raise BadCoding("thousands of zstd frames")
                stream = context.decompressobj()
            yield stream.decompress(rest)
            rest = stream.unused_data if stream.eof else b""
    return stream.eof


_CODINGS: dict[str, Callable[[memoryview], Pieces]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def known_codings() -> Sequence[str]:
    """What `Accept-Encoding` offers."""
    return ("gzip", "deflate", "br", "zstd")
