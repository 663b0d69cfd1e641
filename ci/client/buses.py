"""EventBridge: the pipeline's bus looked at, and a rule of our own from its making to its end."""
import json

from datetime import datetime, timedelta, timezone

from client.checks import BUS, check, raises, until

EVENT = {"id": "1", "detail-type": "PreferenceChange", "source": "my-bot", "account": "000000000000", "time": "2026-01-01T00:00:00Z",
         "region": "us-east-1", "resources": [], "detail": {"user_id": "u1"}}


def drive(local):
    look_around(local)
    own_rule(local)
    replay(local)
    errors(local)


def look_around(local):
    names = local.aws("events list-event-buses", query="EventBuses[].Name", output="text")
    check("the pipeline's bus is listed", names == f"{BUS}\tdefault\n", names)
    bus = local.aws("events describe-event-bus", name=BUS)
    check("it is described", bus["Arn"] == f"arn:aws:events:us-east-1:000000000000:event-bus/{BUS}", bus)
    rules = local.aws("events list-rules", event_bus_name=BUS)["Rules"]
    rule = local.aws("events describe-rule", event_bus_name=BUS, name=rules[0]["Name"])
    check("its rule takes changes", json.loads(rule["EventPattern"]) == {"detail-type": ["PreferenceChange"]} and rule["State"] == "ENABLED", rule)
    targets = local.aws("events list-targets-by-rule", event_bus_name=BUS, rule=rule["Name"])["Targets"]
    check("and sends them to the queue", len(targets) == 1 and targets[0]["Arn"].endswith(":" + BUS + "-changes")
          and targets[0]["RetryPolicy"] == {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86400}, targets)
    drawn = local.aws("events list-targets-by-rule", event_bus_name=BUS, rule=rule["Name"], output="table")
    check("targets are drawn as a table", "MaximumRetryAttempts" in drawn, drawn)
    for pattern, matches in (({"detail": {"user_id": [{"prefix": "u"}]}}, True), ({"source": [{"anything-but": "my-bot"}]}, False)):
        got = local.aws("events test-event-pattern", event_pattern=pattern, event=EVENT)
        check(f"{json.dumps(pattern)} {'matches' if matches else 'does not match'}", got == {"Result": matches}, got)


def own_rule(local):
    """A subscriber as a person makes it by hand."""
    sqs, events = local.client("sqs"), local.client("events")
    queue = sqs.create_queue(QueueName="clients-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    local.aws("events create-event-bus", name="clients", tags="Key=team,Value=bots")
    local.aws("events put-rule", event_bus_name="clients", name="loud", event_pattern={"detail": {"level": [{"numeric": [">", 3]}]}})
    target = {"Id": "q", "Arn": arn, "InputTransformer": {"InputPathsMap": {"what": "$.detail.what"}, "InputTemplate": '{"heard": <what>}'}}
    put = local.aws("events put-targets", event_bus_name="clients", rule="loud", targets=[target])
    check("its target is taken", put["FailedEntryCount"] == 0, put)
    entries = [{"EventBusName": "clients", "Source": "me", "DetailType": "x", "Detail": json.dumps({"level": level, "what": str(level)})} for level in (3, 4)]
    sent = local.aws("events put-events", entries=entries)
    check("both events are taken", sent["FailedEntryCount"] == 0 and all(e["EventId"] for e in sent["Entries"]), sent)
    heard = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=10)["Messages"]
    check("one matches", [json.loads(m["Body"]) for m in heard] == [{"heard": "4"}], heard)
    local.aws("events disable-rule", event_bus_name="clients", name="loud")
    pages = events.get_paginator("list_rules").paginate(EventBusName="clients")
    check("boto3 pages through the rules", [(r["Name"], r["State"]) for page in pages for r in page["Rules"]] == [("loud", "DISABLED")])
    names = events.list_rule_names_by_target(TargetArn=arn, EventBusName="clients")["RuleNames"]
    check("the rule is found by its target", names == ["loud"], names)
    raises("a rule that has targets", events.exceptions.ClientError, lambda: events.delete_rule(EventBusName="clients", Name="loud"), Code="ValidationException")
    local.aws("events remove-targets", event_bus_name="clients", rule="loud", ids="q")
    local.aws("events delete-rule", event_bus_name="clients", name="loud")
    local.aws("events delete-event-bus", name="clients")
    sqs.delete_queue(QueueUrl=queue)


def replay(local):
    """The archive, with the commands of docs/recovery.md. Changes that are in the table already alter nothing."""
    events, archive = local.client("events"), BUS + "-changes"
    account = "arn:aws:events:us-east-1:000000000000:"
    listed = local.aws("events list-archives", event_source_arn=account + "event-bus/" + BUS)["Archives"]
    check("the archive is listed", [a["ArchiveName"] for a in listed] == [archive] and listed[0]["EventCount"] > 50, listed)
    kept = local.aws("events describe-archive", archive_name=archive)
    check("it has changes alone, for a day", json.loads(kept["EventPattern"]) == {"detail-type": ["PreferenceChange"]} and kept["RetentionDays"] == 1, kept)
    before, now = revisions(local), datetime.now(timezone.utc)
    window = dict(event_source_arn=kept["ArchiveArn"], event_start_time=(now - timedelta(hours=1)).isoformat(), event_end_time=now.isoformat(),
                  destination={"Arn": account + "event-bus/" + BUS, "FilterArns": [account + f"rule/{BUS}/{archive}"]})
    started = local.aws("events start-replay", replay_name="recovery-1", **window)
    check("a replay starts", started["State"] == "STARTING", started)
    done = until("it is completed", lambda: events.describe_replay(ReplayName="recovery-1"), lambda r: r["State"] == "COMPLETED")
    check("it came to the last change", done["EventLastReplayedTime"] <= now and "ReplayEndTime" in done, done)
    names = local.aws("events list-replays", name_prefix="recovery", query="Replays[].ReplayName", output="text")
    check("it is listed", names == "recovery-1\n", names)
    empty(local)
    after = revisions(local)
    check("what is replayed makes no revision", all(after[user] == n for user, n in before.items()), (before, after))
    local.refused("events start-replay", "ResourceAlreadyExistsException", "Replay recovery-1 already exists.", replay_name="recovery-1", **window)
    local.refused("events cancel-replay", "IllegalStatusException", "Replay recovery-1 is not in a valid state", replay_name="recovery-1")
    local.refused("events describe-replay", "ResourceNotFoundException", "Replay none does not exist.", replay_name="none")


def revisions(local):
    items = local.client("dynamodb").scan(TableName=BUS)["Items"]
    return {item["user_id"]["S"]: item["revision"]["N"] for item in items if item["user_id"]["S"].startswith("tg:")}


def empty(local):
    sqs = local.client("sqs")
    queue = sqs.get_queue_url(QueueName=BUS + "-changes")["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    until("the changes are through", lambda: sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"],
          lambda a: set(a.values()) == {"0"})


def errors(local):
    events = local.client("events")
    raised = events.exceptions
    raises("an absent bus", raised.ResourceNotFoundException, lambda: events.describe_event_bus(Name="none"))
    raises("a bus that exists", raised.ResourceAlreadyExistsException, lambda: events.create_event_bus(Name=BUS))
    raises("a pattern that is none", raised.InvalidEventPatternException, lambda: events.test_event_pattern(EventPattern='{"source": "a"}', Event=json.dumps(EVENT)))
    local.refused("events describe-rule", "ResourceNotFoundException", "Rule none does not exist on EventBus default.", name="none")
    local.refused("events test-event-pattern", "InvalidEventPatternException", "Event pattern is not valid.", event_pattern={"source": "a"}, event=EVENT)
    put = local.aws("events put-events", entries=[
        {"EventBusName": BUS, "Source": "my-bot", "DetailType": "PreferenceChange", "Detail": "not json"},
        {"EventBusName": BUS, "Source": "aws.me", "DetailType": "PreferenceChange", "Detail": "{}"}])
    check("each entry has its own error", [e["ErrorCode"] for e in put["Entries"]] == ["MalformedDetail", "NotAuthorizedForSourceException"] and put["FailedEntryCount"] == 2, put)
