"""DynamoDB: a table of our own, from its making to its end, by the AWS CLI and by boto3."""
import re
from decimal import Decimal

from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary

from client.checks import BUS, check, raises

TABLE = "clients-orders"
KEY = {"customer": {"S": "ann"}, "number": {"N": "1"}}


def drive(local):
    look_around(local)
    make(local)
    items(local)
    many_items(local)
    resource(local)
    pages(local)
    errors(local)
    end(local)


def look_around(local):
    """What a person types first."""
    check("the pipeline's table is listed", local.aws("dynamodb list-tables", output="text") == f"TABLENAMES\t{BUS}\n")
    table = local.aws("dynamodb describe-table", table_name=BUS)["Table"]
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    check("it is described", table["TableStatus"] == "ACTIVE" and table["StreamSpecification"] == stream, table)
    line = local.aws("dynamodb describe-table", table_name=BUS, query="Table.[TableName,KeySchema[0].AttributeName,BillingModeSummary.BillingMode]", output="text")
    check("a query picks from it", line == f"{BUS}\tuser_id\tPAY_PER_REQUEST\n", line)
    drawn = local.aws("dynamodb describe-table", table_name=BUS, output="table")
    check("it is drawn as a table", re.search(r"\|\s+TableName\s+\|\s+" + BUS + r"\s+\|", drawn), drawn)
    ttl = local.aws("dynamodb describe-time-to-live", table_name=BUS)["TimeToLiveDescription"]
    check("items expire", ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}, ttl)
    local.aws("dynamodb list-tags-of-resource", resource_arn=table["TableArn"])


def make(local):
    made = local.aws("dynamodb create-table", table_name=TABLE, billing_mode="PAY_PER_REQUEST",
                     attribute_definitions=("AttributeName=customer,AttributeType=S", "AttributeName=number,AttributeType=N"),
                     key_schema=("AttributeName=customer,KeyType=HASH", "AttributeName=number,KeyType=RANGE"),
                     tags="Key=team,Value=bots")["TableDescription"]
    local.aws("dynamodb wait table-exists", table_name=TABLE)
    local.client("dynamodb").get_waiter("table_exists").wait(TableName=TABLE)
    tags = local.aws("dynamodb list-tags-of-resource", resource_arn=made["TableArn"])["Tags"]
    check("its tag is there", tags == [{"Key": "team", "Value": "bots"}], tags)
    local.aws("dynamodb update-time-to-live", table_name=TABLE, time_to_live_specification="Enabled=true,AttributeName=gone")


def items(local):
    local.aws("dynamodb put-item", table_name=TABLE, item={**KEY, "state": {"S": "new"}, "amount": {"N": "3.50"}, "tags": {"SS": ["a", "b"]}})
    got = local.aws("dynamodb get-item", table_name=TABLE, key=KEY, projection_expression="amount, #s",
                    expression_attribute_names={"#s": "state"}, consistent_read=True)
    check("numbers keep their value", got["Item"] == {"amount": {"N": "3.5"}, "state": {"S": "new"}}, got)
    changed = local.aws("dynamodb update-item", table_name=TABLE, key=KEY, update_expression="SET #s = :s ADD amount :t",
                        expression_attribute_names={"#s": "state"}, expression_attribute_values={":s": {"S": "paid"}, ":t": {"N": "0.5"}},
                        return_values="UPDATED_NEW")["Attributes"]
    check("an update returns what is new", changed == {"state": {"S": "paid"}, "amount": {"N": "4"}}, changed)
    found = local.aws("dynamodb query", table_name=TABLE, key_condition_expression="customer = :c AND #n BETWEEN :a AND :b",
                      expression_attribute_names={"#n": "number"},
                      expression_attribute_values={":c": {"S": "ann"}, ":a": {"N": "0"}, ":b": {"N": "9"}}, query="Items[].state.S", output="text")
    check("it is found by its key", found == "paid\n", found)
    count = local.aws("dynamodb scan", table_name=TABLE, filter_expression="contains(tags, :t)", expression_attribute_values={":t": {"S": "b"}}, select="COUNT")
    check("and by a scan", count["Count"] == 1, count)
    old = local.aws("dynamodb delete-item", table_name=TABLE, key=KEY, return_values="ALL_OLD")["Attributes"]
    check("a delete returns what was", old["state"] == {"S": "paid"}, old)
    check("it is gone", local.aws("dynamodb get-item", table_name=TABLE, key=KEY) is None)


def many_items(local):
    def item(n, **more):
        return {"customer": {"S": "bob"}, "number": {"N": str(n)}, **more}

    left = local.aws("dynamodb batch-write-item", request_items={TABLE: [{"PutRequest": {"Item": item(n)}} for n in range(3)] + [{"DeleteRequest": {"Key": KEY}}]})
    check("a batch is written whole", left["UnprocessedItems"] == {}, left)
    got = local.aws("dynamodb batch-get-item", request_items={TABLE: {"Keys": [item(0), item(2), item(9)]}})["Responses"][TABLE]
    check("a batch is read", sorted(i["number"]["N"] for i in got) == ["0", "2"], got)
    local.aws("dynamodb transact-write-items", transact_items=[
        {"Put": {"TableName": TABLE, "Item": item(4)}}, {"Delete": {"TableName": TABLE, "Key": item(0)}},
        {"Update": {"TableName": TABLE, "Key": item(1), "UpdateExpression": "SET paid = :t", "ExpressionAttributeValues": {":t": {"BOOL": True}}}},
        {"ConditionCheck": {"TableName": TABLE, "Key": item(2), "ConditionExpression": "attribute_exists(customer)"}}])
    got = local.aws("dynamodb transact-get-items", transact_items=[{"Get": {"TableName": TABLE, "Key": item(n)}} for n in (0, 1, 4)])
    check("a transaction is all there", got["Responses"] == [{}, {"Item": item(1, paid={"BOOL": True})}, {"Item": item(4)}], got)
    local.refused("dynamodb transact-write-items", "TransactionCanceledException", "[None, ConditionalCheckFailed]", transact_items=[
        {"Delete": {"TableName": TABLE, "Key": item(4)}},
        {"Put": {"TableName": TABLE, "Item": item(1), "ConditionExpression": "attribute_not_exists(customer)"}}])


def resource(local):
    """boto3's own idea of an item: Python's types instead of DynamoDB's."""
    table = local.resource("dynamodb").Table(TABLE)
    check("the resource API finds the table", table.table_status == "ACTIVE" and table.key_schema[1]["AttributeName"] == "number", table.key_schema)
    whole = {"customer": "cy", "number": 1, "amount": Decimal("12345678901234567890.123456789"), "paid": False, "nothing": None, "picture": Binary(b"\0\xff"),
             "basket": [{"sku": "é", "n": 2}], "set": {1, 2}, "words": {"x"}, "blobs": {Binary(b"1")}}
    table.put_item(Item=whole)
    got = table.get_item(Key={"customer": "cy", "number": 1})["Item"]
    check("every type comes back as it was", got == whole, got)
    changed = table.update_item(Key={"customer": "cy", "number": 1}, UpdateExpression="SET basket[0].n = basket[0].n + :one REMOVE nothing",
                                ConditionExpression=Attr("paid").eq(False) & Attr("basket").size().eq(1), ExpressionAttributeValues={":one": 1}, ReturnValues="ALL_NEW")
    check("a condition built in Python holds", changed["Attributes"]["basket"] == [{"sku": "é", "n": 3}] and "nothing" not in changed["Attributes"], changed)
    with table.batch_writer(overwrite_by_pkeys=["customer", "number"]) as batch:
        for n in range(60):
            batch.put_item(Item={"customer": "dee", "number": n})
        batch.delete_item(Key={"customer": "dee", "number": 59})
    found = table.query(KeyConditionExpression=Key("customer").eq("dee") & Key("number").between(50, 70), ScanIndexForward=False)["Items"]
    check("60 items go through a batch writer", [i["number"] for i in found] == list(range(58, 49, -1)), found)
    found = table.scan(FilterExpression=Attr("set").contains(2) & Attr("words").exists())["Items"]
    check("a filter built in Python holds", [i["customer"] for i in found] == ["cy"], found)


def pages(local):
    client = local.client("dynamodb")
    sizes = [len(page["Items"]) for page in client.get_paginator("query").paginate(
        TableName=TABLE, KeyConditionExpression="customer = :c", ExpressionAttributeValues={":c": {"S": "dee"}}, PaginationConfig={"PageSize": 25})]
    check("boto3 pages through a query", sizes == [25, 25, 9], sizes)
    count = sum(page["Count"] for page in client.get_paginator("scan").paginate(TableName=TABLE, Limit=7))
    check("boto3 pages through a scan", count == 63, count)
    names = [name for page in client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1}) for name in page["TableNames"]]
    check("boto3 pages through the tables", names == [BUS, TABLE], names)
    first = local.aws("dynamodb scan", table_name=TABLE, page_size="10", max_items="15")
    rest = local.aws("dynamodb scan", table_name=TABLE, page_size="10", starting_token=first["NextToken"])
    check("the CLI goes on where it stopped", len(first["Items"]) == 15 and len(rest["Items"]) == 48, (len(first["Items"]), len(rest["Items"])))


def errors(local):
    client = local.client("dynamodb")
    raised, key = client.exceptions, {"customer": {"S": "x"}, "number": {"N": "1"}}
    raises("an absent table", raised.ResourceNotFoundException, lambda: client.get_item(TableName="none", Key=key))
    error = raises("a failed condition", raised.ConditionalCheckFailedException, lambda: client.delete_item(
        TableName=TABLE, Key={"customer": {"S": "cy"}, "number": {"N": "1"}}, ConditionExpression="paid = :t", ExpressionAttributeValues={":t": {"BOOL": True}},
        ReturnValuesOnConditionCheckFailure="ALL_OLD"), Message="The conditional request failed")
    check("it brings the item", error.response["Item"]["paid"] == {"BOOL": False}, error.response)
    error = raises("a cancelled transaction", raised.TransactionCanceledException, lambda: client.transact_write_items(TransactItems=[
        {"Put": {"TableName": TABLE, "Item": key}}, {"ConditionCheck": {"TableName": TABLE, "Key": key | {"number": {"N": "2"}}, "ConditionExpression": "attribute_exists(customer)"}}]))
    reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
    check("it brings the reasons", reasons == ["None", "ConditionalCheckFailed"], error.response)
    raises("a table that exists", raised.ResourceInUseException, lambda: client.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}], KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}]))
    raises("a wrong key", raised.ClientError, lambda: client.get_item(TableName=TABLE, Key={"customer": {"S": "x"}}),
           Code="ValidationException", Message="The provided key element does not match the schema")
    local.refused("dynamodb get-item", "ResourceNotFoundException", "Requested resource not found", table_name="none", key=KEY)
    local.refused("dynamodb put-item", "ConditionalCheckFailedException", "The conditional request failed", table_name=TABLE,
                  item={"customer": {"S": "cy"}, "number": {"N": "1"}}, condition_expression="attribute_not_exists(customer)")
    local.refused("dynamodb update-item", "ValidationException", "Invalid UpdateExpression: Syntax error", table_name=TABLE, key=KEY, update_expression="SOT a = :b")
    local.refused("dynamodb list-backups", "LocalAWSUnsupported", "localaws does not support the operation DynamoDB_20120810.ListBackups")


def end(local):
    local.aws("dynamodb delete-table", table_name=TABLE)
    local.aws("dynamodb wait table-not-exists", table_name=TABLE)
    local.client("dynamodb").get_waiter("table_not_exists").wait(TableName=TABLE)
    local.refused("dynamodb describe-table", "ResourceNotFoundException", table_name=TABLE)
