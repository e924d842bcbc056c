//! Rules for the texts of a manifest: ids, versions, prose, paths.

use std::str::FromStr;

use super::{
    MAX_NAME_BYTES,
    report::{Report, Slot},
};

/// An id: `a-z0-9_-`, begins with a letter, ends with a letter or digit.
pub(super) fn id(report: &mut Report, slot: &Slot<'_>) -> Option<String> {
    let text = report.text(slot)?;
    let middle = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    let good = text.len() <= MAX_NAME_BYTES
        && text.bytes().all(middle)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric());
    if good {
        return Some(text.to_owned());
    }
    report.refuse(
        slot,
        format!(
            "write 1 to {MAX_NAME_BYTES} of a-z, 0-9, `_` and `-`, the first a letter, the last a letter or a digit"
        ),
    )
}

pub(super) fn semver(report: &mut Report, slot: &Slot<'_>) -> Option<semver::Version> {
    const HELP: &str = "write a version of three numbers such as 1.4.0 (in quotes where it could be read as a number)";
    let Some(text) = slot.as_text() else {
        return report.refuse(slot, HELP);
    };
    semver::Version::parse(text).ok().or_else(|| report.refuse(slot, HELP))
}

/// A text for people: not empty, not longer than `most` characters, no control characters, nothing that looks like a
/// secret, since the manifest is public.
pub(super) fn prose(report: &mut Report, slot: &Slot<'_>, most: usize) -> Option<String> {
    let text = report.text(slot)?;
    if text.trim().is_empty() {
        return report.refuse(slot, "write something here or leave the member out");
    }
    if text.chars().count() > most {
        return report.refuse(slot, format!("this is longer than {most} characters"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return report.refuse(slot, "this has a control character in it");
    }
    if looks_secret(text) {
        return report.refuse(
            slot,
            "this looks like a secret, and everyone can read the manifest; take it out",
        );
    }
    Some(text.to_owned())
}

/// Keys by their well-known beginnings, PEM blocks, and URLs with a password.
fn looks_secret(text: &str) -> bool {
    const MARKS: &[&str] = &["mtp_mk_", "mtp_tk_", "-----BEGIN ", "sk-proj-", "sk-ant-"];
    let url_with_password = |word: &str| {
        word.split_once("://").is_some_and(|(_, rest)| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
        })
    };
    MARKS.iter().any(|mark| text.contains(mark)) || text.split_whitespace().any(url_with_password)
}

/// The path of a route: `/api/things/{id}`.
pub(super) fn path(report: &mut Report, slot: &Slot<'_>, most: usize) -> Option<String> {
    let text = report.text(slot)?;
    let segment = |segment: &str| match segment.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').is_some_and(|name| {
            let name = name.strip_prefix('*').unwrap_or(name);
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        }),
        None => segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)),
    };
    let good = text.len() <= most && text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(segment));
    if good {
        return Some(text.to_owned());
    }
    report.refuse(
        slot,
        format!("write a path such as /api/things/{{id}}: begins with `/`, no query, at most {most} bytes"),
    )
}

/// A text with a grammar of its own.
pub(super) fn parsed<T: FromStr<Err = &'static str>>(report: &mut Report, slot: &Slot<'_>, text: &str) -> Option<T> {
    text.parse().map_err(|help: &str| report.add(slot, help)).ok()
}
