//! AWS: what services list, AWS Config, `CloudTrail`, functions and secrets by
//! name. Of functions only the names of their variables are read.
//!
//! Lists of what a service offers (foundation models) are understood, and no
//! evidence: everybody gets the same answer.

use super::Kind;
use super::row::Row;
use super::tally::{Seen, Tally};
use crate::model::fact::{RecordKind, RecordState};

/// A list whose rows are things that somebody made in a service.
const fn made(
    id: &'static str,
    rows: &'static [&'static str],
    has: &'static [&'static str],
    telling: &'static [&'static str],
    tell: fn(Row<'_>, &mut Tally),
) -> Kind {
    Kind { id, rows, has, any: &[], telling, tell }
}

pub(super) const KINDS: &[Kind] = &[
    made(
        "aws.bedrock-agents",
        &["agentSummaries"],
        &["agentId", "agentName"],
        &["agentSummaries"],
        bedrock,
    ),
    made(
        "aws.bedrock-knowledge-bases",
        &["knowledgeBaseSummaries"],
        // those of call centres have no such day
        &["knowledgeBaseId", "updatedAt"],
        &["knowledgeBaseSummaries"],
        bedrock,
    ),
    made("aws.bedrock-flows", &["flowSummaries"], &["id", "arn"], &["flowSummaries"], bedrock),
    made(
        "aws.bedrock-throughput",
        &["provisionedModelSummaries"],
        &["provisionedModelArn"],
        &["provisionedModelSummaries"],
        bedrock,
    ),
    made(
        "aws.bedrock-custom-models",
        &["modelSummaries"],
        &["modelArn", "baseModelArn"],
        &["modelSummaries"],
        bedrock,
    ),
    made(
        "aws.bedrock-foundation-models",
        &["modelSummaries"],
        &["modelId", "providerName"],
        &[],
        offered,
    ),
    made(
        "aws.bedrock-inference-profiles",
        &["inferenceProfileSummaries"],
        &["inferenceProfileId"],
        &["inferenceProfileSummaries"],
        profile,
    ),
    made(
        "aws.agentcore-runtimes",
        &["agentRuntimes"],
        &["agentRuntimeId"],
        &["agentRuntimes"],
        bedrock,
    ),
    made("aws.sagemaker", &["Models"], &["ModelName", "ModelArn"], &["ModelArn"], sagemaker),
    made(
        "aws.sagemaker",
        &["Endpoints"],
        &["EndpointName", "EndpointArn"],
        &["EndpointArn"],
        sagemaker,
    ),
    made(
        "aws.sagemaker",
        &["NotebookInstances"],
        &["NotebookInstanceName"],
        &["NotebookInstances"],
        sagemaker,
    ),
    made("aws.sagemaker", &["Domains"], &["DomainArn", "DomainId"], &["DomainArn"], sagemaker),
    made(
        "aws.sagemaker",
        &["TrainingJobSummaries"],
        &["TrainingJobName"],
        &["TrainingJobSummaries"],
        sagemaker,
    ),
    made(
        "aws.q-business",
        &["applications"],
        &["applicationId", "displayName", "createdAt"],
        &["applicationId"],
        q,
    ),
    made(
        "aws.lambda",
        &["Functions"],
        &["FunctionName", "FunctionArn"],
        &["FunctionArn"],
        function,
    ),
    made("aws.secrets", &["SecretList"], &["Name", "ARN"], &["SecretList"], secret),
    // answers of before 2024 have no `ARN`
    made(
        "aws.parameters",
        &["Parameters"],
        &["Name", "Type", "LastModifiedDate"],
        &["LastModifiedUser", "LastModifiedDate"],
        secret,
    ),
    made(
        "aws.config",
        &["configurationItems", "resourceIdentifiers"],
        &["resourceType", "resourceId"],
        &["configurationItems", "resourceIdentifiers"],
        configured,
    ),
    made("aws.resources", &["Resources"], &["Arn", "ResourceType"], &["ResourceType"], resource),
    made(
        "aws.cloudtrail",
        &["Records"],
        &["eventSource", "eventName", "eventID"],
        &["Records", "eventVersion"],
        logged,
    ),
    made(
        "aws.cloudtrail",
        &["Events"],
        &["EventSource", "EventName", "EventId"],
        &["EventSource"],
        looked_up,
    ),
];

fn service(row: Row<'_>, id: &'static str, tally: &mut Tally) {
    let days = [
        "createdAt",
        "creationTime",
        "CreationTime",
        "updatedAt",
        "lastUpdatedAt",
        "lastModifiedTime",
        "LastModifiedTime",
        "lastUpdatedDateTime",
    ];
    let seen = days.iter().fold(Seen::new().id(Some(id)), |seen, key| seen.on(row.day(key)));
    tally.add(RecordKind::Service, seen, row.offset());
}

fn bedrock(row: Row<'_>, tally: &mut Tally) {
    service(row, "aws:bedrock", tally);
}

/// Profiles that the provider defines are offered to everybody.
fn profile(row: Row<'_>, tally: &mut Tally) {
    if row.is("type", "APPLICATION") {
        service(row, "aws:bedrock", tally);
    }
}

fn sagemaker(row: Row<'_>, tally: &mut Tally) {
    service(row, "aws:sagemaker", tally);
}

fn q(row: Row<'_>, tally: &mut Tally) {
    service(row, "aws:qbusiness", tally);
}

fn offered(_: Row<'_>, _: &mut Tally) {}

fn function(row: Row<'_>, tally: &mut Tally) {
    for name in row.keys("Environment.Variables") {
        tally.variable(Some(name), row.offset());
    }
}

fn secret(row: Row<'_>, tally: &mut Tally) {
    tally.variable(row.text("Name"), row.offset());
}

fn configured(row: Row<'_>, tally: &mut Tally) {
    let gone = row.text("configurationItemStatus").is_some_and(|it| it.contains("Deleted"));
    let seen = Seen::new()
        .id(row.text("resourceType"))
        .on(row.day("resourceCreationTime"))
        .on(row.day("configurationItemCaptureTime"))
        .state(gone.then_some(RecordState::Blocked));
    tally.add(RecordKind::Service, seen, row.offset());
}

/// `bedrock:agent` of the resource explorer is `aws:bedrock`.
fn resource(row: Row<'_>, tally: &mut Tally) {
    let of = row.text("ResourceType").and_then(|kind| kind.split(':').next());
    let id = of.map(|service| format!("aws:{service}"));
    let seen = Seen::new().id(id.as_deref()).on(row.day("LastReportedAt"));
    tally.add(RecordKind::Service, seen, row.offset());
}

fn event(row: Row<'_>, keys: [&str; 3], person: Option<&str>, tally: &mut Tally) {
    let [source, name, time] = keys;
    // Asking what there is to be had is no use.
    let asks = row.text(name).is_some_and(|name| name.starts_with("ListFoundationModels"));
    if asks {
        return;
    }
    let failed = row.has("errorCode");
    let seen = Seen::new()
        .id(row.text(source))
        .person(person)
        .on(row.day(time))
        .used(!failed)
        .state(failed.then_some(RecordState::Requested));
    tally.add(RecordKind::Service, seen, row.offset());
}

fn logged(row: Row<'_>, tally: &mut Tally) {
    let person = row.text("userIdentity.principalId").or(row.text("userIdentity.arn"));
    event(row, ["eventSource", "eventName", "eventTime"], person, tally);
}

fn looked_up(row: Row<'_>, tally: &mut Tally) {
    event(row, ["EventSource", "EventName", "EventTime"], row.text("Username"), tally);
}
