"""The subscriber as a Lambda function: function.handler. Its trigger is an SQS queue, or an EventBridge rule directly.

A queue's mapping needs FunctionResponseTypes [ReportBatchItemFailures]. COPIES_TABLE names a DynamoDB table with the key user_id
(a string), on which the function may GetItem and PutItem. PREFERENCES_API, the URL of the pipeline's HTTP API, lets it read profiles
that do not fit into an announcement.
"""
import json
import os

import boto3
from boto3.dynamodb.conditions import Attr

from profiles import reader_from_environment
from subscriber import Copy, Subscriber


class TableCopies:
    """Copies in a table. Invocations run side by side, so what is stored is replaced only where the condition says that it is older."""

    def __init__(self, table):
        self._table = table

    def get(self, user_id, default):
        item = self._table.get_item(Key={"user_id": user_id}, ConsistentRead=True).get("Item")
        return Copy(int(item["revision"]), json.loads(item["preferences"]), tuple(item.get("inferred_keys", ()))) if item else default

    def __setitem__(self, user_id, copy):
        older = Attr("revision").lt(copy.revision)
        if copy.preferences is not None:  # what is known replaces what is unknown, a snapshot its equal
            older = Attr("revision").lte(copy.revision)
        try:
            self._table.put_item(
                Item={"user_id": user_id, "revision": copy.revision, "preferences": json.dumps(copy.preferences), "inferred_keys": list(copy.inferred_keys)},
                ConditionExpression=Attr("user_id").not_exists() | older)
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            pass  # somebody was faster with a newer one


handler = Subscriber(TableCopies(boto3.resource("dynamodb").Table(os.environ["COPIES_TABLE"])), read=reader_from_environment()).handle
