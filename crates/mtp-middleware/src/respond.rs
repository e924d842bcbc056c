//! The one place where errors become answers: `application/problem+json` (RFC 9457).

mod core_error;
mod plain;
mod problem;

pub(crate) use self::plain::{is_plain_error, problem_from_plain};
pub use self::problem::{KeepBody, NoStore, PROBLEM_JSON, Problem};
