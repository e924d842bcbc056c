//! For tests of services: two tenants with the walls up in a few lines, and checks that neither reaches the other.
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use mtp_core::testing::{TwoTenants, tenants_are_apart};
//!
//! let two = TwoTenants::on_sqlite("migrations/tenant").await?;
//! for tenant in [two.a(), two.b()] {
//!     tenant.db().query("INSERT INTO notes (id, body) VALUES ('n1', 'hello')").execute().await?;
//! }
//! tenants_are_apart(&two, &["notes"]).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Not for production: the master key of these tenants is published here.

mod row;
mod two;
mod walls;

pub use self::{
    row::{TextCell, TextRow},
    two::TwoTenants,
    walls::{Breach, Checked, tenant_b_cannot_see_a, tenants_are_apart},
};
