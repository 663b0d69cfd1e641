"""Follows one key from a process of its own: python worker.py NAME KEY

Makes a queue and a rule called NAME and prints the key's value whenever it changes. Ctrl-C ends it; queue and rule stay.
"""
import json
import os
import sys

import boto3

from subscriber import Subscriber


def subscribe(sqs, events, bus, name, pattern):
    """Makes what is missing, and returns the queue's URL. The queue takes events before the rule sends any."""
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule = events.put_rule(EventBusName=bus, Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}}}]})})
    answer = events.put_targets(EventBusName=bus, Rule=name, Targets=[{"Id": name, "Arn": arn}])
    if answer["FailedEntryCount"]:
        raise RuntimeError(answer["FailedEntries"][0]["ErrorCode"])
    return queue


def work(sqs, queue, subscriber):
    """Takes one batch. What fails is not deleted, so it comes again, and in the end reaches the queue's dead-letter queue."""
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
    pattern = {"source": ["bot-preferences"], "detail-type": ["PreferencesUpdated"], "detail": {"changed_keys": [key]}}
    queue = subscribe(sqs, boto3.client("events"), os.environ.get("BUS", "bot-preferences-dev"), name, pattern)
    print("ready", flush=True)
    subscriber = Subscriber({}, changed)
    while True:
        work(sqs, queue, subscriber)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
