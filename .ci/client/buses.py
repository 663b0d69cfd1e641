"""EventBridge: the pipeline's bus looked at, and a rule of our own from its making to its end."""
import json

from client.checks import BUS, check, raises

EVENT = {"id": "1", "detail-type": "PreferenceChange", "source": "my-bot", "account": "000000000000", "time": "2026-01-01T00:00:00Z",
         "region": "us-east-1", "resources": [], "detail": {"user_id": "u1"}}


def drive(local):
    look_around(local)
    own_rule(local)
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
