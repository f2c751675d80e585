"""What travels arrives as it was; what is no frame or no value is Garbage, and costs neither time nor memory."""

import json
import random
import socket
import struct
import threading
import time
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest

from course_lib.checks.answers import NotAttempted
from course_lib.grading import wire
from course_lib.grading.wire import Channel, Closed, Garbage, Late, TooLarge, decode, encode

VALUES = [
    None,
    True,
    0,
    -(10**300),
    1.5,
    float("inf"),
    "",
    "text ✓ \x00 \u202e",
    2 + 3j,
    complex("inf-infj"),
    [],
    [1, [2.0, ["three", None]]],
    (1, (2,)),
    {1, "a", (2, 3)},
    {"a": 1, 2: [3], (4, "b"): {"c": ()}},
    np.float64(0.1),
    np.float32(0.1),
    np.int8(-3),
    np.uint64(2**64 - 1),
    np.bool_(True),
    np.str_("wörd"),
    np.complex128(1 - 2j),
    np.array(5),
    np.zeros((0, 3)),
    np.zeros((2, 0, 5), np.int16),
    np.arange(24.0).reshape(2, 3, 4),
    np.arange(6, dtype=">i4")[::-2],
    np.array([[True, False]]),
    np.array(["", "a", "wörd ✓"]),
    np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.array([np.nan, -0.0, np.inf, 5e-324]),
    [np.ones(2), {"x": (np.zeros(1, bool), np.float32(2))}, np.arange(3)],
]


def there_and_back(value, other=lambda value: 7):
    message, data = encode(value, other)
    return decode(json.loads(json.dumps(message)), data, lambda number: ("handle", number))


def same(a, b):
    """Whether two values are of the same types and equal to the last bit."""
    if isinstance(a, (np.ndarray, np.generic)):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(b) is dict and same(list(a.items()), list(b.items()))
    return type(a) is type(b) and a == b


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), theirs


class TestValues:
    @pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
    def test_arrive_as_they_were(self, value):
        assert same(value, there_and_back(value))

    def test_of_no_known_kind_stay_where_they_are_and_have_a_number(self):
        for value in (object(), len, 1j.__class__, np.zeros(2, object), np.zeros(2, "S3"), frozenset(), b"x", range(3)):
            assert there_and_back(value) == ("handle", 7)

    def test_of_a_class_derived_from_a_plain_one_arrive_as_plain_or_stay(self):
        class Text(str):
            __slots__ = ()

        class Array(np.ndarray):
            pass

        class Numbers(list):
            pass

        assert there_and_back(Text("x")) == ("handle", 7)
        assert type(there_and_back(np.zeros(2).view(Array))) is np.ndarray
        assert type(there_and_back(Numbers([1]))) is list

    def test_of_the_longest_floating_point_type_keep_all_their_digits(self):
        value = np.longdouble(1) / 3
        assert there_and_back(value) == value

    def test_that_are_the_stub_or_hold_it_are_not_attempted(self):
        for value in (..., [1, ...], {"a": (...,)}):
            with pytest.raises(NotAttempted):
                there_and_back(value)

    def test_deeper_than_the_limit_have_a_number(self):
        value = []
        for _ in range(wire.DEEPEST + 5):
            value = [value]
        arrived = there_and_back(value)
        for _ in range(wire.DEEPEST):
            (arrived,) = arrived
        assert arrived == ("handle", 7)

    def test_an_array_that_arrived_can_be_changed_and_shares_nothing(self):
        message, data = encode([np.zeros(3), np.zeros(3)], None)
        first, second = decode(message, data, None)
        first[:] = 1
        assert second.tolist() == [0, 0, 0]

    def test_a_truth_value_of_other_bits_is_true_or_false(self):
        array = decode({"array": ["|b1", [3]]}, b"\x00\x02\xff", None)
        assert array.view(np.uint8).tolist() == [0, 1, 1]
        assert decode({"scalar": "|b1"}, b"\x02", None) is np.True_


GARBAGE = {
    "an unknown kind": ({"exec": "1"}, b""),
    "two kinds": ({"tuple": [], "set": []}, b""),
    "no kind": ({}, b""),
    "a set of lists": ({"set": [[1]]}, b""),
    "a dict with a list as key": ({"dict": [[[1], 2]]}, b""),
    "a dict of no pairs": ({"dict": [1, 2]}, b""),
    "too many keys": ({"set": list(range(wire.MOST_KEYS + 1))}, b""),
    "a complex number of three parts": ({"complex": [1, 2, 3]}, b""),
    "a complex number of text": ({"complex": ["x", 1]}, b""),
    "an array without bytes": ({"array": ["<f8", [2]]}, bytes(15)),
    "an array of objects": ({"array": ["|O", [1]]}, bytes(8)),
    "an array of pointers": ({"array": ["O8", [1]]}, bytes(8)),
    "an array of structures": ({"array": ["f8,f8", [1]]}, bytes(16)),
    "an array of bytes": ({"array": ["S3", [1]]}, bytes(3)),
    "an array of dates": ({"array": ["M8", [1]]}, bytes(8)),
    "an array of raw memory": ({"array": ["V8", [1]]}, bytes(8)),
    "an array of a type that does not exist": ({"array": ["<f3", [1]]}, bytes(8)),
    "an array whose type is no text": ({"array": [8, [1]]}, bytes(8)),
    "an array of nothing": ({"array": ["<U0", [9]]}, b""),
    "text of no letters": ({"array": ["<U1", [1]]}, b"\xff" * 4),
    "text of no letters, turned round": ({"array": [">U1", [1]]}, b"\xff" * 4),
    "a word of no letters": ({"scalar": "<U1"}, b"\x00\x00\x11\x00"),
    "a shape below zero": ({"array": ["<f8", [-1]]}, bytes(8)),
    "a shape of fractions": ({"array": ["<f8", [1.0]]}, bytes(8)),
    "a shape of truth values": ({"array": ["<f8", [True]]}, bytes(8)),
    "a shape that is a number": ({"array": ["<f8", 1]}, bytes(8)),
    "a shape that overflows": ({"array": ["<f8", [1 << 40, 1 << 40]]}, bytes(8)),
    "a shape that multiplies to zero": ({"array": ["<f8", [0, 1 << 25, 1 << 25, 1 << 25]]}, b""),
    "a million dimensions": ({"array": ["<f8", [1 << 20] * 1_000_000]}, bytes(8)),
    "the same bytes twice": ([{"array": ["<f8", [1]]}, {"array": ["<f8", [1]]}], bytes(8)),
    "a handle that is no number": ({"handle": "x"}, b""),
    "a handle that is True": ({"handle": True}, b""),
    "an array with a place in it": ({"array": ["<f8", [1], 0]}, bytes(8)),
}


class TestGarbage:
    @pytest.mark.parametrize(("message", "data"), GARBAGE.values(), ids=GARBAGE)
    def test_is_no_value(self, message, data):
        before = time.monotonic()
        with pytest.raises(Garbage):
            decode(message, data, lambda number: number)
        assert time.monotonic() - before < 0.5

    def test_too_deep_is_no_value(self):
        value = 1
        for _ in range(100):
            value = [value]
        with pytest.raises(Garbage, match="too deep"):
            decode(value, b"", None)

    def test_cannot_ask_for_more_memory_than_its_frame_has_bytes(self):
        many = [{"array": ["<f8", [1 << 17]]}] * 1000
        tracemalloc.start()
        with pytest.raises(Garbage):
            decode(many, bytes(2 << 20), None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10 << 20

    def test_keys_that_collide_cost_no_time(self):
        keys = [k * (2**61 - 1) for k in range(wire.MOST_KEYS)]
        before = time.monotonic()
        decode([{"set": keys}] * 10, b"", None)
        assert time.monotonic() - before < 2

    def test_whatever_stands_in_place_of_any_part_nothing_else_is_raised(self):
        chance = random.Random(1)
        parts = [None, True, -1, 0, 1.5, 10**30, "", "<f8", "tuple", [], [[]], {}, {"handle": 0}, {"array": []}]
        parts += [{"array": [d, s]} for d in ("<f8", "U2", "|b1", "c8", "f2", ">u4", "x") for s in ([], [2], [0, 9], 3)]
        kinds = ["tuple", "set", "dict", "complex", "array", "scalar", "stub", "handle", "?"]

        def made(depth):
            if depth == 0 or chance.random() < 0.3:
                return chance.choice(parts)
            inner = [made(depth - 1) for _ in range(chance.randrange(4))]
            return inner if chance.random() < 0.4 else {chance.choice(kinds): chance.choice([inner, *inner, 1])}

        for _ in range(5000):
            with suppress(Garbage, NotAttempted):
                decode(made(4), chance.randbytes(chance.randrange(100)), lambda number: number)


class TestFrames:
    def test_arrive_whole_and_in_order(self, ends):
        ours, theirs = ends
        Channel(theirs).send({"a": 1}, b"xyz")
        Channel(theirs).send([2])
        assert ours.receive() == ({"a": 1}, b"xyz")
        assert ours.receive() == ([2], b"")

    def test_of_the_largest_size_pass_and_larger_ones_are_not_sent(self, ends):
        ours, theirs = ends
        data = bytes(wire.LARGEST_DATA)
        sender = threading.Thread(target=Channel(theirs).send, args=("x", data))
        sender.start()
        assert ours.receive(time.monotonic() + 20) == ("x", data)
        sender.join()
        for message, more in (("x", data + b"x"), ("x" * (wire.LARGEST_TEXT + 1), b""), (10**5000, b"")):
            with pytest.raises(TooLarge, match="too large"):
                ours.send(message, more)

    @pytest.mark.parametrize("sizes", [(wire.LARGEST_TEXT + 1, 0), (1, wire.LARGEST_DATA + 1), (2**32 - 1, 2**32 - 1)])
    def test_that_claim_to_be_larger_are_garbage_at_once(self, ends, sizes):
        ours, theirs = ends
        theirs.sendall(struct.pack(">II", *sizes))
        with pytest.raises(Garbage):
            ours.receive(time.monotonic() + 5)

    @pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b"nul", b"{'a': 1}", b"1 2"])
    def test_of_no_json_are_garbage(self, ends, text):
        ours, theirs = ends
        theirs.sendall(struct.pack(">II", len(text), 0) + text)
        with pytest.raises(Garbage):
            ours.receive(time.monotonic() + 5)

    def test_that_drip_are_late_although_something_comes_all_the_time(self, ends):
        ours, theirs = ends
        stop = threading.Event()

        def drip():
            theirs.sendall(struct.pack(">II", 1000, 0))
            while not stop.wait(0.05):
                theirs.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        before = time.monotonic()
        with pytest.raises(Late):
            ours.receive(before + 0.3)
        assert time.monotonic() - before < 1
        stop.set()
        thread.join()

    def test_that_nobody_takes_are_late(self, ends):
        ours, _ = ends
        with pytest.raises(Late):
            ours.send("x", bytes(wire.LARGEST_DATA), time.monotonic() + 0.2)

    def test_after_the_deadline_are_late_even_if_they_are_there(self, ends):
        ours, theirs = ends
        Channel(theirs).send("x")
        with pytest.raises(Late):
            ours.receive(time.monotonic() - 1)

    def test_end_with_the_other_side(self, ends):
        ours, theirs = ends
        theirs.sendall(b"\x00\x00")
        theirs.close()
        with pytest.raises(Closed):
            ours.receive()
        with pytest.raises(Closed):
            ours.send("x", bytes(1 << 20))

    def test_of_noise_or_cut_or_with_flipped_bits_raise_nothing_else(self):
        chance = random.Random(0)
        whole = [json.dumps(encode(value, lambda _: 0)[0]).encode() for value in VALUES]
        whole = [(text, encode(value, lambda _: 0)[1]) for text, value in zip(whole, VALUES, strict=True)]
        for number in range(3000):
            text, data = chance.choice(whole)
            frame = bytearray(struct.pack(">II", len(text), len(data)) + text + data)
            if number % 3 == 0:
                frame = chance.randbytes(chance.randrange(60))
            elif number % 3 == 1:
                del frame[chance.randrange(len(frame)) :]
            else:
                for _ in range(chance.randrange(1, 4)):
                    frame[chance.randrange(len(frame))] ^= 1 << chance.randrange(8)
            self.take(bytes(frame))

    def take(self, frame):
        """Receive what may be a frame and decode what may be a value."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(frame)
            theirs.shutdown(socket.SHUT_WR)
            with suppress(Garbage, Closed, NotAttempted):
                decode(*Channel(ours).receive(time.monotonic() + 5), lambda number: number)
