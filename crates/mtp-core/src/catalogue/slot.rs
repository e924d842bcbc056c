//! The slots and ids of tenants that are made ahead, by which they are told from those that somebody has.

use sea_query::{Condition, Expr, ExprTrait};

use crate::{
    error::Result,
    tenant::{TenantId, TenantState, TenantUid},
};

/// What the slots of all of them begin with.
const SLOT: &str = "#warm#";
/// What the ids of all of them begin with, which is seen in events and physical names only.
pub(super) const ID: &str = "warm-";

/// The id and the slot of a tenant that is made ahead.
pub(crate) fn warm_slot(uid: TenantUid) -> Result<(TenantId, String)> {
    Ok((
        TenantId::parse(&format!("{ID}{}", uid.short()))?,
        format!("{SLOT}{uid}"),
    ))
}

/// Which tenants are made ahead.
pub(super) fn is_warm() -> Condition {
    // As ranges: `$` follows `#`.
    Condition::all()
        .add(Expr::col("state").eq(TenantState::Provisioning.as_str()))
        .add(Expr::col("id_slot").gte(SLOT))
        .add(Expr::col("id_slot").lt("$"))
}
