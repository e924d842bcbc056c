//! Faults at chosen places of a tenant's operations, through the observer of steps.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use mtp_core::{Error, StepEvent, StepObserver, StepPhase, TenantUid};

/// Something that goes wrong at one place of one tenant's operation.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) flow: &'static str,
    pub(crate) step: &'static str,
    pub(crate) phase: StepPhase,
    /// How often; for good, an error that trying again does not mend.
    pub(crate) times: u32,
    pub(crate) for_good: bool,
}

/// Faults for tenants: the next tenant that is begun gets the next part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Vec<Fault>>,
    of: HashMap<TenantUid, Vec<Fault>>,
}

impl Script {
    pub(crate) fn new(parts: Vec<Vec<Fault>>) -> Self {
        Self(Arc::new(Mutex::new(State {
            waiting: parts.into(),
            of: HashMap::new(),
        })))
    }

    pub(crate) fn observer(&self) -> StepObserver {
        let script = self.clone();
        Arc::new(move |event| script.hear(event))
    }

    fn hear(&self, event: &StepEvent) -> Result<(), Error> {
        let mut state = self.0.lock().unwrap();
        let State { waiting, of } = &mut *state;
        let faults = of
            .entry(event.uid)
            .or_insert_with(|| waiting.pop_front().unwrap_or_default());
        let due = faults
            .iter_mut()
            .find(|f| f.flow == event.flow && f.step == event.step && f.phase == event.phase && f.times > 0);
        match due {
            Some(fault) => {
                fault.times -= 1;
                Err(if fault.for_good {
                    Error::Config("a fault for good".into())
                } else {
                    Error::Internal("a fault that passes")
                })
            }
            None => Ok(()),
        }
    }

    /// Faults that have not come about.
    pub(crate) fn left(&self, uid: TenantUid) -> Vec<Fault> {
        let state = self.0.lock().unwrap();
        let faults = state.of.get(&uid).cloned().unwrap_or_default();
        faults.into_iter().filter(|f| f.times > 0).collect()
    }

    /// What is laid down for a tenant, for messages.
    pub(crate) fn part(&self, uid: TenantUid) -> String {
        format!("{:?}", self.0.lock().unwrap().of.get(&uid))
    }
}
