"""Changes published in both languages, followed in both, with what a queue may do on the way: duplicates, late and broken messages."""
import json
import uuid

from jsonschema import Draft4Validator, Draft202012Validator

from checks import BUS, check, until

ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def drive(account, languages, schemas, resync):
    """resync(user) is botprefs resync --user, to the bus."""
    changes, announcements = Ear(account, "PreferenceChange"), Ear(account, "PreferencesUpdated")
    for language in languages:
        language.follow(f"{language.name}-skill", "language")
        language.heard("the worker is ready", "ready")
    for language in languages:
        dead_letters(account, language)
        told = conversation(account, languages, language, announcements)
        function(account, language, told)
        inferences(account, languages, language, announcements)
    lost(account, languages, announcements, resync)
    large(languages, announcements)
    many(languages, announcements)
    poison(account, languages)
    published = [changes.next() for _ in range((4 + 4 + 10) * len(languages) + 2 + 3)]
    by_schema(schemas, "preference_change", published)
    by_schema(schemas, "preferences_updated", announcements.all)
    ids = [event["detail"]["id"] for event in published]
    version7 = all(uuid.UUID(one).version == 7 for one in ids)
    check("each change has an id of its own, a UUID of version 7", len(set(ids)) == len(ids) and version7, ids)
    caused = {one for event in announcements.all for one in event["detail"]["caused_by"]}
    check("announcements show it as a ULID", caused == {as_ulid(one) for one in ids}, caused)


def as_ulid(text):
    bits = uuid.UUID(text).int
    return "".join(ULID[bits >> shift & 31] for shift in range(125, -1, -5))


def conversation(account, languages, speaker, announcements):
    """Publishes in one language what both must hear, and no more often than it changes. Returns the announcements."""
    user, told = speaker.name + ":1", []

    def say(wanted, *words):
        speaker.publish(user, *words)
        told.append(announcements.next())
        if wanted is not None:
            for listener in languages:
                listener.heard(f"hears {speaker.name}'s {words}", f'["{user}", "language", {wanted}]')

    say('"fr"', "language=fr", "tone=formal")
    say('"de"', "language=de", "tone=null")
    check("a null forgets the key", told[-1]["detail"]["preferences"] == {"language": "de"}, told[-1])
    sqs = account["sqs"]
    for listener in languages:
        listener.errors.clear()
        queue = sqs.get_queue_url(QueueName=f"{listener.name}-skill")["QueueUrl"]
        for body in [json.dumps(told[1]), json.dumps(told[0]), "not json", json.dumps(told[1])]:  # twice, late, broken, thrice
            sqs.send_message(QueueUrl=queue, MessageBody=body)
        until(f"{listener.name}: what is broken fails alone", lambda: any("comes again" in line for line in listener.errors))
    say('"nl"', "language=nl")  # the next line: nothing was heard of the duplicates
    say("null", "--replace")
    check("a replace erases", told[-1]["detail"]["erased"] and told[-1]["detail"]["preferences"] == {}, told[-1])
    return told


def inferences(account, languages, speaker, announcements):
    """What is inferred is announced as such, until the person states something about its key."""
    user, table = speaker.name + ":2", speaker.name + "-copies"

    def say(*words):
        speaker.publish(user, *words)
        detail = announcements.next()["detail"]
        return detail["changes"], detail["inferred_keys"]

    def hears(wanted):
        for listener in languages:
            listener.heard(f"hears only what changed of {user}", f'["{user}", "language", {wanted}]')

    said = say("--inferred", "language=it")
    check(f"{speaker.name}: an inference is announced as one", said == ({"language": "it"}, ["language"]), said)
    hears('"it"')
    speaker.invoke(table, announcements.all[-1])
    keys = account["dynamodb"].get_item(TableName=table, Key={"user_id": {"S": user}})["Item"]["inferred_keys"]
    check(f"{speaker.name}: the function keeps it as one", keys == {"L": [{"S": "language"}]}, keys)
    said = say("language=it")
    check(f"{speaker.name}: the same stated changes the origin alone", said == ({"language": "it"}, []), said)
    said = say("--inferred", "language=es")
    check(f"{speaker.name}: an inference does not replace what was stated", said == ({}, []), said)
    said = say("language=null")
    check(f"{speaker.name}: to forget forgets the inference too", said == ({"language": None}, []), said)
    hears("null")  # the next line: nothing was heard of the other two


def lost(account, languages, announcements, resync):
    """Both workers miss that a key went. The snapshot of a resync does not name the key, and must reach them all the same."""
    user, speaker = "lost:1", languages[0]
    speaker.publish(user, "language=fr", "tone=brief")
    announcements.next()
    for listener in languages:
        listener.heard("hears what will be unset", f'["{user}", "language", "fr"]')
    events, removed = account["events"], {}
    for listener in languages:
        rule = f"{listener.name}-skill"
        removed[rule] = events.list_targets_by_rule(EventBusName=BUS, Rule=rule)["Targets"]
        events.remove_targets(EventBusName=BUS, Rule=rule, Ids=[target["Id"] for target in removed[rule]])
    speaker.publish(user, "language=null")
    announcements.next()  # the ear hears of it, so the bus is done with it
    for rule, targets in removed.items():
        answer = events.put_targets(EventBusName=BUS, Rule=rule, Targets=targets)
        check(f"{rule} has its target again", answer["FailedEntryCount"] == 0, answer)
    resync(user)
    detail = announcements.next()["detail"]
    check("a resync does not name the key that went", detail["snapshot"] and detail["changed_keys"] == ["tone"], detail)
    for listener in languages:  # the next line: the unset itself did not come
        listener.heard("a resync removes what was unset unheard", f'["{user}", "language", null]')


def large(languages, announcements):
    """The announcement of a large profile has no preferences, and its changes lead on from what no worker has: it is read over HTTP."""
    user, speaker = "large:1", languages[0]
    for part, count in enumerate([7, 7, 3]):
        speaker.publish(user, *(f"{'abc'[part]}{i}={'x' * 15_000}" for i in range(count)), *(["language=fr"] if part == 2 else []))
        detail = announcements.next()["detail"]
    check("a profile that does not fit is truncated", detail["truncated"] and "preferences" not in detail, detail["changed_keys"])
    for listener in languages:
        listener.heard("reads what is truncated over HTTP", f'["{user}", "language", "fr"]')


def many(languages, announcements):
    """Ten changes of 120 KB do not fit into one request."""
    for language in languages:
        large = {f"k{i}": "x" * 15_000 for i in range(8)}
        changes = [{"user_id": f"{language.name}-many:{i}", "preferences": large} for i in range(10)]
        check(f"{language.name}: ten large changes are taken", language.publish_all(changes) == [])
        users = {announcements.next()["detail"]["user_id"] for _ in changes}
        check(f"{language.name}: and announced", users == {change["user_id"] for change in changes}, users)


def poison(account, languages):
    """What cannot be read is not deleted: its queue, whose patience is cut short here, moves it to the dead-letter queue."""
    sqs, body = account["sqs"], "not json either"

    def url(name):
        return sqs.get_queue_url(QueueName=name)["QueueUrl"]

    for listener in languages:
        queue = url(f"{listener.name}-skill")
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    for listener in languages:
        letters = url(f"{listener.name}-skill-dlq")

        def there(letters=letters):
            messages = sqs.receive_message(QueueUrl=letters, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
            return any(message["Body"] == body for message in messages)

        until(f"{listener.name}: what cannot be read ends in its dead-letter queue", there)


def dead_letters(account, language):
    """What fails five times goes to the worker's dead-letter queue, which is there."""
    sqs, name = account["sqs"], f"{language.name}-skill"

    def attribute(queue, wanted):
        return sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], AttributeNames=[wanted])["Attributes"][wanted]

    redrive = json.loads(attribute(name, "RedrivePolicy"))
    wanted = {"deadLetterTargetArn": attribute(name + "-dlq", "QueueArn"), "maxReceiveCount": 5}
    check(f"{language.name}: the queue has its dead-letter queue", redrive == wanted, redrive)


def function(account, language, told):
    """The Lambda function, with its copies in a table, given the announcements in a bad order."""
    table = language.name + "-copies"
    account["dynamodb"].create_table(TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
                                     AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}])

    def stored(user):
        item = account["dynamodb"].get_item(TableName=table, Key={"user_id": {"S": user}})["Item"]
        return int(item["revision"]["N"]), json.loads(item["preferences"]["S"])

    def batch(*bodies):
        return {"Records": [{"messageId": str(i), "eventSource": "aws:sqs", "body": body} for i, body in enumerate(bodies)]}

    first, second, third, last = [json.dumps(event) for event in told]
    user, revision = told[2]["detail"]["user_id"], told[2]["detail"]["revision"]
    answer = language.invoke(table, batch(second, first, "not json", third, second))
    check(f"{language.name}: the function fails the broken message alone", answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}, answer)
    check(f"{language.name}: its table has the greatest revision", stored(user) == (revision, {"language": "nl"}), stored(user))
    check(f"{language.name}: an event alone", language.invoke(table, told[3]) is None)
    check(f"{language.name}: is erased in the table too", stored(user) == (told[3]["detail"]["revision"], {}), stored(user))
    language.invoke(table, batch(first))
    check(f"{language.name}: and nothing late brings it back", stored(user) == (told[3]["detail"]["revision"], {}), stored(user))
    language.store(table, [[5, {"a": 1}], [4, {"b": 1}], [5, None]])  # as invocations side by side would
    check(f"{language.name}: what is older or unknown does not replace a copy", stored("race") == (5, {"a": 1}), stored("race"))
    language.store(table, [[6, None], [6, {"c": 1}]])
    check(f"{language.name}: what is known does", stored("race") == (6, {"c": 1}), stored("race"))


def by_schema(schemas, name, events):
    """Both drafts: the detail by its schema, the event as it came by the registry's."""
    detail = Draft202012Validator(json.loads((schemas / f"{name}.schema.json").read_text()))
    whole = Draft4Validator(json.loads((schemas / "registry" / f"{name}.draft4").read_text()))
    wrong = [e.message for event in events for e in [*detail.iter_errors(event["detail"]), *whole.iter_errors(event)]]
    check(f"{len(events)} events are by {name}.schema.json, and by the registry's", events and not wrong, wrong)


class Ear:
    """Hears every event of a detail-type on the bus."""

    def __init__(self, account, detail_type):
        sqs, events, name = account["sqs"], account["events"], "ear-" + detail_type
        self._sqs, self.all = sqs, []
        self._queue = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(EventBusName=BUS, Name=name, EventPattern=json.dumps({"detail-type": [detail_type]}))
        events.put_targets(EventBusName=BUS, Rule=name, Targets=[{"Id": "ear", "Arn": arn}])

    def next(self):
        messages = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=1, WaitTimeSeconds=20).get("Messages")
        check("an event is heard", messages)
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=messages[0]["ReceiptHandle"])
        self.all.append(json.loads(messages[0]["Body"]))
        return self.all[-1]
