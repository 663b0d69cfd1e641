"""SQS: a queue and its dead-letter queue of our own, by the AWS CLI and by boto3."""
import json
import threading
import time

from client.checks import BUS, check, raises, until

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def drive(local):
    look_around(local)
    letters = local.aws("sqs create-queue", queue_name="clients-dead")["QueueUrl"]
    arn = local.aws("sqs get-queue-attributes", queue_url=letters, attribute_names="QueueArn", query="Attributes.QueueArn", output="text").strip()
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    queue = local.aws("sqs create-queue", queue_name="clients-work", attributes={"VisibilityTimeout": "60", "RedrivePolicy": policy}, tags="team=bots")["QueueUrl"]
    one_message(local, queue)
    batches(local, queue)
    resource(local)
    dead_letters(local, queue, letters, arn)
    errors(local, queue)
    for url in (queue, letters):
        local.aws("sqs delete-queue", queue_url=url)
    local.refused("sqs get-queue-url", "AWS.SimpleQueueService.NonExistentQueue", queue_name="clients-work")


def look_around(local):
    urls = local.aws("sqs list-queues", queue_name_prefix=BUS)["QueueUrls"]
    check("the pipeline's queues are listed", [u.rsplit("/", 1)[1] for u in urls] == [BUS + n for n in ("-announcements-dlq", "-changes", "-changes-dlq")], urls)
    url = local.aws("sqs get-queue-url", queue_name=BUS + "-changes", output="text").strip()
    attributes = local.aws("sqs get-queue-attributes", queue_url=url, attribute_names="All")["Attributes"]
    check("the change queue is described", attributes["VisibilityTimeout"] == "30" and attributes["SqsManagedSseEnabled"] == "true", attributes)
    sources = local.aws("sqs list-dead-letter-source-queues", queue_url=url + "-dlq")["queueUrls"]
    check("its dead-letter queue knows it", sources == [url], sources)
    drawn = local.aws("sqs get-queue-attributes", queue_url=url, attribute_names=("VisibilityTimeout", "DelaySeconds"), output="table")
    check("attributes are drawn as a table", "VisibilityTimeout" in drawn and drawn.startswith("-----"), drawn)


def one_message(local, queue):
    sent = local.aws("sqs send-message", queue_url=queue, message_body="é <&>",
                     message_attributes={"lang": {"DataType": "String", "StringValue": "fr"}, "n": {"DataType": "Number.int", "StringValue": "7"}},
                     message_system_attributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}})
    got = local.aws("sqs receive-message", queue_url=queue, attribute_names="All", message_attribute_names="All")["Messages"][0]
    check("it comes with its id, digests and attributes", got["MessageId"] == sent["MessageId"] and got["MD5OfBody"] == sent["MD5OfMessageBody"]
          and got["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"] and got["MessageAttributes"]["n"] == {"DataType": "Number.int", "StringValue": "7"}, got)
    check("and with the queue's own", got["Attributes"]["AWSTraceHeader"] == TRACE and got["Attributes"]["ApproximateReceiveCount"] == "1", got)
    local.aws("sqs change-message-visibility", queue_url=queue, receipt_handle=got["ReceiptHandle"], visibility_timeout="90")
    check("nobody else gets it meanwhile", local.aws("sqs receive-message", queue_url=queue) is None)
    local.aws("sqs delete-message", queue_url=queue, receipt_handle=got["ReceiptHandle"])
    left = local.aws("sqs get-queue-attributes", queue_url=queue, attribute_names="All")["Attributes"]
    check("nothing is left", left["ApproximateNumberOfMessages"] == left["ApproximateNumberOfMessagesNotVisible"] == "0", left)
    tags = local.aws("sqs list-queue-tags", queue_url=queue)
    check("its tag is there", tags == {"Tags": {"team": "bots"}}, tags)


def batches(local, queue):
    sent = local.aws("sqs send-message-batch", queue_url=queue, entries=[{"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "2", "DelaySeconds": 900}])
    check("a batch is sent", [e["Id"] for e in sent["Successful"]] == ["a", "b"] and not sent.get("Failed"), sent)
    got = local.aws("sqs receive-message", queue_url=queue, max_number_of_messages="10")["Messages"]
    check("but for what is delayed", [m["Body"] for m in got] == ["1"], got)
    gone = local.aws("sqs delete-message-batch", queue_url=queue, entries=[{"Id": "x", "ReceiptHandle": got[0]["ReceiptHandle"]}, {"Id": "y", "ReceiptHandle": "nonsense"}])
    check("a batch is deleted but for what is wrong", [e["Id"] for e in gone["Successful"]] == ["x"] and gone["Failed"][0]["Code"] == "ReceiptHandleIsInvalid", gone)
    local.aws("sqs purge-queue", queue_url=queue)


def resource(local):
    queue = local.resource("sqs").get_queue_by_name(QueueName="clients-work")
    sent = queue.send_message(MessageBody="hello", MessageAttributes={
        "blob": {"DataType": "Binary", "BinaryValue": b"\0\xff"}, "lang": {"DataType": "String.bcp47", "StringValue": "de"}},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}})
    message = queue.receive_messages(MessageAttributeNames=["All"], AttributeNames=["SentTimestamp", "AWSTraceHeader"], WaitTimeSeconds=5)[0]
    wanted = {"blob": {"BinaryValue": b"\0\xff", "DataType": "Binary"}, "lang": {"StringValue": "de", "DataType": "String.bcp47"}}
    check("boto3 sends and receives with attributes", message.message_id == sent["MessageId"] and message.message_attributes == wanted, message.message_attributes)
    check("and with those of the system", set(message.attributes) == {"SentTimestamp", "AWSTraceHeader"}, message.attributes)
    message.delete()
    began = time.monotonic()
    threading.Timer(0.3, lambda: queue.send_messages(Entries=[{"Id": "1", "MessageBody": "late"}])).start()
    got = queue.receive_messages(WaitTimeSeconds=20)
    check("who waits gets what comes", [m.body for m in got] == ["late"] and 0.2 < time.monotonic() - began < 10, (got, time.monotonic() - began))
    queue.delete_messages(Entries=[{"Id": "1", "ReceiptHandle": got[0].receipt_handle}])


def dead_letters(local, queue, letters, arn):
    sqs = local.client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    first = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"]
    again = sqs.receive_message(QueueUrl=queue).get("Messages")
    check("one receive is what the queue grants", len(first) == 1 and again is None, (first, again))
    got = sqs.receive_message(QueueUrl=letters, WaitTimeSeconds=5, AttributeNames=["All"], VisibilityTimeout=0)["Messages"][0]
    check("then it is a dead letter", got["Body"] == "poison" and got["Attributes"]["DeadLetterQueueSourceArn"].endswith(":clients-work"), got)
    local.aws("sqs start-message-move-task", source_arn=arn)
    back = until("and can be sent back", lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), bool)
    check("as it was", back[0]["Body"] == "poison", back)
    tasks = local.aws("sqs list-message-move-tasks", source_arn=arn)["Results"]
    check("the task is listed", tasks[0]["Status"] == "COMPLETED" and tasks[0]["ApproximateNumberOfMessagesMoved"] == 1, tasks)


def errors(local, queue):
    sqs = local.client("sqs")
    raised = sqs.exceptions
    raises("an absent queue", raised.QueueDoesNotExist, lambda: sqs.get_queue_url(QueueName="none"), Code="AWS.SimpleQueueService.NonExistentQueue")
    raises("a queue that exists otherwise", raised.QueueNameExists, lambda: sqs.create_queue(QueueName="clients-work", Attributes={"VisibilityTimeout": "6"}))
    raises("a handle that is none", raised.ReceiptHandleIsInvalid, lambda: sqs.delete_message(QueueUrl=queue, ReceiptHandle="nonsense"))
    raises("an empty batch", raised.EmptyBatchRequest, lambda: sqs.send_message_batch(QueueUrl=queue, Entries=[]))
    raises("one id twice", raised.BatchEntryIdsNotDistinct, lambda: sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": "a", "MessageBody": "1"}] * 2))
    raises("a character that XML lacks", raised.InvalidMessageContents, lambda: sqs.send_message(QueueUrl=queue, MessageBody="\x01"))
    raises("an attribute that is none", raised.InvalidAttributeName, lambda: sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Colour"]))
    local.refused("sqs receive-message", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist", queue_url=local.endpoint + "/000000000000/none")
    local.refused("sqs delete-message", "ReceiptHandleIsInvalid", queue_url=queue, receipt_handle="nonsense")
