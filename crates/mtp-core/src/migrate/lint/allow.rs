//! `-- mtp:allow RULE reason`: a finding set aside by its author, with the reason in the file.

use super::{Finding, Rule, finding};
use crate::migrate::error::Position;
use crate::migrate::statement::{Comment, SqlStatement};

const MARK: &str = "mtp:allow";

/// One such comment and the lines of the statement that it is for.
pub(super) struct Allow {
    at: Position,
    last_line: u64,
    comment: Position,
    rule: Rule,
    reason: String,
}

pub(super) fn collect(statement: &SqlStatement, allows: &mut Vec<Allow>, findings: &mut Vec<Finding>) {
    for comment in &statement.comments {
        let Some(rest) = comment.text.strip_prefix(MARK) else {
            continue;
        };
        let at = position(statement, comment);
        match read(rest) {
            Ok((rule, reason)) => allows.push(Allow {
                at: statement.at.clone(),
                last_line: statement.end_line,
                comment: at,
                rule,
                reason,
            }),
            Err(message) => findings.push(finding(Rule::Allow, at, message)),
        }
    }
}

fn read(rest: &str) -> Result<(Rule, String), String> {
    let (id, reason) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let rule = Rule::from_id(id).ok_or_else(|| format!("there is no rule {id:?}"))?;
    if !rule.can_be_allowed() {
        return Err(format!("{id} cannot be set aside: the walls stand on it"));
    }
    if reason.trim().is_empty() {
        return Err(format!("no reason is given for setting {id} aside"));
    }
    Ok((rule, reason.trim().to_owned()))
}

fn position(statement: &SqlStatement, comment: &Comment) -> Position {
    Position {
        line: comment.line,
        column: comment.column,
        ..statement.at.clone()
    }
}

pub(super) fn apply(allows: Vec<Allow>, findings: &mut Vec<Finding>) {
    for allow in allows {
        let mut used = false;
        let lines = allow.at.line..=allow.last_line;
        for found in findings.iter_mut() {
            if found.rule == allow.rule && found.at.file == allow.at.file && lines.contains(&found.at.line) {
                found.allowed = Some(allow.reason.clone());
                used = true;
            }
        }
        if !used {
            let message = format!("nothing here needs {} set aside", allow.rule.id());
            findings.push(finding(Rule::Allow, allow.comment, message));
        }
    }
}
