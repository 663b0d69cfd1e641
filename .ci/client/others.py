"""Services that are not here: one line that says so, whatever protocol their clients speak."""

WHY = "it speaks the AWS JSON protocols of DynamoDB, DynamoDB Streams, SQS and EventBridge"


def drive(local):
    for command, name in [
        ("s3api list-buckets", "s3"),  # XML over REST
        ("sts get-caller-identity", "sts"),  # the query protocol
        ("cloudformation list-stacks", "cloudformation"),
        ("ec2 describe-instances", "ec2"),  # the query protocol, with errors of its own form
        ("lambda list-functions", "lambda"),  # JSON over REST
    ]:
        local.refused(command, "LocalAWSUnsupported", f"localaws does not support the service {name} (", )
    local.refused("kinesis list-streams", "LocalAWSUnsupported", 'X-Amz-Target "Kinesis_20131202.ListStreams" (POST /): ' + WHY)
