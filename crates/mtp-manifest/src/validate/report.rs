//! The gathering of findings, and how a rule gets at a value and its path.

use std::fmt::Write as _;

use crate::{
    error::Finding,
    node::{Key, Node, Value},
};

/// Most findings that are told at once.
pub const MAX_FINDINGS: usize = 100;

/// Names less alike than this (Jaro–Winkler, 0 to 1) are not suggested.
const ALIKE: f64 = 0.75;

/// " ; did you mean …?" for the nearest known name, or nothing.
pub(super) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    let score = |candidate: &&str| strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase());
    known
        .map(|candidate| (score(&candidate), candidate))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(score, _)| *score >= ALIKE)
        .map_or_else(String::new, |(_, candidate)| format!("; did you mean `{candidate}`?"))
}

/// A value and the path that leads to it.
#[derive(Clone)]
pub(super) struct Slot<'n> {
    path: String,
    node: &'n Node,
}

impl<'n> Slot<'n> {
    pub(super) fn root(node: &'n Node) -> Self {
        Self {
            path: String::new(),
            node,
        }
    }

    pub(super) fn as_text(&self) -> Option<&'n str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_empty_list(&self) -> bool {
        matches!(&self.node.value, Value::List(items) if items.is_empty())
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Slot<'n>> + use<'n> {
        let items: &'n [Node] = match &self.node.value {
            Value::List(items) => items,
            _ => &[],
        };
        let path = self.path.clone();
        items.iter().enumerate().map(move |(index, node)| Slot {
            path: format!("{path}[{index}]"),
            node,
        })
    }
}

/// The members of a map.
pub(super) struct Members<'n> {
    slot: Slot<'n>,
    map: &'n [(Key, Node)],
}

impl<'n> Members<'n> {
    pub(super) fn get(&self, name: &str) -> Option<Slot<'n>> {
        let (_, node) = self.map.iter().find(|(key, _)| key.name == name)?;
        Some(Slot {
            path: join(&self.slot.path, name),
            node,
        })
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[derive(Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    pub(super) fn add(&mut self, slot: &Slot<'_>, message: impl Into<String>) {
        self.push(Finding::new(slot.path.clone(), slot.node.at, message));
    }

    fn push(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// [`Report::add`] where a value was wanted.
    pub(super) fn refuse<T>(&mut self, slot: &Slot<'_>, message: impl Into<String>) -> Option<T> {
        self.add(slot, message);
        None
    }

    fn wrong_kind<T>(&mut self, slot: &Slot<'_>, wanted: &str) -> Option<T> {
        self.refuse(slot, format!("write {wanted}; found {}", slot.node.value.kind()))
    }

    /// The members of a map; each that is not `known` is a finding.
    pub(super) fn members<'n>(&mut self, slot: &Slot<'n>, known: &[&str]) -> Option<Members<'n>> {
        let Value::Map(map) = &slot.node.value else {
            return self.wrong_kind(slot, "a map of members");
        };
        for (key, _) in map.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            let mut message = format!("there is no such member{}", nearest(&key.name, known.iter().copied()));
            if !message.ends_with('?') {
                // Writing to a String cannot fail.
                let _ = write!(message, "; the members here are {}", known.join(", "));
            }
            let name: String = key.name.chars().take(64).collect();
            self.push(Finding::new(join(&slot.path, &name), key.at, message));
        }
        Some(Members {
            slot: slot.clone(),
            map,
        })
    }

    pub(super) fn required<'n>(&mut self, members: &Members<'n>, name: &str) -> Option<Slot<'n>> {
        let found = members.get(name);
        if found.is_none() {
            self.push(Finding::new(
                join(&members.slot.path, name),
                members.slot.node.at,
                "this member is missing",
            ));
        }
        found
    }

    /// The items of a list; none where it is absent, no list, or longer than `most`.
    pub(super) fn list<'n>(&mut self, slot: Option<Slot<'n>>, most: usize) -> Vec<Slot<'n>> {
        let Some(slot) = slot else { return Vec::new() };
        match &slot.node.value {
            Value::List(items) if items.len() <= most => slot.items().collect(),
            Value::List(items) => {
                self.add(
                    &slot,
                    format!("this list has {} items; at most {most} are allowed", items.len()),
                );
                Vec::new()
            }
            _ => self.wrong_kind(&slot, "a list").unwrap_or_default(),
        }
    }

    pub(super) fn text<'n>(&mut self, slot: &Slot<'n>) -> Option<&'n str> {
        slot.as_text().or_else(|| self.wrong_kind(slot, "a text"))
    }

    pub(super) fn whole(&mut self, slot: &Slot<'_>) -> Option<u64> {
        let Value::Int(number) = slot.node.value else {
            return self.wrong_kind(slot, "a whole number");
        };
        // JSON readers in JavaScript are exact to 2^53 only.
        let exact = u64::try_from(number).ok().filter(|number| *number <= 1 << 53);
        exact.or_else(|| self.refuse(slot, "write a whole number from 0 to 9007199254740992"))
    }

    pub(super) fn flag(&mut self, slot: &Slot<'_>) -> bool {
        let Value::Bool(flag) = slot.node.value else {
            return self.wrong_kind(slot, "true or false").unwrap_or_default();
        };
        flag
    }
}
