"""GET /preferences/{userId}: the user's item, as it lies in the table."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def handler(event, context):
    user_id = event["pathParameters"]["userId"]
    item = table.get_item(Key={"user_id": user_id}).get("Item")
    if item is None:
        return {"statusCode": 404, "body": json.dumps({"message": "Not Found"})}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        # default: numbers come out of DynamoDB as Decimal
        "body": json.dumps(item, default=float),
    }
