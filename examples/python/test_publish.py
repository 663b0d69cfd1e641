"""python -m unittest, in this folder. A bus that answers as it is told stands in for EventBridge."""
import json
import time
import unittest
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path

import strict
from ids import ALPHABET, Ids, ulid

VALID = Path(__file__).parents[2] / "events/testdata/change/valid"  # changes, and what the pipeline makes of them


class TestIds(unittest.TestCase):
    def test_ids_grow_and_are_now(self):
        ids = Ids()
        made = [ids.next() for _ in range(10_000)]  # far more than one in a millisecond
        self.assertEqual(made, sorted(set(made)))
        for one in made:
            self.assertEqual((7, uuid.RFC_4122, 36), (uuid.UUID(one).version, uuid.UUID(one).variant, len(one)))
        self.assertLess(abs((uuid.UUID(made[0]).int >> 80) - time.time() * 1000), 60_000)

    def test_ids_grow_where_the_clock_goes_back(self):
        for last in [(1 << 122) - 2, (2_000_000_000_000 << 74) - 1, (2_000_000_000_000 << 74 | 1 << 62) - 1]:
            ids = Ids()
            ids._last = last - 1
            made = [ids.next() for _ in range(2)]
            self.assertEqual(made, sorted(set(made)))
            self.assertTrue(all(uuid.UUID(one).version == 7 for one in made))

    def test_an_id_as_the_pipeline_shows_it(self):
        for name in ["id_a_uuid", "id_a_uuid_in_upper_case"]:
            given, want = (json.loads((VALID / (name + kind)).read_text("utf-8"))["id"] for kind in (".json", ".want.json"))
            self.assertEqual(want, ulid(given))
            self.assertEqual(want, ulid(want.lower()))
        made = Ids().next()
        self.assertEqual(uuid.UUID(made).int, sum(ALPHABET.index(letter) << 5 * i for i, letter in enumerate(reversed(ulid(made)))))


class TestWhatDoesNotArrive(unittest.TestCase):
    def test_values(self):
        nested = [0]
        for _ in range(900):
            nested = [nested]
        for value, rule in [
            (float("nan"), "not finite"), (float("inf"), "not finite"), ({"a": [float("-inf")]}, "not finite"),
            (10**64, "64 characters"), (-10**63, "64 characters"), (10**5_000, "64 characters"), ({"a": 10**64}, "64 characters"),
            ("\ud83d", "lone surrogate"), (["\ude0a"], "lone surrogate"), ({"\ud83d": 1}, "lone surrogate"), ("\ud83d\ude0a", "lone surrogate"),
            (nested, "900 levels"), ({1: "a"}, "no text"), (Decimal("1.5"), "Decimal"), ([date(2026, 1, 1)], "date"), (b"fr", "bytes"),
        ]:
            with self.subTest(rule), self.assertRaisesRegex(ValueError, "^preferences.tone .*" + rule):
                strict.dumps({"user_id": "u1", "preferences": {"tone": value}})
        with self.assertRaises(ValueError):
            nested = []
            nested.append(nested)
            strict.dumps({"user_id": "u1", "preferences": {"tone": nested}})

    def test_fields(self):
        for change, field in [
            ({"user_id": "\ud83d"}, "user_id "), ({"user_id": "u1", "conversation_id": "\ud83d"}, "conversation_id "),
            ({"user_id": "u1", "preferences": {"a": 1, "b": "\ud83d"}}, "preferences.b "),
            ({"user_id": "u1", "preferences": {"\ud83d": 1}}, r"preferences.\\ud83d "),
        ]:
            with self.subTest(field), self.assertRaisesRegex(ValueError, "^" + field + "has a lone surrogate$"):
                strict.dumps(change)

    def test_what_arrives(self):
        deep = 0
        for _ in range(900):
            deep = [deep]
        for value in [None, True, 0, 10**64 - 1, 1 - 10**63, 1.5, 1e300, "fr", "😊", "\u2028\u0007\"", {"a": [1, {"b": None}]}, (1, 2), deep]:
            text = strict.dumps({"user_id": "u1", "preferences": {"tone": value}})
            want = list(value) if isinstance(value, tuple) else value
            self.assertEqual(want, strict.loads(text)["preferences"]["tone"])

    def test_as_bytes_and_without_what_a_queue_does_not_take(self):
        text = strict.dumps({"preferences": {"a": "é\ufffe\uffff"}})
        self.assertIn("é\\ufffe\\uffff", text)


class Bus:
    """Answers PutEvents with the error codes given, attempt by attempt and entry by entry. Afterwards it takes everything."""

    def __init__(self, *attempts):
        self.attempts, self.put, self.sizes = list(attempts), [], []

    def put_events(self, Entries):
        self.put.append([json.loads(entry["Detail"]) for entry in Entries])
        self.sizes.append(sum(len(entry[name].encode()) for entry in Entries for name in ["Source", "DetailType", "Detail"]))
        codes = self.attempts.pop(0) if self.attempts else [None] * len(Entries)
        if isinstance(codes, Exception):
            raise codes
        return {"FailedEntryCount": sum(code is not None for code in codes),
                "Entries": [{"EventId": "e"} if code is None else {"ErrorCode": code} for code in codes]}


class TestPublisher(unittest.TestCase):
    def setUp(self):
        try:
            import publish
        except ImportError as error:
            self.skipTest(str(error))
        self.publish = publish

    def publisher(self, *attempts):
        self.bus = Bus(*attempts)
        return self.publish.Publisher(self.bus, "bus", "test")

    def test_a_value_is_json_or_text(self):
        for text, want in [("null", None), ("1.5", 1.5), ('{"a": [1]}', {"a": [1]}), ("fr", "fr"), ("NaN", "NaN"), ("-Infinity", "-Infinity")]:
            self.assertEqual(want, self.publish.value(text))
        for text in ["1e400", "[-1e400]", "9" * 5_000]:
            with self.assertRaises(OverflowError):
                self.publish.value(text)

    def test_an_id_of_ones_own_stays(self):
        self.publisher([None, None]).publish([{"user_id": "a", "id": "mine"}, {"user_id": "b", "id": None}])
        first, second = self.bus.put[0]
        self.assertEqual("mine", first["id"])
        self.assertEqual(7, uuid.UUID(second["id"]).version)

    def test_only_what_failed_is_sent_again_with_its_id(self):
        left = self.publisher([None, "InternalFailure"], [None]).publish([{"user_id": "a"}, {"user_id": "b"}])
        self.assertEqual([], left)
        first, second = self.bus.put
        self.assertEqual([first[1]], second)
        self.assertNotEqual(first[0]["id"], first[1]["id"])

    def test_what_stays_refused_is_returned(self):
        left = self.publisher(["MalformedDetail", "ThrottlingException"], ["ThrottlingException"]).publish([{"user_id": "a"}, {"user_id": "b"}], attempts=2)
        self.assertEqual([("a", "MalformedDetail"), ("b", "ThrottlingException")], [(one.change["user_id"], one.code) for one in left])

    def test_requests_are_packed_by_size_and_count(self):
        for letter in ["x", "é"]:  # a size is in bytes, not in characters
            large = {"preferences": {f"k{i}": letter * (15_000 // len(letter.encode())) for i in range(8)}}
            changes = [{"user_id": f"u{i}", **large} for i in range(10)] + [{"user_id": f"u{i}"} for i in range(10, 25)]
            self.assertEqual([], self.publisher().publish(changes))
            self.assertEqual([8, 10, 7], [len(request) for request in self.bus.put])
            self.assertLess(max(self.bus.sizes), 1_000_000)
            sent = [change for request in self.bus.put for change in request]
            self.assertEqual([change["user_id"] for change in changes], [change["user_id"] for change in sent])
            self.assertEqual(sorted(change["id"] for change in sent), [change["id"] for change in sent])

    def test_a_request_is_filled_to_its_last_byte(self):
        fixed = len("test" + "PreferenceChange")
        for over, want in [(0, [2]), (1, [1, 1])]:
            entries = [(i, {"Source": "test", "DetailType": "PreferenceChange", "Detail": "x" * size})
                       for i, size in enumerate([500_000 - fixed, 499_999 - fixed + over])]
            self.assertEqual(want, [len(request) for request in self.publish.packed(entries)])

    def test_what_cannot_be_sent_does_not_hold_up_the_others(self):
        bad = [{"user_id": "a", "preferences": {"tone": float("nan")}}, {"user_id": "b", "preferences": {"tone": "\ud83d"}},
               {"user_id": "c", "preferences": {f"k{i}": "x" * 14_000 for i in range(10)}}]
        left = self.publisher().publish([*bad, {"user_id": "d"}])
        self.assertEqual([("a", "malformed"), ("b", "malformed"), ("c", "too_large")], [(one.change["user_id"], one.code) for one in left])
        self.assertEqual("preferences.tone has a lone surrogate", left[1].message)
        self.assertEqual(["d"], [change["user_id"] for change in self.bus.put[0]])

    def test_a_failed_call_is_that_of_its_own_changes(self):
        from botocore.exceptions import ClientError, ReadTimeoutError

        refused = ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutEvents")
        lost, throttled = ReadTimeoutError(endpoint_url="e"), ClientError({"Error": {"Code": "ThrottlingException"}}, "PutEvents")
        for error, code in [(refused, "AccessDeniedException"), (lost, "ReadTimeoutError")]:
            left = self.publisher([None] * 10, error).publish([{"user_id": str(i)} for i in range(12)])
            self.assertEqual([("10", code), ("11", code)], [(one.change["user_id"], one.code) for one in left])
            self.assertEqual(self.bus.put[1], [one.change for one in left])  # with the ids that they were sent with
        self.assertEqual([], self.publisher(throttled).publish([{"user_id": "a"}]))
        self.assertEqual(self.bus.put[0], self.bus.put[1])


if __name__ == "__main__":
    unittest.main()
