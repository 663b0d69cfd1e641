"""One change followed by hand: put on the bus, seen in the table's stream, heard as its announcement."""
import json

from client.checks import BUS, check, raises, until


def drive(local):
    sqs, events = local.client("sqs"), local.client("events")
    queue = sqs.create_queue(QueueName="clients-skill")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"detail-type": ["PreferencesUpdated"], "detail": {"user_id": ["u7"]}})
    events.put_rule(EventBusName=BUS, Name="clients-skill", EventPattern=pattern)
    events.put_targets(EventBusName=BUS, Rule="clients-skill", Targets=[{"Id": "q", "Arn": arn}])
    change = {"EventBusName": BUS, "Source": "my-bot", "DetailType": "PreferenceChange", "Detail": json.dumps({"user_id": "u7", "preferences": {"tone": "brief"}})}
    local.aws("events put-events", entries=[change])

    record = until("the change is in the stream", lambda: by_hand(local), lambda r: r)
    image = record["dynamodb"]["NewImage"]
    check("as a new item", record["eventName"] == "INSERT" and image["p.tone"]["M"]["v"] == {"S": '"brief"'} and "OldImage" not in record["dynamodb"], record)
    heard = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"][0]
    told = json.loads(heard["Body"])["detail"]
    check("the announcement has its revision", str(told["revision"]) == image["revision"]["N"] and told["preferences"] == {"tone": "brief"}, (told, image))
    stream_errors(local, record)
    events.remove_targets(EventBusName=BUS, Rule="clients-skill", Ids=["q"])
    events.delete_rule(EventBusName=BUS, Name="clients-skill")
    sqs.delete_queue(QueueUrl=queue)


def by_hand(local):
    """The record of u7, by the four calls that a person types."""
    arn = local.aws("dynamodbstreams list-streams", table_name=BUS, query="Streams[0].StreamArn", output="text").strip()
    shards = local.aws("dynamodbstreams describe-stream", stream_arn=arn)["StreamDescription"]["Shards"]
    for shard in shards:
        at = local.aws("dynamodbstreams get-shard-iterator", stream_arn=arn, shard_id=shard["ShardId"], shard_iterator_type="TRIM_HORIZON")
        got = local.aws("dynamodbstreams get-records", shard_iterator=at["ShardIterator"])
        for record in got["Records"]:
            if record["dynamodb"]["Keys"] == {"user_id": {"S": "u7"}}:
                return record
    return None


def stream_errors(local, record):
    streams = local.client("dynamodbstreams")
    stream = streams.list_streams(TableName=BUS)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][-1]["ShardId"]
    where = dict(StreamArn=stream, ShardId=shard, SequenceNumber=record["dynamodb"]["SequenceNumber"])
    at = streams.get_shard_iterator(ShardIteratorType="AT_SEQUENCE_NUMBER", **where)["ShardIterator"]
    again = streams.get_records(ShardIterator=at, Limit=1)
    check("boto3 reads from a sequence number", again["Records"][0]["eventID"] == record["eventID"] and again["NextShardIterator"], again)
    after = streams.get_shard_iterator(ShardIteratorType="AFTER_SEQUENCE_NUMBER", **where)["ShardIterator"]
    rest = [r["eventID"] for r in streams.get_records(ShardIterator=after)["Records"]]
    check("and from behind it", record["eventID"] not in rest, rest)
    raises("an absent stream", streams.exceptions.ResourceNotFoundException, lambda: streams.describe_stream(StreamArn=stream.replace("/stream/2", "/stream/3")))
    local.refused("dynamodbstreams describe-stream", "ResourceNotFoundException", stream_arn=stream.replace("/stream/2", "/stream/3"))
