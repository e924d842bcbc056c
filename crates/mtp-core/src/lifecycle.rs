//! Lifecycle flows: written-down steps, each with its undo, finished by whoever finds them left.
//!
//! A flow is a list of steps. Before a step is done it is written down that all before it are; each can
//! be done twice. A process works on an operation under a lease with a fencing number: whoever finds
//! the lease expired takes it with a higher one, and the old process's next write, and its sessions on
//! the servers, are refused. A tenant's state changes in the same transaction as the operation's row.

mod drive;
mod place;
mod reconcile;
mod step;

pub use self::step::{StepEvent, StepObserver, StepPhase};
pub(crate) use self::{drive::drive, reconcile::run_background, step::Flow};
