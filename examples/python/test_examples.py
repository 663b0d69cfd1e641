"""python -m unittest, in this folder. The subscriber's cases are those of every language; it needs no package for them."""
import json
import time
import unittest
from pathlib import Path

from subscriber import Copy, Subscriber

CASES = json.loads(Path(__file__).parents[2].joinpath("internal/lab/contracttest/deliveries/subscriber.json").read_text("utf-8"))


def record(number, message):
    return {"messageId": str(number), "eventSource": "aws:sqs", "body": message if isinstance(message, str) else json.dumps(message)}


class TestSubscriber(unittest.TestCase):
    def test_cases(self):
        self.assertGreater(len(CASES), 20)
        for case in CASES:
            with self.subTest(case["name"]):
                subscriber = Subscriber({})
                for delivery in case["deliveries"]:
                    answer = subscriber.handle({"Records": [record(i, m) for i, m in enumerate(delivery["messages"])]})
                    failed = [int(one["itemIdentifier"]) for one in answer["batchItemFailures"]]
                    self.assertEqual(delivery["failed"], failed)
                want = {user: Copy(c["revision"], c["preferences"]) for user, c in case["copies"].items()}
                self.assertEqual(want, subscriber.copies)

    def test_event_alone(self):
        event = CASES[0]["deliveries"][0]["messages"][0]
        subscriber = Subscriber({})
        self.assertIsNone(subscriber.handle(event))
        self.assertEqual({"u1"}, set(subscriber.copies))
        with self.assertRaises(ValueError):  # Lambda calls again
            subscriber.handle({**event, "detail": {**event["detail"], "version": 2}})

    def test_what_is_no_number_here_is_not_kept(self):
        event = json.dumps(CASES[0]["deliveries"][0]["messages"][0])
        for number in ["1e400", "-1e400", "[1e400]", "NaN", "Infinity"]:
            with self.subTest(number):
                subscriber = Subscriber({})
                body = event.replace('{"language": "fr"}', '{"language": %s}' % number)
                self.assertNotEqual(event, body)
                self.assertEqual([{"itemIdentifier": "0"}], subscriber.handle({"Records": [record(0, body)]})["batchItemFailures"])
                self.assertEqual({}, subscriber.copies)
        alone = CASES[0]["deliveries"][0]["messages"][0]
        with self.assertRaises(ValueError):  # as Lambda parsed it
            Subscriber({}).handle({**alone, "detail": {**alone["detail"], "preferences": {"language": float("inf")}}})

    def test_what_fails_is_not_kept(self):
        def fail(*_):
            raise OSError

        subscriber = Subscriber({}, fail)
        answer = subscriber.handle({"Records": [record(0, CASES[0]["deliveries"][0]["messages"][0])]})
        self.assertEqual([{"itemIdentifier": "0"}], answer["batchItemFailures"])
        self.assertEqual({}, subscriber.copies)


class TestTruncated(unittest.TestCase):
    """An announcement that says too little has the profile read, and comes again where that cannot be done now."""

    def setUp(self):
        event = CASES[0]["deliveries"][0]["messages"][0]
        detail = {name: value for name, value in event["detail"].items() if name not in ("preferences", "changes")}
        self.event = {**event, "detail": {**detail, "revision": 5, "previous_revision": 4, "truncated": True}}

    def received(self, read):
        asked, subscriber = [], Subscriber({"u1": Copy(1, {"language": "fr"})}, read=read and (lambda user_id: asked.append(user_id) or read()))
        failed = subscriber.handle({"Records": [record(0, self.event)]})["batchItemFailures"]
        return subscriber.copies["u1"], len(failed), asked

    def test_nothing_to_read_it_with(self):
        self.assertEqual((Copy(5, None), 0, []), self.received(None))

    def test_read(self):
        for profile in [Copy(5, {"language": "de"}), Copy(7, {"language": "nl"}), Copy(6, {})]:
            self.assertEqual((profile, 0, ["u1"]), self.received(lambda: profile))

    def test_comes_again(self):
        def fail():
            raise OSError

        for read in [fail, lambda: Copy(4, {"language": "es"}), lambda: Copy(0, {})]:
            self.assertEqual((Copy(1, {"language": "fr"}), 1, ["u1"]), self.received(read))

    def test_what_is_late_is_not_read(self):
        self.event["detail"].update(revision=1, previous_revision=0)
        self.assertEqual((Copy(1, {"language": "fr"}), 0, []), self.received(lambda: Copy(9, {})))


class Bus:
    """Answers PutEvents with the error codes given, attempt by attempt and entry by entry."""

    def __init__(self, *attempts):
        self.attempts, self.put = list(attempts), []

    def put_events(self, Entries):
        self.put.append([json.loads(entry["Detail"]) for entry in Entries])
        codes = self.attempts.pop(0)
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

    def test_ids_grow_and_are_now(self):
        ids = self.publish.Ids()
        made = [ids.next() for _ in range(10_000)]
        self.assertEqual(made, sorted(set(made)))
        self.assertTrue(all(len(one) == 26 and one[0] <= "7" for one in made))
        milliseconds = 0
        for letter in made[0][:10]:
            milliseconds = milliseconds * 32 + self.publish.ALPHABET.index(letter)
        self.assertLess(abs(milliseconds - time.time() * 1000), 60_000)

    def test_a_value_is_json_or_text(self):
        for text, want in [("null", None), ("1.5", 1.5), ('{"a": [1]}', {"a": [1]}), ("fr", "fr"), ("NaN", "NaN"), ("-Infinity", "-Infinity")]:
            self.assertEqual(want, self.publish.value(text))
        for text in ["1e400", "[-1e400]"]:
            with self.assertRaises(OverflowError):
                self.publish.value(text)

    def test_an_id_of_ones_own_stays(self):
        self.publisher([None, None]).publish([{"user_id": "a", "id": "mine"}, {"user_id": "b", "id": None}])
        first, second = self.bus.put[0]
        self.assertEqual("mine", first["id"])
        self.assertEqual(26, len(second["id"]))

    def test_only_what_failed_is_sent_again_with_its_id(self):
        left = self.publisher([None, "InternalFailure"], [None]).publish([{"user_id": "a"}, {"user_id": "b"}])
        self.assertEqual([], left)
        first, second = self.bus.put
        self.assertEqual([first[1]], second)
        self.assertNotEqual(first[0]["id"], first[1]["id"])

    def test_what_stays_refused_is_returned(self):
        left = self.publisher(["MalformedDetail", "ThrottlingException"], ["ThrottlingException"]).publish([{"user_id": "a"}, {"user_id": "b"}], attempts=2)
        self.assertEqual([("a", "MalformedDetail"), ("b", "ThrottlingException")], [(change["user_id"], code) for change, code in left])


if __name__ == "__main__":
    unittest.main()
