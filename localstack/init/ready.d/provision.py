"""Makes what a run uses, once LocalStack is ready: the calls in resources.json, in order.

They come from the project's one definition (turnaround provision --print). LocalStack runs this file in
its own process, where boto3 is at hand: a second for all calls, where awslocal takes 1.5 s for each.
"""

import json
import re

import boto3

CALLS = "/etc/localstack/init/resources.json"
ENDPOINT = "http://localhost:4566"
CLI_NAMES = {"s3api": "s3"}  # where the AWS CLI and boto3 do not agree
TABLE_WAIT = {"Delay": 1, "MaxAttempts": 30}


def client_of(service):
    return boto3.client(
        CLI_NAMES.get(service, service),
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="turnaround",
        aws_secret_access_key="turnaround",
    )


def make(client, operation, parameters):
    if operation == "UpdateTimeToLive":  # refused while the table is being made
        client.get_waiter("table_exists").wait(TableName=parameters["TableName"], WaiterConfig=TABLE_WAIT)
    methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    getattr(client, methods[operation])(**parameters)


def provision():
    clients = {}
    with open(CALLS) as file:
        calls = json.load(file)
    for call in calls:
        service = call["service"]
        if service not in clients:
            clients[service] = client_of(service)
        client = clients[service]
        try:
            make(client, call["operation"], call["input"])
        except client.exceptions.ClientError as error:
            if not re.search(call.get("doneBefore", "(?!)"), str(error)):
                raise
    print(f"turnaround: {len(calls)} calls made, everything is there", flush=True)


provision()
