"""Services that are not here: one line that says so, whatever protocol their clients speak."""
from botocore.exceptions import ClientError

from client.checks import raises

WHY = "it speaks the AWS JSON protocols of DynamoDB, DynamoDB Streams, SQS and EventBridge"


def drive(local):
    local.refused("s3 ls", "LocalAWSUnsupported", "localaws does not support the service s3 (GET /): " + WHY, operation="ListBuckets")
    for command, name in [
        ("sts get-caller-identity", "sts"),  # the query protocol
        ("cloudformation list-stacks", "cloudformation"),
        ("ec2 describe-instances", "ec2"),  # the query protocol, with errors of its own form
        ("route53 list-hosted-zones", "route53"),  # XML over REST
        ("lambda list-functions", "lambda"),  # JSON over REST
    ]:
        local.refused(command, "LocalAWSUnsupported", f"localaws does not support the service {name} (")
    local.refused("kinesis list-streams", "LocalAWSUnsupported", 'X-Amz-Target "Kinesis_20131202.ListStreams" (POST /): ' + WHY)
    raises("STS", ClientError, local.client("sts").get_caller_identity, Code="LocalAWSUnsupported")
