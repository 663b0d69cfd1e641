"""Follows one key from a process of its own: python worker.py NAME KEY

Makes a queue and a rule called NAME, and NAME-dlq for what fails five times, and prints the key's value whenever it changes. Ctrl-C
ends it; queues and rule stay, its copies do not. PREFERENCES_API, the URL of the pipeline's HTTP API, lets it read what is truncated.
"""
import json
import os
import sys

import boto3

from profiles import reader_from_environment
from subscriber import Subscriber


def pattern_of(key):
    """The pattern of a copy of one key: erasures and snapshots may take it away without naming it."""
    return {"source": ["bot-preferences"], "detail-type": ["PreferencesUpdated"],
            "detail": {"$or": [{"changed_keys": [key]}, {"erased": [True]}, {"snapshot": [True]}]}}


def made(sqs, name):
    """A queue's URL and ARN; it is made where it is missing."""
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    return queue, sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def subscribe(sqs, events, bus, name, pattern):
    """Makes what is missing, and returns the queue's URL. The queue takes events before the rule sends any."""
    letters, letters_arn = made(sqs, name + "-dlq")
    sqs.set_queue_attributes(QueueUrl=letters, Attributes={"MessageRetentionPeriod": str(14 * 24 * 3600)})  # the most there is
    queue, arn = made(sqs, name)
    rule = events.put_rule(EventBusName=bus, Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    redrive = {"deadLetterTargetArn": letters_arn, "maxReceiveCount": 5}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(redrive), "Policy": json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}}}]})})
    answer = events.put_targets(EventBusName=bus, Rule=name, Targets=[{"Id": name, "Arn": arn}])
    if answer["FailedEntryCount"]:
        raise RuntimeError(answer["FailedEntries"][0]["ErrorCode"])
    return queue


def work(sqs, queue, subscriber):
    """Takes one batch. What fails is not deleted, so it comes again, and after five times goes to NAME-dlq."""
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20).get("Messages", [])
    batch = {"Records": [{"messageId": m["MessageId"], "body": m["Body"]} for m in messages]}
    failed = {one["itemIdentifier"] for one in subscriber.handle(batch)["batchItemFailures"]}
    done = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages) if m["MessageId"] not in failed]
    if done:
        sqs.delete_message_batch(QueueUrl=queue, Entries=done)  # what is not deleted comes again, and is dropped by its revision


def main(name, key):
    def changed(user_id, before, after):
        was, now = ((copy.preferences or {}).get(key) for copy in (before, after))
        if was != now:
            print(json.dumps([user_id, key, now]), flush=True)

    sqs = boto3.client("sqs")
    queue = subscribe(sqs, boto3.client("events"), os.environ.get("BUS", "bot-preferences-dev"), name, pattern_of(key))
    print("ready", flush=True)
    subscriber = Subscriber({}, changed, reader_from_environment())
    while True:
        work(sqs, queue, subscriber)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
