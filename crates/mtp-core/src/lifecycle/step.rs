//! The flows and their steps.

use std::sync::Arc;

use crate::{
    error::{Error, Result},
    tenant::TenantUid,
};

/// What is done to a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// A tenant is made.
    Provision,
    /// A tenant is made ahead, for the warm pool.
    Prepare,
    /// A deleted tenant's data is destroyed.
    Purge,
}

/// One step of a flow; doing it twice is as good as once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Choose the server and the physical names, and write them down.
    Place,
    /// Make the tenant's data key.
    Key,
    /// Make its place: database, schema, file; logins and grants.
    Storage,
    /// Bring its tables to the newest version.
    Migrate,
    /// Make the admin's account and keep the first credentials, sealed.
    Admin,
    /// See that the walls stand.
    SelfTest,
    /// Serve it.
    Activate,
    /// Keep it for a customer to come.
    Shelve,
    /// No process may use it any more.
    Stop,
    /// Destroy its data and place.
    Erase,
    /// Remove its accounts, sessions and remembered requests.
    Accounts,
    /// Destroy its data key, and with it every secret that is left anywhere.
    DestroyKey,
    /// See that nothing is left.
    Verify,
    /// The name is free.
    Release,
}

impl Flow {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Prepare => "prepare",
            Self::Purge => "purge",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        [Self::Provision, Self::Prepare, Self::Purge]
            .into_iter()
            .find(|f| f.as_str() == text)
            .ok_or(Error::Internal(
                "an operation of a kind that this release does not know",
            ))
    }

    pub(crate) fn steps(self) -> &'static [Step] {
        match self {
            Self::Provision => &[
                Step::Place,
                Step::Key,
                Step::Storage,
                Step::Migrate,
                Step::Admin,
                Step::SelfTest,
                Step::Activate,
            ],
            Self::Prepare => &[
                Step::Place,
                Step::Key,
                Step::Storage,
                Step::Migrate,
                Step::Admin,
                Step::SelfTest,
                Step::Shelve,
            ],
            Self::Purge => &[
                Step::Stop,
                Step::Erase,
                Step::Accounts,
                Step::DestroyKey,
                Step::Verify,
                Step::Release,
            ],
        }
    }

    /// Whether a step that fails for good makes the flow go back. Destruction only goes forward.
    pub(crate) fn can_undo(self) -> bool {
        self != Self::Purge
    }
}

impl Step {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Key => "key",
            Self::Storage => "storage",
            Self::Migrate => "migrate",
            Self::Admin => "admin",
            Self::SelfTest => "self-test",
            Self::Activate => "activate",
            Self::Shelve => "shelve",
            Self::Stop => "stop",
            Self::Erase => "erase",
            Self::Accounts => "accounts",
            Self::DestroyKey => "destroy-key",
            Self::Verify => "verify",
            Self::Release => "release",
        }
    }
}

/// Where in a step an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepPhase {
    /// About to be done; everything before it is written down.
    Begin,
    /// Done, and about to be written down.
    Done,
    /// About to be undone.
    Undo,
}

/// Progress of a lifecycle operation, for whoever shows it or acts on it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StepEvent {
    /// The tenant.
    pub uid: TenantUid,
    /// `provision`, `prepare` (a tenant made ahead) or `purge`.
    pub flow: &'static str,
    /// The step's name.
    pub step: &'static str,
    /// Where in the step.
    pub phase: StepPhase,
}

/// Hears of progress, in the process that works on the operation. An error that it answers counts as
/// the step's own: so it can also stop an operation. It is called on a thread of the runtime and must not block;
/// where it does, the operation's lease is not renewed meanwhile.
pub type StepObserver = Arc<dyn Fn(&StepEvent) -> Result<()> + Send + Sync>;

impl StepEvent {
    pub(crate) fn new(uid: TenantUid, flow: Flow, step: Step, phase: StepPhase) -> Self {
        Self {
            uid,
            flow: flow.as_str(),
            step: step.as_str(),
            phase,
        }
    }
}
