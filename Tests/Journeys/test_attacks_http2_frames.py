"""HTTP/2 frame by frame (T8): each rule of RFC 9113 and RFC 7541 kept and broken, in bytes, at both TLS listeners."""

import contextlib
import struct

import latchkey
import pytest
from hpack import Decoder
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from upstream import Upstream
from wire import Wire

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END, ACK, READY, PADDED, FIRST = 1, 1, 4, 8, 32
PROTOCOL, FLOW, CLOSED, SIZE, COMPRESSION, CALM = 1, 3, 5, 6, 9, 11
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
huffman = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH).encode


def frame(kind, payload=b"", flags=0, stream=1, length=None):
    return struct.pack(">I", len(payload) if length is None else length)[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def string(text, coded=False):
    data = huffman(text) if coded else text
    assert len(data) < 127
    return bytes([len(data) | (0x80 if coded else 0)]) + data


def field(name, value, kind=0x00, coded=False):
    """A literal field: 0x00 not put into the table, 0x10 never to be, 0x40 put into it."""
    return bytes([kind]) + string(name.encode(), coded) + string(value.encode(), coded)


class Asker:
    """What a request of the listener under test is made of."""

    def __init__(self, server, listener):
        self.url = getattr(server, listener)
        self.path = "/signin" if listener == "dashboard" else server.facts["allowed"]["path"]
        self.post = "/signin" if listener == "dashboard" else "/api/accounts/920012/orders"
        # The sign-in page refuses a form that nobody sent; the upstream takes anything.
        self.posted = (400,) if listener == "dashboard" else (200,)
        user = server.facts["api_user"]
        token = () if listener == "dashboard" else (("authorization", latchkey.basic(user["username"], user["password"])),)
        self.get = [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", self.path), *token]

    def fields(self, *more, without=(), first=(), **changed):
        changed = {f":{name}": value for name, value in changed.items()}
        return [*first, *((name, changed.get(name, value)) for name, value in self.get if name not in without), *more]

    def block(self, *more, **changes):
        return b"".join(field(name, value) for name, value in self.fields(*more, **changes))

    def ask(self, stream=1, *more, flags=END | READY, **changes):
        return frame(HEADERS, self.block(*more, **changes), flags, stream)

    def send(self, stream=1, *more, **changes):
        """The header of a request that has a body."""
        return self.ask(stream, *more, flags=READY, method="POST", path=self.post, **changes)


# An outcome: (kind, what).
def answered(*statuses): return ("answered", statuses)
def ends(*codes): return ("ends", codes)
def resets(*codes): return ("resets", codes)


OK = answered(200)
PONG = ("pong", ())
HALF = lambda a: a.block()[:20]
# name → (bytes made by the asker, outcome)
CASES = {
    # RFC 9113, section 3.4: the preface
    "3.4 a wrong preface": (lambda a: b"INVALID CONNECTION PREFACE\r\n\r\n", ends(PROTOCOL)),
    "3.4 settings are the first frame": (lambda a: PREFACE + a.ask(), ends(PROTOCOL)),
    # 4.1 and 4.2: frames
    "4.1 a frame of no known kind is passed over": (lambda a: frame(22, b"12345678") + a.ask(), OK),
    "4.1 a flag of no known meaning is passed over": (lambda a: frame(PING, b"12345678", 0x16, 0), PONG),
    "4.1 the reserved bit is passed over": (lambda a: frame(PING, b"12345678", 0, 0x8000_0000), PONG),
    "4.2 a frame as long as allowed": (lambda a: a.send() + frame(DATA, b"x" * 16_384, END), ("answered", "posted")),
    "4.2 longer data": (lambda a: a.send() + frame(DATA, b"x" * 16_385, END), resets(SIZE)),
    "4.2 a longer header": (lambda a: frame(HEADERS, a.block() + field("x", "a" * 100) * 160, END | READY), ends(SIZE)),
    # 4.3: one header at a time
    "4.3 a block that is none": (lambda a: frame(HEADERS, b"\x40\x01a\x7f\xff\xff\xff\xff\xff\xff\xff\x7f", END | READY), ends(COMPRESSION)),
    "4.3 a block that breaks off": (lambda a: frame(HEADERS, a.block()[:-3], END | READY), ends(COMPRESSION)),
    "4.3 PRIORITY within a header": (lambda a: frame(HEADERS, HALF(a), END) + frame(PRIORITY, b"\0\0\0\0\x0a"), ends(PROTOCOL)),
    "4.3 another stream's header within a header": (lambda a: frame(HEADERS, HALF(a), END) + a.ask(3), ends(PROTOCOL)),
    # 5.1: states
    "5.1 idle: DATA": (lambda a: frame(DATA, b"x", END), ends(PROTOCOL, CLOSED)),
    "5.1 idle: RST_STREAM": (lambda a: frame(RST, b"\0\0\0\x08"), ends(PROTOCOL)),
    "5.1 idle: WINDOW_UPDATE": (lambda a: frame(WINDOW, b"\0\0\0\x64"), ends(PROTOCOL)),
    "5.1 idle: CONTINUATION": (lambda a: frame(CONTINUATION, a.block(), READY), ends(PROTOCOL)),
    "5.1 idle: PRIORITY": (lambda a: frame(PRIORITY, b"\0\0\0\0\x0a", 0, 3) + a.ask(1), OK),
    "5.1 half closed: DATA": (lambda a: a.ask() + frame(DATA, b"x", END), resets(CLOSED)),
    "5.1 half closed: HEADERS": (lambda a: a.ask() + a.ask(), resets(CLOSED, PROTOCOL)),
    "5.1 half closed: CONTINUATION": (lambda a: a.ask() + frame(CONTINUATION, a.block(), READY), ends(PROTOCOL, CLOSED)),
    "5.1 half closed: WINDOW_UPDATE and PRIORITY": (lambda a: a.ask() + frame(WINDOW, b"\0\0\0\x64") + frame(PRIORITY, b"\0\0\0\0\x0a"), OK),
    "5.1 reset: DATA": (lambda a: a.send() + frame(RST, b"\0\0\0\x08") + frame(DATA, b"x", END) + frame(PING, b"12345678", 0, 0), ("closed", ())),
    "5.1 reset: HEADERS": (lambda a: a.send() + frame(RST, b"\0\0\0\x08") + a.ask(), resets(CLOSED, PROTOCOL)),
    "5.1 reset: CONTINUATION": (lambda a: a.send() + frame(RST, b"\0\0\0\x08") + frame(CONTINUATION, a.block(), READY), ends(PROTOCOL, CLOSED)),
    "5.1.1 an even stream": (lambda a: a.ask(2), ends(PROTOCOL)),
    "5.1.1 a smaller stream than the last": (lambda a: a.ask(5) + a.ask(3), ends(PROTOCOL, CLOSED)),
    "5.1.1 a header for stream 0": (lambda a: a.ask(0), ends(PROTOCOL)),
    "5.3 a stream that depends on itself": (lambda a: frame(HEADERS, b"\0\0\0\x01\x0a" + a.block(), END | READY | FIRST), ("either", (PROTOCOL,))),
    "5.3 PRIORITY on itself": (lambda a: frame(PRIORITY, b"\0\0\0\x01\x0a") + a.ask(), ("either", (PROTOCOL,))),
    "5.3 priorities are read over": (lambda a: frame(HEADERS, b"\x80\0\0\0\xff" + a.block(), END | READY | FIRST), OK),
    "5.5 an unknown frame within a header": (lambda a: frame(HEADERS, HALF(a), END) + frame(22, b"x"), ends(PROTOCOL)),
    # 6: each frame
    "6.1 DATA of stream 0": (lambda a: a.send() + frame(DATA, b"x", END, 0), ends(PROTOCOL)),
    "6.1 padding longer than the frame": (lambda a: a.send() + frame(DATA, b"\x06abcde", END | PADDED), ends(PROTOCOL)),
    "6.1 padding": (lambda a: a.send() + frame(DATA, b"\x04abc" + b"\0" * 4, END | PADDED), ("answered", "posted")),
    "6.1 data in several frames": (lambda a: a.send() + frame(DATA, b"a") + frame(DATA, b"") + frame(DATA, b"b", END), ("answered", "posted")),
    "6.2 padding longer than the header": (lambda a: frame(HEADERS, b"\xff" + a.block()[:100], END | READY | PADDED), ends(PROTOCOL)),
    "6.2 padding of a header": (lambda a: frame(HEADERS, b"\x03" + a.block() + b"\0\0\0", END | READY | PADDED), OK),
    "6.3 PRIORITY of stream 0": (lambda a: frame(PRIORITY, b"\0\0\0\0\x0a", 0, 0), ends(PROTOCOL)),
    "6.3 PRIORITY that is too short": (lambda a: a.send() + frame(PRIORITY, b"\x80\0\0\x01"), resets(SIZE)),
    "6.4 RST_STREAM of stream 0": (lambda a: frame(RST, b"\0\0\0\x08", 0, 0), ends(PROTOCOL)),
    "6.4 RST_STREAM that is too short": (lambda a: a.send() + frame(RST, b"\0\0\x08"), ends(SIZE)),
    "6.5 an acknowledgement with a payload": (lambda a: frame(SETTINGS, b"\0\x03\0\0\0\x64", ACK, 0), ends(SIZE)),
    "6.5 SETTINGS of a stream": (lambda a: frame(SETTINGS, b"\0\x03\0\0\0\x64", 0, 1), ends(PROTOCOL)),
    "6.5 SETTINGS that are cut": (lambda a: frame(SETTINGS, b"\0\x03\0", 0, 0), ends(SIZE)),
    "6.5.2 ENABLE_PUSH of 2": (lambda a: frame(SETTINGS, b"\0\x02\0\0\0\x02", 0, 0), ends(PROTOCOL)),
    "6.5.2 a window above 2^31-1": (lambda a: frame(SETTINGS, b"\0\x04\x80\0\0\0", 0, 0), ends(FLOW)),
    "6.5.2 frames below 2^14": (lambda a: frame(SETTINGS, b"\0\x05\0\0\x3f\xff", 0, 0), ends(PROTOCOL)),
    "6.5.2 frames above 2^24-1": (lambda a: frame(SETTINGS, b"\0\x05\x01\0\0\0", 0, 0), ends(PROTOCOL)),
    "6.5.2 a setting of no known meaning": (lambda a: frame(SETTINGS, b"\0\xff\0\0\0\x01", 0, 0) + a.ask(), OK),
    "6.6 PUSH_PROMISE from a client": (lambda a: a.ask() + frame(PUSH, b"\0\0\0\x02" + a.block(), READY), ends(PROTOCOL)),
    "6.7 PING": (lambda a: frame(PING, b"12345678", 0, 0), PONG),
    "6.7 PING that answers is not answered": (lambda a: frame(PING, b"ignoreme", ACK, 0) + frame(PING, b"12345678", 0, 0), PONG),
    "6.7 PING of a stream": (lambda a: frame(PING, b"12345678", 0, 1), ends(PROTOCOL)),
    "6.7 PING of another length": (lambda a: frame(PING, b"123456", 0, 0), ends(SIZE)),
    "6.8 GOAWAY of a stream": (lambda a: frame(GOAWAY, b"\0\0\0\0\0\0\0\0", 0, 1), ends(PROTOCOL)),
    "6.9 a window grown by nothing": (lambda a: frame(WINDOW, b"\0\0\0\0", 0, 0), ends(PROTOCOL)),
    "6.9 a stream's window grown by nothing": (lambda a: a.send() + frame(WINDOW, b"\0\0\0\0"), resets(PROTOCOL)),
    "6.9 WINDOW_UPDATE that is too short": (lambda a: frame(WINDOW, b"\0\0\x01", 0, 0), ends(SIZE)),
    "6.9.1 a window above 2^31-1": (lambda a: frame(WINDOW, b"\x7f\xff\xff\xff", 0, 0) * 2, ends(FLOW)),
    "6.9.1 a stream's window above 2^31-1": (lambda a: a.send() + frame(WINDOW, b"\x7f\xff\xff\xff") * 2, resets(FLOW)),
    "6.9.1 more data than the window": (lambda a: a.send() + frame(DATA, b"x" * 16_384) * 1_100, resets(FLOW)),
    "6.10 a header in parts": (lambda a: frame(HEADERS, HALF(a), END) + frame(CONTINUATION, a.block()[20:25]) + frame(CONTINUATION, a.block()[25:], READY), OK),
    "6.10 something else follows": (lambda a: frame(HEADERS, HALF(a), END) + frame(CONTINUATION, a.block()[20:25]) + frame(PING, b"12345678", 0, 0), ends(PROTOCOL)),
    "6.10 CONTINUATION of stream 0": (lambda a: frame(HEADERS, HALF(a), END) + frame(CONTINUATION, a.block()[20:], READY, 0), ends(PROTOCOL)),
    "6.10 CONTINUATION after the end": (lambda a: a.ask() + frame(CONTINUATION, b"", READY), ends(PROTOCOL, CLOSED)),
    "6.10 CONTINUATION after DATA": (lambda a: a.send() + frame(DATA, b"x") + frame(CONTINUATION, b"", READY), ends(PROTOCOL)),
    # 7: errors of no known kind change nothing
    "7 RST_STREAM with a code of no meaning": (lambda a: a.send() + frame(RST, b"\0\0\0\xff") + frame(PING, b"12345678", 0, 0), PONG),
    # 8: requests
    "8.1 a second header that ends nothing": (lambda a: a.send() + frame(HEADERS, a.block(), READY), resets(PROTOCOL)),
    "8.1 trailers": (lambda a: a.send() + frame(DATA, b"x") + frame(HEADERS, field("x-sum", "1"), END | READY), ("answered", "posted")),
    "8.1 trailers with a path": (lambda a: a.send() + frame(DATA, b"x") + frame(HEADERS, field(":path", "/"), END | READY), resets(PROTOCOL)),
    "8.2.1 a name with capitals": (lambda a: a.ask(1, ("X-Test", "a")), resets(PROTOCOL)),
    "8.2.1 a value that ends its line": (lambda a: a.ask(1, ("x-test", "a\r\nb: c")), resets(PROTOCOL)),
    "8.2.2 Connection": (lambda a: a.ask(1, ("connection", "keep-alive")), resets(PROTOCOL)),
    "8.2.2 Transfer-Encoding": (lambda a: a.send(1, ("transfer-encoding", "chunked")) + frame(DATA, b"0\r\n\r\n", END), resets(PROTOCOL)),
    "8.2.2 TE of anything but trailers": (lambda a: a.ask(1, ("te", "trailers, deflate")), resets(PROTOCOL)),
    "8.3 a pseudo-field of no known meaning": (lambda a: a.ask(1, first=[(":test", "x")]), resets(PROTOCOL)),
    "8.3 a pseudo-field of answers": (lambda a: a.ask(1, first=[(":status", "200")]), resets(PROTOCOL)),
    "8.3 a pseudo-field after others": (lambda a: a.ask(1, ("x-test", "a"), (":path", a.path), without=(":path",)), resets(PROTOCOL)),
    "8.3.1 an empty path": (lambda a: a.ask(1, path=""), resets(PROTOCOL)),
    **{f"8.3.1 without {name}": (lambda a, name=name: a.ask(1, without=(name,)), resets(PROTOCOL)) for name in (":method", ":scheme", ":path")},
    **{f"8.3.1 {name} twice": (lambda a, name=name: a.ask(1, first=[(name, dict(a.get)[name])]), resets(PROTOCOL)) for name in (":method", ":scheme", ":path")},
    "8.1.1 a shorter body than its length": (lambda a: a.send(1, ("content-length", "8")) + frame(DATA, b"test", END), resets(PROTOCOL)),
    "8.1.1 a longer body in two frames": (lambda a: a.send(1, ("content-length", "6")) + frame(DATA, b"test") + frame(DATA, b"test", END), resets(PROTOCOL)),
    # RFC 7541: fields in each notation, and the table
    **{f"HPACK 6.2 a field noted as {kind:#x}, Huffman {coded}": (
        lambda a, kind=kind, coded=coded: frame(HEADERS, a.block() + field("user-agent", "x", kind, coded), END | READY), OK)
        for kind in (0x00, 0x10, 0x40) for coded in (False, True)},
    "HPACK 6.1 a name of the table": (lambda a: frame(HEADERS, b"\x82\x87" + a.block(without=(":method", ":scheme")), END | READY), OK),
    "HPACK 4.2 the table's size, twice": (lambda a: frame(HEADERS, b"\x20\x3f\x61" + a.block(), END | READY), OK),
    "HPACK 4.2 the table's size after a field": (lambda a: frame(HEADERS, a.block() + b"\x20", END | READY), ends(COMPRESSION)),
    "HPACK 6.3 a larger table than allowed": (lambda a: frame(HEADERS, b"\x3f\xe1\xff\x03" + a.block(), END | READY), ends(COMPRESSION)),
    "HPACK 6.1 index 0": (lambda a: frame(HEADERS, a.block() + b"\x80", END | READY), ends(COMPRESSION)),
    "HPACK 2.3.3 an index beyond the table": (lambda a: frame(HEADERS, a.block() + b"\xc6", END | READY), ends(COMPRESSION)),
    "HPACK 2.3.3 a name beyond the table": (lambda a: frame(HEADERS, a.block() + b"\x7f\x14\x01a", END | READY), ends(COMPRESSION)),
    **{f"HPACK 5.2 Huffman text that ends with {fault}": (
        lambda a, text=text: frame(HEADERS, a.block() + b"\x00\x01x" + bytes([len(text) | 0x80]) + text, END | READY), ends(COMPRESSION))
        for fault, text in {"eight bits too many": huffman(b"test") + b"\xff", "zeros": b"\x49\x50\x90", "the end of strings": b"\xff\xff\xff\xff"}.items()},
}


class Frames:
    """A connection that has agreed on settings, and what comes back, frame by frame."""

    def __init__(self, server, url):
        self.wire, self.codes, self.decoder, self.statuses, self.pongs = Wire(server, url, alpn=("h2",)), {}, Decoder(), {}, []
        self.over, self.lengths = False, []

    def next(self):
        """Notes one frame; False at the end of the connection."""
        while len(self.wire.buffer) < 9 or len(self.wire.buffer) < 9 + int.from_bytes(self.wire.buffer[:3], "big"):
            if not self.wire.more():
                self.over = True
                return False
        length, kind, flags = int.from_bytes(self.wire.buffer[:3], "big"), self.wire.buffer[3], self.wire.buffer[4]
        head, payload = self.wire.take(9), self.wire.take(length)
        stream = int.from_bytes(head[5:], "big")
        if kind == HEADERS:
            self.statuses[stream] = int(dict(self.decoder.decode(payload))[":status"])
        elif kind in (RST, GOAWAY):
            self.codes[stream if kind == RST else 0] = int.from_bytes(payload[:4] if kind == RST else payload[4:8], "big")
        elif kind == PING and flags & ACK:
            self.pongs.append(payload)
        elif kind == DATA:
            self.lengths.append(length)
        return True

    def until(self, condition):
        while not condition() and self.next():
            pass
        return condition()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Upstream() as upstream:
        with latchkey.Server(tmp_path_factory.mktemp("frames") / "data", command="demo", flags=["--upstream", upstream.url]) as server:
            yield server
            assert server.process.poll() is None, "the server died"


@pytest.mark.parametrize("listener", ["proxy", "dashboard"])
@pytest.mark.parametrize("case", CASES)
def test_t8_http2_is_spoken_as_it_is_written(server, listener, case):
    asker, (make, (kind, what)) = Asker(server, listener), CASES[case]
    frames = Frames(server, asker.url)
    sent = make(asker)
    try:
        frames.wire.send(sent if case.startswith("3.4") else PREFACE + frame(SETTINGS, b"", 0, 0) + sent)
    except OSError:
        pass  # it had enough before the end
    seen = lambda: (case, frames.statuses, frames.codes, frames.over)
    if kind == "answered":
        assert frames.until(lambda: frames.statuses) and frames.statuses[1] in (asker.posted if what == "posted" else what), seen()
        assert not frames.codes.get(1) and not frames.codes.get(0), seen()
    elif kind == "pong":
        assert frames.until(lambda: frames.pongs) and frames.pongs == [b"12345678"], seen()
    elif kind == "ends":
        frames.until(lambda: frames.over)
        assert frames.codes.get(0) in what, seen()
    elif kind == "resets":
        # An answer may have been on its way; a fault of a stream may be taken for one of the connection (RFC 9113, section 5.4).
        assert frames.until(lambda: 1 in frames.codes or 0 in frames.codes), seen()
        assert frames.codes.get(1, frames.codes.get(0)) in what, seen()
    elif kind == "closed":
        # DATA on its way when the stream was reset may be passed over (RFC 9113, section 5.1) or told to be late; it opens nothing.
        assert frames.until(lambda: frames.pongs or frames.over) and not frames.statuses and set(frames.codes.values()) <= {CLOSED}, seen()
        assert frames.pongs or frames.codes, seen()
    else:
        # Priorities are deprecated (RFC 9113, section 5.3.2): refused as RFC 7540 has it, or passed over.
        assert frames.until(lambda: frames.statuses or frames.codes or frames.over), seen()
        assert 200 in frames.statuses.values() or set(frames.codes.values()) == set(what), seen()
    frames.wire.close()


@pytest.mark.parametrize("listener", ["proxy", "dashboard"])
def test_t8_a_window_of_one_byte_is_kept_to_and_may_become_negative(server, listener):
    asker = Asker(server, listener)
    frames = Frames(server, asker.url)
    frames.wire.send(PREFACE + frame(SETTINGS, b"\0\x04\0\0\0\x03", 0, 0) + asker.ask())
    assert frames.until(lambda: sum(frames.lengths) == 3)
    # Three bytes sent and none allowed now: minus two; only the third byte more may follow.
    frames.wire.send(frame(SETTINGS, b"\0\x04\0\0\0\x01", 0, 0) + frame(WINDOW, b"\0\0\0\x02") + frame(PING, b"12345678", 0, 0))
    assert frames.until(lambda: frames.pongs) and sum(frames.lengths) == 3
    frames.wire.send(frame(WINDOW, b"\0\0\0\x01"))
    assert frames.until(lambda: sum(frames.lengths) == 4)
    frames.wire.close()


@pytest.mark.parametrize("listener", ["proxy", "dashboard"])
def test_t8_a_fault_of_one_stream_is_nothing_to_the_others(server, listener):
    """They may be other people's, behind a proxy that sends them over one connection (RFC 9113, section 5.4.2)."""
    asker = Asker(server, listener)
    faults = [lambda s: asker.ask(s, ("X-Test", "a")), lambda s: asker.ask(s, ("connection", "close")), lambda s: asker.ask(s, without=(":path",)),
              lambda s: asker.send(s, ("content-length", "8")) + frame(DATA, b"test", END, s), lambda s: asker.send(s) + frame(WINDOW, b"\0\0\0\0", 0, s),
              lambda s: asker.send(s) + frame(WINDOW, b"\x7f\xff\xff\xff", 0, s) * 2]
    frames = Frames(server, asker.url)
    frames.wire.send(PREFACE + frame(SETTINGS, b"", 0, 0))
    for number, fault in enumerate(faults):
        first = 1 + 6 * number
        frames.wire.send(asker.ask(first) + fault(first + 2) + asker.ask(first + 4))
        assert frames.until(lambda: {first, first + 4} <= set(frames.statuses) and first + 2 in frames.codes), (number, frames.statuses, frames.codes, frames.over)
        assert frames.statuses[first] == frames.statuses[first + 4] == 200 and 0 not in frames.codes
    # And who goes on like that is shown out.
    with contextlib.suppress(OSError):
        frames.wire.send(b"".join(faults[0](stream) for stream in range(101, 1001, 2)))
    frames.until(lambda: frames.over)
    assert frames.codes[0] == CALM
    frames.wire.close()
