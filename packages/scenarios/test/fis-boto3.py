"""Every operation of FIS through boto3, with the newest service model. Prints what it found as JSON."""
import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
config = Config(retries={"total_max_attempts": 1})
fis = boto3.client("fis", endpoint_url=URL, config=config)
cloudwatch = boto3.client("cloudwatch", endpoint_url=URL, config=config)
called = set()
fis.meta.events.register("before-call.fis", lambda model, **_: called.add(model.name))
found = {}
ROLE = "arn:aws:iam::000000000000:role/fis"


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


def pages(call, member, size):
    answer = call(maxResults=size)
    yield answer[member]
    while "nextToken" in answer:
        answer = call(maxResults=size, nextToken=answer["nextToken"])
        yield answer[member]


def template(**more):
    body = {
        "clientToken": "token",
        "description": "S3 is slow",
        "stopConditions": [{"source": "none"}],
        "roleArn": ROLE,
        "actions": {
            "slow": {
                "actionId": "gameday:s3:add-latency",
                "parameters": {"duration": "PT10M", "delayMilliseconds": "50"},
            }
        },
    }
    return {**body, **more}


# Templates: idempotent, updated, listed by pages, tagged.
made = fis.create_experiment_template(**template(tags={"team": "photos"}))["experimentTemplate"]
again = fis.create_experiment_template(**template(tags={"team": "photos"}))["experimentTemplate"]
found["same token, same template"] = made["id"] == again["id"]
found["same token, other template"] = error_of(fis.create_experiment_template, **template(description="other"))
for index in range(4):
    fis.create_experiment_template(**template(clientToken=f"more-{index}"))
found["pages of templates"] = [len(page) for page in pages(fis.list_experiment_templates, "experimentTemplates", 2)]
found["a page of nowhere"] = error_of(fis.list_experiment_templates, nextToken="x")
fis.update_experiment_template(id=made["id"], description="S3 is slower", experimentOptions={"emptyTargetResolutionMode": "skip"})
got = fis.get_experiment_template(id=made["id"])["experimentTemplate"]
found["updated"] = [got["description"], got["experimentOptions"]["emptyTargetResolutionMode"], got["lastUpdateTime"] >= got["creationTime"]]
found["no such template"] = error_of(fis.get_experiment_template, id="EXTnone")
fis.tag_resource(resourceArn=made["arn"], tags={"stage": "test", "owner": "us"})
fis.untag_resource(resourceArn=made["arn"], tagKeys=["team", "owner"])
found["tags"] = fis.list_tags_for_resource(resourceArn=made["arn"])["tags"]

# What FIS refuses.
found["refused"] = {
    "unknown action": error_of(fis.create_experiment_template, **template(clientToken="a", actions={"x": {"actionId": "aws:s3:explode"}})),
    "no duration": error_of(fis.create_experiment_template, **template(clientToken="b", actions={"x": {"actionId": "aws:fis:wait"}})),
    "duration": error_of(fis.create_experiment_template, **template(clientToken="c", actions={"x": {"actionId": "aws:fis:wait", "parameters": {"duration": "PT13H"}}})),
    "circle": error_of(
        fis.create_experiment_template,
        **template(
            clientToken="d",
            actions={
                "x": {"actionId": "aws:fis:wait", "parameters": {"duration": "PT1M"}, "startAfter": ["y"]},
                "y": {"actionId": "aws:fis:wait", "parameters": {"duration": "PT1M"}, "startAfter": ["x"]},
            },
        ),
    ),
    "an API error for s3": error_of(
        fis.create_experiment_template,
        **template(
            clientToken="e",
            targets={"r": {"resourceType": "aws:iam:role", "resourceArns": [ROLE], "selectionMode": "ALL"}},
            actions={
                "x": {
                    "actionId": "aws:fis:inject-api-internal-error",
                    "parameters": {"duration": "PT1M", "service": "s3", "percentage": "50", "operations": "GetObject"},
                    "targets": {"Roles": "r"},
                }
            },
        ),
    ),
    "21 actions": error_of(
        fis.create_experiment_template,
        **template(
            clientToken="f",
            actions={f"x{i}": {"actionId": "aws:fis:wait", "parameters": {"duration": "PT1M"}} for i in range(21)},
        ),
    ),
}

# Accounts.
many = fis.create_experiment_template(**template(clientToken="many", experimentOptions={"accountTargeting": "multi-account"}))["experimentTemplate"]
account = {"experimentTemplateId": many["id"], "accountId": "111122223333"}
fis.create_target_account_configuration(**account, roleArn=ROLE, description="theirs", clientToken="acc")
fis.update_target_account_configuration(**account, description="ours")
found["account"] = fis.get_target_account_configuration(**account)["targetAccountConfiguration"]["description"]
found["one account alone"] = error_of(fis.create_target_account_configuration, experimentTemplateId=made["id"], accountId="111122223333", roleArn=ROLE)
found["accounts"] = len(fis.list_target_account_configurations(experimentTemplateId=many["id"])["targetAccountConfigurations"])

# Experiments: an alarm stops one.
cloudwatch.put_metric_alarm(AlarmName="errors", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1)
cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="calm")
arn = cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["AlarmArn"]
guarded = fis.update_experiment_template(id=many["id"], stopConditions=[{"source": "aws:cloudwatch:alarm", "value": arn}])["experimentTemplate"]
started = fis.start_experiment(experimentTemplateId=guarded["id"], clientToken="go", tags={"by": "boto3"})["experiment"]
repeated = fis.start_experiment(experimentTemplateId=guarded["id"], clientToken="go", tags={"by": "boto3"})["experiment"]
found["same token, same experiment"] = started["id"] == repeated["id"]


def wait_for(identity, *statuses):
    while True:
        state = fis.get_experiment(id=identity)["experiment"]["state"]
        if state["status"] in statuses:
            return state
        time.sleep(0.02)


wait_for(started["id"], "running")
cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="too many")
found["stopped by an alarm"] = wait_for(started["id"], "stopped", "completed")
found["started while it rings"] = wait_for(
    fis.start_experiment(experimentTemplateId=guarded["id"], clientToken="go-2")["experiment"]["id"], "stopped", "completed"
)
cloudwatch.delete_alarms(AlarmNames=["errors"])
found["stopping what is over"] = error_of(fis.stop_experiment, id=started["id"])
found["accounts of an experiment"] = [
    fis.get_experiment_target_account_configuration(experimentId=started["id"], accountId="111122223333")["targetAccountConfiguration"]["description"],
    len(fis.list_experiment_target_account_configurations(experimentId=started["id"])["targetAccountConfigurations"]),
]

# A preview, and the safety lever.
network = {"app": {"resourceType": "aws:ec2:subnet", "resourceTags": {"App": "gallery"}, "selectionMode": "ALL"}}
cut = fis.create_experiment_template(
    **template(
        clientToken="cut",
        targets=network,
        actions={
            "cut": {
                "actionId": "aws:network:disrupt-connectivity",
                "parameters": {"duration": "PT10M", "scope": "s3"},
                "targets": {"Subnets": "app"},
            }
        },
    )
)["experimentTemplate"]
preview = fis.start_experiment(experimentTemplateId=cut["id"], experimentOptions={"actionsMode": "skip-all"})["experiment"]
found["preview"] = [
    wait_for(preview["id"], "completed")["status"],
    fis.get_experiment(id=preview["id"])["experiment"]["actions"]["cut"]["state"]["status"],
    [target["targetInformation"]["arn"] for target in fis.list_experiment_resolved_targets(experimentId=preview["id"])["resolvedTargets"]],
]
running = fis.start_experiment(experimentTemplateId=cut["id"])["experiment"]
wait_for(running["id"], "running")
lever = fis.update_safety_lever_state(id="default", state={"status": "engaged", "reason": "a busy Friday"})["safetyLever"]
found["lever"] = [lever["state"], fis.get_safety_lever(id="default")["safetyLever"]["arn"].endswith("safety-lever/default")]
found["running when the lever is engaged"] = wait_for(running["id"], "stopped", "completed")
found["started while it is engaged"] = wait_for(fis.start_experiment(experimentTemplateId=cut["id"])["experiment"]["id"], "cancelled", "completed")
fis.update_safety_lever_state(id="default", state={"status": "disengaged", "reason": "Monday"})
last = fis.start_experiment(experimentTemplateId=cut["id"])["experiment"]
fis.stop_experiment(id=last["id"])
wait_for(last["id"], "stopped")
found["experiments of a template"] = len(fis.list_experiments(experimentTemplateId=cut["id"])["experiments"])

# What there is.
found["actions"] = sum(len(page) for page in pages(fis.list_actions, "actions", 5))
found["action"] = sorted(fis.get_action(id="aws:s3:bucket-pause-replication")["action"]["parameters"])
found["resource types"] = len(fis.list_target_resource_types()["targetResourceTypes"])
found["resource type"] = fis.get_target_resource_type(resourceType="aws:s3:bucket")["targetResourceType"]["resourceType"]
fis.delete_target_account_configuration(**account)
fis.delete_experiment_template(id=made["id"])
found["deleted"] = error_of(fis.delete_experiment_template, id=made["id"])
found["never called"] = sorted(set(fis.meta.service_model.operation_names) - called)
print(json.dumps(found))
