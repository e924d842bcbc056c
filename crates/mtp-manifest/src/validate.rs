//! From a tree of values to a manifest: every rule, every finding at once.

use std::collections::BTreeSet;

use crate::{
    error::Finding,
    manifest::{
        Isolation, IsolationOffer, MANIFEST_VERSION, MAX_DESCRIPTION_CHARS, MAX_FEATURES, MAX_NAME_BYTES,
        MAX_PATH_BYTES, MAX_ROUTES, MAX_TITLE_CHARS, Manifest, Method, Need, Route,
    },
    node::Node,
    plan::{ByteSize, Limits, MAX_PLANS, Plan, RATE_HELP, Rate},
};

mod report;
mod text;

pub use self::report::MAX_FINDINGS;
use self::report::{Members, Report, Slot};

/// Checks a whole manifest.
pub(crate) fn manifest(root: &Node) -> Result<Manifest, Vec<Finding>> {
    let mut report = Report::default();
    match (read(&mut report, root), report.into_findings()) {
        (Some(manifest), findings) if findings.is_empty() => Ok(manifest),
        (_, findings) => Err(findings),
    }
}

const MEMBERS: &[&str] = &[
    "manifest_version",
    "name",
    "version",
    "description",
    "features",
    "isolation",
    "needs",
    "plans",
    "routes",
];

/// Reads every member before it gives up on any, so that each can tell what is wrong with it.
fn read(report: &mut Report, root: &Node) -> Option<Manifest> {
    let members = report.members(&Slot::root(root), MEMBERS)?;
    let manifest_version = report
        .required(&members, "manifest_version")
        .and_then(|slot| format_version(report, &slot));
    let name = report
        .required(&members, "name")
        .and_then(|slot| text::id(report, &slot));
    let version = report
        .required(&members, "version")
        .and_then(|slot| text::semver(report, &slot));
    let description = description(report, &members);
    let features = ids(report, members.get("features"), MAX_FEATURES);
    let isolation = report
        .required(&members, "isolation")
        .and_then(|slot| isolation(report, &slot));
    let needs = words(report, members.get("needs"), Need::from_word, Need::WORDS);
    let plans = plans(report, &members, &features);
    let routes = routes(report, &members);
    Some(Manifest {
        manifest_version: manifest_version?,
        name: name?,
        version: version?,
        description,
        features,
        isolation: isolation?,
        needs,
        plans,
        routes,
    })
}

fn format_version(report: &mut Report, slot: &Slot<'_>) -> Option<u32> {
    let found = report.whole(slot)?;
    if found == u64::from(MANIFEST_VERSION) {
        return Some(MANIFEST_VERSION);
    }
    report.add(
        slot,
        format!("this version of the format is not known; write {MANIFEST_VERSION}"),
    );
    None
}

fn description(report: &mut Report, members: &Members<'_>) -> Option<String> {
    let slot = members.get("description")?;
    text::prose(report, &slot, MAX_DESCRIPTION_CHARS)
}

fn isolation(report: &mut Report, slot: &Slot<'_>) -> Option<IsolationOffer> {
    let members = report.members(slot, &["offered", "default"])?;
    let offered_slot = report.required(&members, "offered");
    let offered = words(report, offered_slot.clone(), Isolation::from_word, Isolation::WORDS);
    let default_slot = report.required(&members, "default");
    let default = default_slot
        .as_ref()
        .and_then(|slot| word(report, slot, Isolation::from_word, Isolation::WORDS));
    if offered.is_empty() {
        if let Some(slot) = offered_slot.filter(Slot::is_empty_list) {
            report.add(&slot, format!("offer at least one of {}", Isolation::WORDS.join(", ")));
        }
        return None;
    }
    let default = default?;
    if offered.contains(&default) {
        return Some(IsolationOffer { offered, default });
    }
    report.add(
        default_slot.as_ref()?,
        "this shape is not offered; add it to `isolation.offered` or choose one of those",
    );
    None
}

fn plans(report: &mut Report, members: &Members<'_>, features: &[String]) -> Vec<Plan> {
    let mut seen = BTreeSet::new();
    let mut plans = Vec::new();
    for slot in report.list(members.get("plans"), MAX_PLANS) {
        let Some(members) = report.members(&slot, &["id", "name", "description", "features", "limits"]) else {
            continue;
        };
        let id_slot = report.required(&members, "id");
        let id = id_slot.as_ref().and_then(|slot| text::id(report, slot));
        if let (Some(id), Some(slot)) = (&id, &id_slot)
            && !seen.insert(id.clone())
        {
            report.add(slot, "another plan has this id; give each plan its own");
        }
        let name = report
            .required(&members, "name")
            .and_then(|slot| text::prose(report, &slot, MAX_TITLE_CHARS));
        let description = description(report, &members);
        let own = plan_features(report, &members, features);
        let limits = members
            .get("limits")
            .map_or_else(Limits::default, |slot| limits(report, &slot));
        if let (Some(id), Some(name)) = (id, name) {
            plans.push(Plan {
                id,
                name,
                description,
                features: own,
                limits,
            });
        }
    }
    plans
}

/// The features of a plan, each of which the service must have.
fn plan_features(report: &mut Report, members: &Members<'_>, known: &[String]) -> Vec<String> {
    let own = ids(report, members.get("features"), MAX_FEATURES);
    for slot in members.get("features").iter().flat_map(Slot::items) {
        if let Some(name) = slot.as_text()
            && own.iter().any(|own| own == name)
            && !known.iter().any(|known| known == name)
        {
            let help = report::nearest(name, known.iter().map(String::as_str));
            report.add(
                &slot,
                format!("the service has no such feature; add it to `features`{help}"),
            );
        }
    }
    own
}

fn limits(report: &mut Report, slot: &Slot<'_>) -> Limits {
    let Some(members) = report.members(slot, &["rate", "storage", "seats", "connections", "tokens"]) else {
        return Limits::default();
    };
    let rate = members.get("rate").and_then(|slot| match slot.as_text() {
        Some(text) => text::parsed::<Rate>(report, &slot, text),
        None => report.refuse(&slot, RATE_HELP),
    });
    let storage = members.get("storage").and_then(|slot| match slot.as_text() {
        Some(text) => text::parsed::<ByteSize>(report, &slot, text),
        None => report.whole(&slot).map(ByteSize),
    });
    let mut whole = |name| members.get(name).and_then(|slot| report.whole(&slot));
    Limits {
        rate,
        storage,
        seats: whole("seats"),
        connections: whole("connections"),
        tokens: whole("tokens"),
    }
}

fn routes(report: &mut Report, members: &Members<'_>) -> Vec<Route> {
    let mut seen = BTreeSet::new();
    let mut routes = Vec::new();
    for slot in report.list(members.get("routes"), MAX_ROUTES) {
        let Some(members) = report.members(&slot, &["method", "path", "description", "public"]) else {
            continue;
        };
        let method = report.required(&members, "method");
        let method = method.and_then(|slot| word(report, &slot, Method::from_word, Method::WORDS));
        let path_slot = report.required(&members, "path");
        let path = path_slot
            .as_ref()
            .and_then(|slot| text::path(report, slot, MAX_PATH_BYTES));
        let description = description(report, &members);
        let public = members.get("public").is_some_and(|slot| report.flag(&slot));
        if let (Some(method), Some(path), Some(slot)) = (method, path, path_slot) {
            if !seen.insert((method, path.clone())) {
                report.add(&slot, "this method and path stand in the list already");
            }
            routes.push(Route {
                method,
                path,
                description,
                public,
            });
        }
    }
    routes
}

/// A list of ids, none twice.
fn ids(report: &mut Report, slot: Option<Slot<'_>>, most: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for slot in report.list(slot, most) {
        match text::id(report, &slot) {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => report.add(&slot, "this stands in the list already"),
            None => {}
        }
    }
    ids
}

/// A list of words from a fixed set, none twice.
fn words<T: Copy + PartialEq>(
    report: &mut Report,
    slot: Option<Slot<'_>>,
    read: fn(&str) -> Option<T>,
    known: &[&str],
) -> Vec<T> {
    let mut found = Vec::new();
    // One more than there are words, so that a repeated one is named rather than the length.
    for slot in report.list(slot, known.len() + 1) {
        match word(report, &slot, read, known) {
            Some(value) if !found.contains(&value) => found.push(value),
            Some(_) => report.add(&slot, "this stands in the list already"),
            None => {}
        }
    }
    found
}

fn word<T>(report: &mut Report, slot: &Slot<'_>, read: fn(&str) -> Option<T>, known: &[&str]) -> Option<T> {
    let text = report.text(slot)?;
    let value = read(text);
    if value.is_none() {
        let help = report::nearest(text, known.iter().copied());
        report.add(slot, format!("write one of {}{help}", known.join(", ")));
    }
    value
}
