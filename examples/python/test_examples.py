"""python -m unittest, in this folder. The subscriber's cases are those of every language; it needs no package for them."""
import json
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
                want = {user: Copy(c["revision"], c["preferences"], tuple(c.get("inferred_keys", ()))) for user, c in case["copies"].items()}
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
        for number in ["1e400", "-1e400", "[1e400]", "NaN", "Infinity", "9" * 5_000]:
            with self.subTest(number):
                subscriber = Subscriber({})
                body = event.replace('{"language": "fr"}', '{"language": %s}' % number)
                self.assertNotEqual(event, body)
                self.assertEqual([{"itemIdentifier": "0"}], subscriber.handle({"Records": [record(0, body)]})["batchItemFailures"])
                self.assertEqual({}, subscriber.copies)
        alone = CASES[0]["deliveries"][0]["messages"][0]
        with self.assertRaises(ValueError):  # as Lambda parsed it
            Subscriber({}).handle({**alone, "detail": {**alone["detail"], "preferences": {"language": float("inf")}}})

    def test_what_is_odd_fails_alone(self):
        good, other = (CASES[0]["deliveries"][0]["messages"][0] for _ in range(2))
        other = {**other, "detail": {**other["detail"], "user_id": "u2"}}
        for body in [json.dumps(good).replace('"fr"', "9" * 5_000), "[" * 100_000, "9" * 5_000, "null", "[]", "1"]:
            with self.subTest(body[:20]):
                subscriber = Subscriber({})
                answer = subscriber.handle({"Records": [record(0, body), record(1, other)]})
                self.assertEqual([{"itemIdentifier": "0"}], answer["batchItemFailures"])
                self.assertEqual({"u2"}, set(subscriber.copies))

    def test_what_the_contract_allows_is_kept_as_it_is(self):
        for value in ["9" * 64, "-" + "9" * 63, "1.5", '"' + "\\ud800" + '"', "[" * 900 + "]" * 900]:
            with self.subTest(value[:20]):
                subscriber = Subscriber({})
                body = json.dumps(CASES[0]["deliveries"][0]["messages"][0]).replace('"fr"', value)
                self.assertEqual([], subscriber.handle({"Records": [record(0, body), record(0, body)]})["batchItemFailures"])
                self.assertEqual(json.loads(value), subscriber.copies["u1"].preferences["language"])

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
        for profile in [Copy(5, {"language": "de"}), Copy(7, {"language": "nl"}, ("language",)), Copy(6, {})]:
            self.assertEqual((profile, 0, ["u1"]), self.received(lambda: profile))

    def test_comes_again(self):
        def fail():
            raise OSError

        for read in [fail, lambda: Copy(4, {"language": "es"}), lambda: Copy(0, {})]:
            self.assertEqual((Copy(1, {"language": "fr"}), 1, ["u1"]), self.received(read))

    def test_what_is_late_is_not_read(self):
        self.event["detail"].update(revision=1, previous_revision=0)
        self.assertEqual((Copy(1, {"language": "fr"}), 0, []), self.received(lambda: Copy(9, {})))


if __name__ == "__main__":
    unittest.main()
