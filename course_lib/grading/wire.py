"""The only way between the judge and the learner's process: frames of JSON with raw array bytes behind it.

A frame is two lengths (4 bytes each, big-endian), the JSON text, and the bytes of all its arrays. Nothing is ever
executed to read one: no pickle, no eval. Whatever does not look exactly as described raises ``Garbage``, so the judge
can read what a hostile process writes. Both ends use this module; the check functions see only what ``decode`` built.

Values: None, truth values, numbers, strings and lists are themselves in JSON. Anything else is an object with one
key, which names what it is: ``{"tuple": [...]}``, ``{"set": [...]}``, ``{"dict": [[key, value], ...]}``,
``{"complex": [re, im]}``, ``{"array": [dtype, shape]}``, ``{"scalar": dtype}`` (of NumPy), ``{"stub": 0}`` for
``...``, and ``{"handle": number}`` for what stays on the side that owns it. The bytes of arrays follow one another in
the order in which the text names them, so a short text cannot ask for more memory than its frame has bytes.
"""

import io
import json
import math
import re
import struct
import time

import numpy as np

from course_lib.checks.answers import NotAttempted

LARGEST_TEXT = 4 << 20
"""Bytes of JSON in one frame, at most."""

LARGEST_DATA = 32 << 20
"""Bytes of arrays in one frame, at most."""

DEEPEST = 20
"""Levels of lists in lists, at most."""

MOST_KEYS = 1000
"""Items of one set or dict, at most: whoever chooses keys that collide makes the time grow with their square."""

KEPT = 1000
"""Characters of an error, and of what a cell prints, that are kept."""

_DIMENSIONS = 32  # of an array, at most

_HEAD = struct.Struct(">II")
_DTYPE = re.compile(r"[<>|=]?[biufcU][1-9][0-9]{0,6}")
_PLAIN = (bool, int, float, str, type(None))


class Garbage(Exception):
    """What arrived is not a frame, or not a value."""


class TooLarge(Garbage):
    """What we are to send is too large for a frame."""


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """The other side did not answer in time."""


class Channel:
    """Frames over a connected socket. ``received`` counts their bytes."""

    def __init__(self, sock):
        self._socket, self._buffer, self.received = sock, bytearray(), 0

    def send(self, message, data=b"", deadline=None):
        """Send one frame. ``deadline``: of ``time.monotonic()``; without one, wait as long as it takes."""
        try:
            text = json.dumps(message).encode()
        except (ValueError, RecursionError):  # a whole number with thousands of digits
            raise TooLarge("too large: a number with thousands of digits") from None
        if len(text) > LARGEST_TEXT or len(data) > LARGEST_DATA:
            raise TooLarge(f"too large: {max(len(text), len(data)) >> 20} MB")
        try:
            self._wait(deadline)
            self._socket.sendall(_HEAD.pack(len(text), len(data)) + text + data)
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Closed from None

    def receive(self, deadline=None):
        """Return the next frame as (message, data). The deadline holds for the whole frame, however slowly it drips."""
        self._wait(deadline)
        self._fill(_HEAD.size, deadline)
        text, data = _HEAD.unpack_from(self._buffer)
        if text > LARGEST_TEXT or data > LARGEST_DATA:
            raise Garbage("a frame that claims to be larger than any may be")
        start, end = _HEAD.size + text, _HEAD.size + text + data
        self._fill(end, deadline)
        frame = bytes(self._buffer[:end])
        del self._buffer[:end]
        self.received += end
        try:
            return json.loads(frame[_HEAD.size : start]), frame[start:]
        except (ValueError, RecursionError):
            raise Garbage("not JSON") from None

    def close(self):
        """Close this end."""
        self._socket.close()

    def _fill(self, size, deadline):
        """Read until ``size`` bytes are there."""
        while len(self._buffer) < size:
            try:
                self._wait(deadline)
                part = self._socket.recv(max(1 << 16, min(size - len(self._buffer), 1 << 20)))
            except TimeoutError:
                raise Late from None
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            self._buffer += part

    def _wait(self, deadline):
        """Give the socket the time that is left, to a tenth of a second: to set it exactly each time takes time too."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise Late
        given = self._socket.gettimeout()
        if left is None or given is None or not left <= given <= left + 0.1:
            self._socket.settimeout(left if left is None else left + 0.1)


def encode(value, other, depth=0):
    """Return ``value`` as (message, data). ``other`` maps what is no plain data to a number, its handle."""
    data = bytearray()
    return _encode(value, other, data, depth), bytes(data)


def _encode(value, other, data, depth):
    if value is Ellipsis:
        return {"stub": 0}
    if type(value) in _PLAIN:
        return value
    if type(value) is complex:
        return {"complex": [value.real, value.imag]}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufcU":
        return _encode_array(value, data)
    if depth < DEEPEST:
        for kind in (list, tuple, set):
            if isinstance(value, kind):
                items = [_encode(item, other, data, depth + 1) for item in value]
                return items if kind is list else {kind.__name__: items}
        if isinstance(value, dict):
            pairs = [[_encode(part, other, data, depth + 1) for part in pair] for pair in value.items()]
            return {"dict": pairs}
    return {"handle": other(value)}


def _encode_array(value, data):
    if len(data) + value.nbytes > LARGEST_DATA:
        raise TooLarge(f"too large: {(len(data) + value.nbytes) >> 20} MB")
    data += np.ascontiguousarray(value).tobytes()
    if isinstance(value, np.ndarray):
        return {"array": [value.dtype.str, list(value.shape)]}
    return {"scalar": value.dtype.str}


def decode(message, data, other):
    """Rebuild a value from what ``encode`` made. ``other`` maps a handle's number to what stands for it here.

    A value that is ``...``, or holds it, raises NotAttempted.
    """
    try:
        return _decode(message, io.BytesIO(data), other, 0)
    except Garbage:
        raise
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, AttributeError, RecursionError) as error:
        raise Garbage(f"not a value: {type(error).__name__}") from None


def _decode(message, data, other, depth):
    if depth > 2 * DEEPEST:
        raise Garbage("too deep")
    if type(message) in _PLAIN:
        return message
    if type(message) is list:
        return [_decode(item, data, other, depth + 1) for item in message]
    ((kind, body),) = message.items()
    if kind in ("set", "dict") and len(body) > MOST_KEYS:
        raise Garbage("too many keys")
    if kind in ("tuple", "set"):
        return {"tuple": tuple, "set": set}[kind](_decode(item, data, other, depth + 1) for item in body)
    if kind == "dict":
        return {_decode(k, data, other, depth + 1): _decode(v, data, other, depth + 1) for k, v in body}
    if kind == "complex":
        return complex(*map(float, body))
    if kind == "array":
        return _decode_array(*body, data)
    if kind == "scalar":
        return _decode_array(body, [], data)[()]
    if kind == "stub":
        raise NotAttempted
    if kind == "handle" and type(body) is int:
        return other(body)
    raise Garbage(f"nothing is called {kind!r:.40}")


def _decode_array(dtype, shape, data):
    """An array of its own from bytes that may be anything: a truth value is 0 or 1, text is text."""
    if not _DTYPE.fullmatch(dtype) or len(shape) > _DIMENSIONS:
        raise Garbage("not an array")
    if not all(type(n) is int and 0 <= n <= LARGEST_DATA for n in shape):
        raise Garbage("not a shape")
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    if size > LARGEST_DATA or len(raw := data.read(size)) < size:
        raise Garbage("an array that is not there")
    if dtype.kind == "b":
        return (np.frombuffer(raw, np.uint8) != 0).reshape(shape)
    if dtype.kind == "U" and np.frombuffer(raw, dtype.str[0] + "u4").max(initial=0) > 0x10FFFF:
        raise Garbage("not text")
    return np.frombuffer(raw, dtype).reshape(shape).copy()
