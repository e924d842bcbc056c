//! The seal in a user variable of the session, and the session's times beside it (the MySQL wire): how they get there.
//!
//! Always as bound values of a statement of their own, before the tenant's statement, and before every one whose session
//! is not known to have just these already (`told.rs` says when it is).
//!
//! On MariaDB the setting stands in the condition of a compound statement. A prepared `SET @mtp_seal = ?` shows the seal
//! to every session of the same login as soon as the general log or the slow log is on (the server then puts the values
//! into the text, and the process list shows that text). A compound statement that sets the seal **and** holds the
//! tenant's statement shows both with their values whatever is logged (tried on MariaDB 10.11). A condition is never
//! shown.

use super::{conn::Values, time_limits::TimeLimits};
use crate::seal::Seal;

/// Sets the seal, where the server runs compound statements outside routines (MariaDB).
/// `OCTET_LENGTH`, for `(@mtp_seal := ?) IS NULL` is known to be false and never computed, so that nothing would be set.
const SEAL_IN_COMPOUND: &str = "BEGIN NOT ATOMIC IF OCTET_LENGTH(@mtp_seal := ?) THEN DO 0; END IF; END";
/// Sets the seal elsewhere (MySQL).
const SEAL: &str = "SET @mtp_seal = ?";
/// Sets the seal and the times (MariaDB).
const BOTH_IN_COMPOUND: &str = "BEGIN NOT ATOMIC IF OCTET_LENGTH(@mtp_seal := ?) THEN \
     SET SESSION lock_wait_timeout = ?, innodb_lock_wait_timeout = ?, max_statement_time = ?; END IF; END";
/// Sets the seal and the times (MySQL).
const BOTH: &str = "SET @mtp_seal = ?, SESSION lock_wait_timeout = ?, SESSION innodb_lock_wait_timeout = ?, \
     SESSION max_execution_time = ?";

/// Sets the seal; `compounds` says whether the server runs compound statements outside routines.
pub(crate) fn set_seal(compounds: bool) -> &'static str {
    if compounds { SEAL_IN_COMPOUND } else { SEAL }
}

/// Sets the seal and the times, in one trip.
pub(super) fn set_both(compounds: bool, seal: Seal, times: TimeLimits) -> (&'static str, Values) {
    let lock = times.lock_seconds();
    let values = |statement| vec![seal.into_value(), lock.into(), lock.into(), statement];
    if compounds {
        (BOTH_IN_COMPOUND, values(times.statement().as_secs_f64().into()))
    } else {
        let millis = u64::try_from(times.statement().as_millis()).unwrap_or(u64::MAX);
        (BOTH, values(millis.into()))
    }
}

/// Sets the times.
pub(super) fn set_times(compounds: bool, times: TimeLimits) -> String {
    let lock = times.lock_seconds();
    let statement = if compounds {
        format!("max_statement_time = {}", times.statement().as_secs_f64())
    } else {
        format!("max_execution_time = {}", times.statement().as_millis())
    };
    format!("SET SESSION lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}, {statement}")
}
