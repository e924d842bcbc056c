//! The seal in a user variable of the session (the MySQL wire): how it gets there and away.
//!
//! Always a bound value of a statement of its own, before the tenant's statement; overwritten before each use, and taken
//! away with the end of a transaction.
//!
//! On MariaDB the setting stands in the condition of a compound statement. A prepared `SET @mtp_seal = ?` shows the seal
//! to every session of the same login as soon as the general log or the slow log is on (the server then puts the values
//! into the text, and the process list shows that text). A compound statement that sets the seal **and** holds the
//! tenant's statement shows both with their values whatever is logged (tried on MariaDB 10.11). A condition is never
//! shown.

/// Sets it, where the server runs compound statements outside routines (MariaDB).
/// `OCTET_LENGTH`, for `(@mtp_seal := ?) IS NULL` is known to be false and never computed, so that nothing would be set.
const SET_IN_COMPOUND: &str = "BEGIN NOT ATOMIC IF OCTET_LENGTH(@mtp_seal := ?) THEN DO 0; END IF; END";
/// Sets it elsewhere (MySQL).
const SET: &str = "SET @mtp_seal = ?";
/// Sets it; `compounds` says whether the server runs compound statements outside routines.
pub(crate) fn set_seal(compounds: bool) -> &'static str {
    if compounds { SET_IN_COMPOUND } else { SET }
}

/// Takes it away.
pub(super) const CLEAR: &str = "SET @mtp_seal = NULL";
