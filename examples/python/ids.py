"""Ids of changes: UUIDs of version 7 (RFC 9562), and the ULID text under which the pipeline shows them."""
import secrets
import threading
import time
import uuid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of a ULID: https://github.com/ulid/spec


class Ids:
    """UUIDv7s, each greater than the one before: what is said later wins, key by key, also within a millisecond."""

    def __init__(self):
        self._last, self._lock = 0, threading.Lock()

    def next(self):
        with self._lock:
            # 48 bits of clock, then 74 random ones, which count up where the clock stands still or goes back.
            self._last = max(self._last + 1, time.time_ns() // 1_000_000 << 74 | secrets.randbits(74))
            clock_and_a, b = divmod(self._last, 1 << 62)
        clock, a = divmod(clock_and_a, 1 << 12)
        return str(uuid.UUID(int=clock << 80 | 7 << 76 | a << 64 | 0b10 << 62 | b))  # 7 is the version, 0b10 the variant


def ulid(change_id):
    """An id as announcements (caused_by, as_of), dead letters and logs show it: the same 128 bits as a ULID."""
    if len(change_id) == 26:
        return change_id.upper()
    bits = uuid.UUID(change_id).int
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(125, -1, -5))
