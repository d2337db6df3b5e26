//! Microsoft Entra, Graph and Intune: service principals, grants, licences,
//! sign-ins, apps of Teams, agents, programs on devices.

use super::row::Row;
use super::tally::{Seen, Tally};
use super::{Kind, grants};
use crate::model::fact::{RecordKind, RecordState};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        id: "entra.agent-identities",
        rows: &["value"],
        has: &["agentIdentityBlueprintId"],
        any: &[],
        telling: &["agentIdentityBlueprintId"],
        tell: agent,
    },
    Kind {
        id: grants::EXPLAINED_BY,
        rows: &["value"],
        has: &["appId", "displayName"],
        any: SERVICE_PRINCIPAL,
        telling: SERVICE_PRINCIPAL,
        tell: principal,
    },
    Kind {
        id: grants::EXPLAINED_BY,
        rows: &[],
        has: &["appId", "displayName"],
        any: SERVICE_PRINCIPAL,
        telling: &[],
        tell: principal,
    },
    Kind {
        id: grants::KIND,
        rows: &["value"],
        has: &["clientId", "consentType", "scope"],
        any: &[],
        telling: &["consentType"],
        tell: grant,
    },
    Kind {
        id: grants::KIND,
        rows: &[],
        has: &["clientId", "consentType", "scope", "resourceId"],
        any: &[],
        telling: &[],
        tell: grant,
    },
    Kind {
        id: "entra.licences",
        rows: &["value"],
        has: &["skuPartNumber"],
        any: &["skuId", "servicePlans"],
        telling: &["skuPartNumber", "capabilityStatus", "consumedUnits"],
        tell: sku,
    },
    Kind {
        id: "entra.licences",
        rows: &[],
        has: &["skuPartNumber", "skuId"],
        any: &[],
        telling: &[],
        tell: sku,
    },
    Kind {
        id: "entra.sign-ins",
        rows: &["value"],
        has: &["appId", "appDisplayName", "createdDateTime"],
        any: &[],
        telling: &["appDisplayName"],
        tell: sign_in,
    },
    Kind {
        id: "entra.sign-ins",
        rows: &[],
        has: &["appId", "appDisplayName", "createdDateTime"],
        any: &["userPrincipalName", "userId"],
        telling: &[],
        tell: sign_in,
    },
    Kind {
        id: "graph.teams-apps",
        rows: &["value"],
        has: &["distributionMethod", "displayName"],
        any: &["externalId", "appDefinitions"],
        telling: &["distributionMethod"],
        tell: teams_app,
    },
    Kind {
        id: "intune.detected-apps",
        rows: &["value"],
        has: &["displayName", "deviceCount"],
        any: &["sizeInByte", "platform", "publisher"],
        telling: &["deviceCount", "sizeInByte"],
        tell: detected,
    },
];

const SERVICE_PRINCIPAL: &[&str] =
    &["servicePrincipalType", "appOwnerOrganizationId", "servicePrincipalNames"];

fn principal(row: Row<'_>, tally: &mut Tally) {
    tally.explains(row);
    let state = row.is("accountEnabled", "false").then_some(RecordState::Blocked);
    let seen = Seen::new()
        .id(row.text("appId"))
        .name(row.text("displayName"))
        .name(row.text("appDisplayName"))
        .host(row.text("homepage"))
        .on(row.day("createdDateTime"))
        .state(state);
    let seen = row.words("replyUrls").into_iter().fold(seen, |seen, url| seen.host(Some(url)));
    tally.add(RecordKind::App, seen, row.offset());
}

/// A grant names its app by an id of the tenant alone: it says nothing without
/// the list of service principals.
fn grant(row: Row<'_>, tally: &mut Tally) {
    let everyone = row.is("consentType", "AllPrincipals");
    let seen = Seen::new()
        .scopes(row.words("scope"))
        .person(row.text("principalId"))
        .state(everyone.then_some(RecordState::Approved));
    tally.add_by(row.text("clientId"), seen, row.offset());
}

fn sku(row: Row<'_>, tally: &mut Tally) {
    let off = row.text("capabilityStatus").is_some_and(|status| status != "Enabled");
    let seen = Seen::new()
        .id(row.text("skuPartNumber"))
        .id(row.text("skuId"))
        .users(row.number("consumedUnits"))
        .state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::Licence, seen, row.offset());
}

fn sign_in(row: Row<'_>, tally: &mut Tally) {
    let failed = row.number("status.errorCode").is_some_and(|code| code != 0);
    let seen = Seen::new()
        .id(row.text("appId"))
        .name(row.text("appDisplayName"))
        .person(row.text("userId").or(row.text("userPrincipalName")))
        .on(row.day("createdDateTime"))
        .used(!failed)
        .state(failed.then_some(RecordState::Requested));
    tally.add(RecordKind::App, seen, row.offset());
}

fn teams_app(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new().id(row.text("externalId")).name(row.text("displayName"));
    tally.add(RecordKind::App, seen, row.offset());
}

fn agent(row: Row<'_>, tally: &mut Tally) {
    let off = row.is("accountEnabled", "false");
    let seen = Seen::new()
        .id(Some("entra-agent-identity"))
        .on(row.day("createdDateTime"))
        .state(off.then_some(RecordState::Blocked));
    tally.add(RecordKind::Service, seen, row.offset());
}

fn detected(row: Row<'_>, tally: &mut Tally) {
    let seen = Seen::new().name(row.text("displayName")).users(row.number("deviceCount"));
    tally.add(RecordKind::Program, seen, row.offset());
}
