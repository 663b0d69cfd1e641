"""Changes through a deployed stage, by every way in and out of it."""
import json
import random
import time
import uuid

from checks import check, until
from deployment import Deployment, Skill, receive

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WAIT = {"Prefer": "wait=5"}


def ulid(ahead=0):
    number = int((time.time() + ahead) * 1000) << 80 | random.getrandbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def envelope(detail):
    """What EventBridge delivers, as a bot that goes past the bus writes it."""
    return json.dumps({"version": "0", "id": str(uuid.uuid4()), "detail-type": "PreferenceChange", "source": "my-bot",
                       "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "detail": detail})


def over_the_bus(to: Deployment, skill: Skill):
    first, second = ulid(), ulid(1)
    to.publish({"id": first, "user_id": "u-bus", "preferences": {"tone": "formal", "volume": 7}})
    before = to.shows("u-bus", {"tone": "formal", "volume": 7})
    told = skill.announced(before)
    check("it is announced by bot-preferences", (told["source"], told["detail-type"]) == ("bot-preferences", "PreferencesUpdated"), told)
    check("the first revision follows none", told["detail"]["previous_revision"] == 0, told)

    to.publish({"id": second, "user_id": "u-bus", "preferences": {"volume": None, "language": "fr"}})
    after = to.shows("u-bus", {"tone": "formal", "language": "fr"})
    detail = skill.announced(after)["detail"]
    wanted = {"version": 1, "user_id": "u-bus", "previous_revision": before["revision"], "changes": {"language": "fr", "volume": None},
              "changed_keys": ["language", "volume"], "preferences": {"tone": "formal", "language": "fr"}, "erased": False,
              "caused_by": [second], "as_of": second, "snapshot": False, "truncated": False}
    check("what changed and what holds now is announced", {k: detail.get(k) for k in wanted} == wanted, detail)
    item = to.item("u-bus")
    check("the item says the same", item["p.language"]["M"] == {"v": {"S": '"fr"'}, "t": {"S": second}}, item)


def over_the_queue(to: Deployment, skill: Skill):
    body = envelope({"id": ulid(), "user_id": "u-queue", "preferences": {"name": "Zoë"}})
    to.send(body)
    first = to.shows("u-queue", {"name": "Zoë"})
    skill.announced(first)
    to.send(body, body)
    to.drained()
    check("the same change again makes no revision", to.shows("u-queue", {"name": "Zoë"}) == first, first)


def over_http(to: Deployment, skill: Skill):
    answer = to.call("PATCH", "u-http", {"language": "de", "tone": "brief"}, WAIT)
    check("PATCH answers with the profile when told to wait", answer.preferences() == {"language": "de", "tone": "brief"}, answer)
    answer = to.call("POST", None, {"user_id": "u-http", "preferences": {"tone": None}})
    check("POST answers with the event's id", answer.status == 202 and len(answer.json().get("event_id", "")) == 26, answer)
    to.shows("u-http", {"language": "de"})
    answer = to.call("PUT", "u-http", {"name": "Ada"}, WAIT)
    check("PUT replaces", answer.preferences() == {"name": "Ada"}, answer)
    answer = to.call("GET", None, query={"user_id": "u-http", "keys": "name"})
    check("GET takes the user and keys as parameters", answer.preferences() == {"name": "Ada"}, answer)
    answer = to.call("GET", "u-http", headers={"If-None-Match": answer.etag})
    check("GET answers 304 to who has the revision", answer.status == 304, answer)
    answer = to.call("DELETE", "u-http", headers=WAIT)
    check("DELETE erases", answer.status == 200 and answer.preferences() == {}, answer)
    detail = skill.announced(answer.json())["detail"]
    check("the erasure is announced", detail["erased"] and detail["preferences"] == {}, detail)
    check("GET finds the erased user no more", to.call("GET", "u-http").status == 404, to.call("GET", "u-http"))
    answer = to.call("PATCH", "team ü", {"tone": "formal"}, WAIT)
    check("a user's id may need escapes in the path", answer.json().get("user_id") == "team ü", answer)
    answer = to.call("PATCH", None, {"tone": "formal"}, WAIT, {"user_id": "a/b?c=%25"})
    check("or not survive in a path", answer.json().get("user_id") == "a/b?c=%25", answer)
    answer = to.call("PATCH", "u-http", {"bad key!": 1})
    check("a malformed change is answered with 400", answer.status == 400, answer)


def who_may_call(to: Deployment):
    api = to.outputs["HttpApiId"]
    answer = to.account.http(api, None, "GET", "u-bus")
    check("a request without a signature is refused", answer.status == 403, answer)
    answer = to.account.http(api, to.reader, "GET", "u-bus")
    check("who may only read may read", answer.status == 200, answer)
    answer = to.account.http(api, to.reader, "PATCH", "u-bus", {"tone": "rude"})
    check("and may not write", answer.status == 403, answer)


def poison(to: Deployment):
    """Bad changes with a good one, on either way: the good one is applied, each bad one becomes a dead letter that says why."""
    bad = {
        "malformed": {"user_id": "u-bad", "preferences": {"bad key!": 1}},
        "unknown_version": {"user_id": "u-bad", "preferences": {"tone": "odd"}, "version": 2},
        "from_the_future": {"user_id": "u-bad", "preferences": {"tone": "odd"}, "id": ulid(3600)},
    }
    to.publish(*bad.values(), {"user_id": "u-good", "preferences": {"tone": "formal"}})
    to.send("not json", *map(envelope, bad.values()), envelope({"user_id": "u-good", "preferences": {"language": "fr"}}))
    to.shows("u-good", {"tone": "formal", "language": "fr"})
    letters = []

    def reasons():
        letters.extend(receive(to.sqs, to.dead))
        return [letter.get("MessageAttributes", {}).get("ERROR_CODE", {}).get("StringValue") for letter in letters]

    wanted = {"malformed": 3, "unknown_version": 2, "from_the_future": 2}
    until("each bad change becomes a dead letter with its reason", reasons,
          lambda found: set(found) == set(wanted) and all(found.count(code) >= n for code, n in wanted.items()))
    for letter in letters:
        message = letter["MessageAttributes"].get("ERROR_MESSAGE", {}).get("StringValue", "")
        check(f"a dead letter says: {message}", message.isascii() and message.isprintable() and len(message) > 5, letter)
        code = letter["MessageAttributes"]["ERROR_CODE"]["StringValue"]
        kept = letter["Body"] == "not json" or json.loads(letter["Body"])["detail"] == bad[code]
        check("and holds the change as it came", kept, letter)
    check("nothing of them is in the table", to.item("u-bad") is None, to.item("u-bad"))


def quiet(to: Deployment):
    """Afterwards nothing waits, and nobody was given up without a word above."""
    to.drained()
    for queue in [to.dead, to.dead_announcements]:
        left = receive(to.sqs, queue)
        check("no dead letter is left in " + queue.rsplit("/", 1)[-1], not left, left)
