"""Services that are not here: one line that says so, whatever protocol their clients speak."""
from botocore.exceptions import ClientError

from client.checks import BUS, check, raises

WHY = "it speaks the AWS JSON protocols of DynamoDB, DynamoDB Streams, SQS, EventBridge and CloudWatch"


def drive(local):
    local.refused("s3 ls", "LocalAWSUnsupported", "localaws does not support the service s3 (GET /): " + WHY, operation="ListBuckets")
    for command, name in [
        ("iam list-users", "iam"),  # the query protocol
        ("ec2 describe-instances", "ec2"),  # the query protocol, with errors of its own form
        ("route53 list-hosted-zones", "route53"),  # XML over REST
        ("apigatewayv2 get-apis", "apigateway"),  # JSON over REST
    ]:
        local.refused(command, "LocalAWSUnsupported", f"localaws does not support the service {name} (")
    local.refused("kinesis list-streams", "LocalAWSUnsupported", 'X-Amz-Target "Kinesis_20131202.ListStreams" (POST /): ' + WHY)
    identity(local)
    stacks(local)


def stacks(local):
    said = local.aws("cloudformation describe-stacks", stack_name=BUS)["Stacks"][0]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in said["Outputs"]}
    check("cloudformation describe-stacks has the outputs", outputs["EventBusName"] == BUS and outputs["TableName"] == BUS and "HttpApiUrl" in outputs, said)
    client = local.client("cloudformation")
    listed = client.list_stack_resources(StackName=BUS)["StackResourceSummaries"]
    table = [r["PhysicalResourceId"] for r in listed if r["LogicalResourceId"] == "PreferencesTable"]
    check("boto3 lists the stack's resources", table == [BUS], listed)
    check("and describes them", len(client.describe_stack_resources(StackName=said["StackId"])["StackResources"]) == len(listed))
    raises("a stack that is not there", ClientError, lambda: client.describe_stacks(StackName="no"), Code="ValidationError", Message="Stack with id no does not exist")
    local.refused("cloudformation list-stacks", "LocalAWSUnsupported", "localaws does not support the operation cloudformation.ListStacks")


def identity(local):
    root = {"UserId": "000000000000", "Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root"}
    said = local.aws("sts get-caller-identity")
    check("sts get-caller-identity names the account", said == root, said)
    said = local.client("sts").get_caller_identity()
    check("boto3 reads it", {name: said[name] for name in root} == root, said)
    raises("the rest of STS", ClientError, local.client("sts").get_session_token, Code="LocalAWSUnsupported")
    local.refused("sqs get-queue-url", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", operation="GetQueueUrl",
                  queue_name=BUS + "-changes", region="eu-central-1")
