"""What a person does with the AWS CLI and boto3, one module per service. ci/clients.py starts what they speak to."""
