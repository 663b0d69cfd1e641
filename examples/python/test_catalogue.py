"""python -m unittest, in this folder. The cases are those of every language; nothing is needed for them."""
import json
import unittest
from pathlib import Path

import prefs
from catalogue import View, resolve

CASES = json.loads(Path(__file__).parents[2].joinpath("catalogue/testdata/resolve.json").read_text("utf-8"))


class TestResolve(unittest.TestCase):
    def test_cases(self):
        self.assertGreater(len(CASES["cases"]), 20)
        for case in CASES["cases"]:
            with self.subTest(case["name"]):
                profiles = {layer: View(**case[layer]) for layer in ["conversation", "user", "tenant"] if layer in case}
                preferences, origins = resolve(CASES["catalogue"] if case.get("catalogue", True) else None, **profiles)
                self.assertEqual(case["want"], {"preferences": preferences, "from": origins})


class TestAccessors(unittest.TestCase):
    def test_getters(self):
        self.assertEqual(("en", "fr", "en"), tuple(prefs.language(p) for p in [{}, {"language": "fr"}, {"language": 1}]))
        self.assertEqual(("neutral", "formal", "neutral"), tuple(prefs.tone(p) for p in [{}, prefs.set_tone("formal"), {"tone": "x"}]))
        self.assertEqual((None, "Sam", None), tuple(prefs.name(p) for p in [{}, prefs.set_name("Sam"), prefs.forget_name()]))
        self.assertEqual((1, 1.5, 1), tuple(prefs.text_size(p) for p in [{}, {"text_size": 1.5}, {"text_size": True}]))
        self.assertEqual({"from": "22:00", "to": "07:00"}, prefs.quiet_hours({"quiet_hours": {"from": "22:00", "to": "07:00"}}))

    def test_prefixes(self):
        self.assertEqual((True, False), (prefs.notify({}, "orders.sms"), prefs.notify({}, "marketing.sms")))
        self.assertFalse(prefs.notify(prefs.set_notify("orders.sms", False), "orders.sms"))
        self.assertEqual({"notify.orders.sms": None}, prefs.forget_notify("orders.sms"))

    def test_sets(self):
        said = {**prefs.TOPICS.add("sports"), **prefs.TOPICS.add("art"), **prefs.TOPICS.remove("law"), "topics:x": False, "topics:": True}
        self.assertEqual(["art", "sports"], prefs.TOPICS.all(said))
        self.assertEqual((True, False), (prefs.TOPICS.has(said, "art"), prefs.TOPICS.has(said, "law")))
        self.assertEqual({"topics:law": None}, prefs.TOPICS.remove("law"))


if __name__ == "__main__":
    unittest.main()
