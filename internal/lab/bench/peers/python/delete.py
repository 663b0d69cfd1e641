"""DELETE /preferences/{userId}: deletes the item."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    # Nothing remembers the deletion: an update that read before it brings all back.
    table.delete_item(Key={"user_id": event["pathParameters"]["userId"]})
    return {"statusCode": 200, "body": json.dumps({"message": "Preferences deleted"})}
