//! The process that dies, or stops, in the middle of an operation.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use mtp_core::{Error, StepPhase, TenantConfig, TenantId};
use serde::{Deserialize, Serialize};

use crate::world::{Spec, World, id, until};

/// The environment name of a child's task.
const TASK: &str = "MTP_KILLS_TASK";
/// The lease of a process that is to be stopped; it gives a sign of life after a third of it.
const STOPPED_LEASE: Duration = Duration::from_secs(3);

/// Where a process is halted, and what it is doing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) spec: Spec,
    pub(crate) tenant: String,
    pub(crate) point: Point,
    pub(crate) signal: String,
}

/// A place in an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) flow: String,
    pub(crate) step: String,
    pub(crate) phase: String,
}

impl Point {
    pub(crate) fn new(flow: &str, step: &str, phase: &str) -> Self {
        Self {
            flow: flow.into(),
            step: step.into(),
            phase: phase.into(),
        }
    }

    /// A tenant's name that says which place it is about.
    pub(crate) fn tenant(&self, kind: &str) -> TenantId {
        id(format!("{kind}-{}-{}-{}", self.flow, self.step, self.phase))
    }

    fn is(&self, flow: &str, step: &str, phase: StepPhase) -> bool {
        let phase = match phase {
            StepPhase::Begin => "begin",
            StepPhase::Done => "done",
            StepPhase::Undo => "undo",
            _ => return false,
        };
        (self.flow.as_str(), self.step.as_str(), self.phase.as_str()) == (flow, step, phase)
    }
}

/// A child process; one that is left over is killed.
pub(crate) struct Halted(Child);

impl Halted {
    /// Starts this very program again with a task.
    pub(crate) fn start(task: &Task) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "kills::child::a_process_that_nobody_halts_finishes",
                "--exact",
                "--nocapture",
            ])
            .env(TASK, serde_json::to_string(task).unwrap())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Waits until it is dead of the signal that it sent itself.
    pub(crate) async fn killed(mut self, what: &Point) {
        use std::os::unix::process::ExitStatusExt;
        let status = self.ended().await;
        assert_eq!(status.signal(), Some(9), "{what:?}: {status}");
    }

    /// Waits until it is stopped.
    pub(crate) async fn stopped(&mut self, what: &Point) {
        let file = format!("/proc/{}/stat", self.0.id());
        until(&format!("{what:?} stops"), async || {
            let stat = std::fs::read_to_string(&file).unwrap_or_default();
            let state = stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
            if let Some(status) = self.0.try_wait().unwrap() {
                panic!("{what:?} was never reached: {status}");
            }
            state == Some('T')
        })
        .await;
    }

    /// Lets it go on.
    pub(crate) fn go_on(&self) {
        signal("CONT", self.0.id());
    }

    /// Waits for its end, which must be an orderly one.
    pub(crate) async fn finished(mut self, what: &Point) {
        let status = self.ended().await;
        assert!(status.success(), "{what:?}: {status}");
    }

    async fn ended(&mut self) -> std::process::ExitStatus {
        let mut status = None;
        until("a child ends", async || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        })
        .await;
        status.unwrap()
    }
}

impl Drop for Halted {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The shell's own `kill`: unsafe code is forbidden here, and every system has a shell.
fn signal(name: &str, process: u32) {
    let done = Command::new("sh")
        .args(["-c", &format!("kill -{name} {process}")])
        .status()
        .unwrap();
    assert!(done.success());
}

/// Does a task to its end, or to where it is halted. How it ends is none of its business: when it is stopped, others
/// go on.
async fn work(task: &Task) {
    let point = task.point.clone();
    let signal_name = task.signal.clone();
    let observer = move |event: &mtp_core::StepEvent| {
        if point.is(event.flow, event.step, event.phase) {
            signal(&signal_name, std::process::id());
            // It is in force when the system comes to it, not when it was sent.
            std::thread::sleep(Duration::from_millis(500));
        }
        // What is to be undone must fail first.
        if point.phase == "undo" && event.step == "activate" && event.phase == StepPhase::Done {
            return Err(Error::Config("a fault for good".into()));
        }
        Ok(())
    };
    let mut builder = task.spec.builder();
    if task.signal == "STOP" {
        // Long enough that no sign of life is on its way to the catalogue: a process that is stopped within a write
        // holds up everybody on SQLite, and that is not what is tried here.
        builder = builder.lease(STOPPED_LEASE);
    }
    let builder = builder.on_step(Arc::new(observer));
    if task.point.flow == "prepare" {
        // Only the background work makes tenants ahead; the task's tenant is how many there are to be.
        let wanted = task.tenant.parse().unwrap();
        let manager = builder.warm_tenants(wanted).start().await.unwrap();
        until("the warm pool is full", async || {
            manager.warm_tenants().await.unwrap() == wanted
        })
        .await;
        return;
    }
    let manager = builder.background(false).start().await.unwrap();
    let id = id(&task.tenant);
    let done = if task.point.flow == "purge" {
        manager.purge(&id).await
    } else {
        manager.create(TenantConfig::new("Acme").id(id.clone())).await
    };
    // Fenced off, overtaken, undone: all are said by an error of ours, none by a panic.
    drop(done);
}

/// What the children run; without a task it is a test of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_nobody_halts_finishes() {
    if let Ok(task) = std::env::var(TASK) {
        let task = serde_json::from_str(&task).unwrap();
        // One that was stopped for long must not stay for ever.
        tokio::time::timeout(Duration::from_secs(50), work(&task))
            .await
            .unwrap();
        return;
    }
    #[cfg(feature = "sqlite")]
    let world = World::sqlite(mtp_core::Isolation::Database);
    #[cfg(all(not(feature = "sqlite"), feature = "postgres"))]
    let world = World::postgres(mtp_core::Isolation::Database).await;
    #[cfg(not(any(feature = "sqlite", feature = "postgres")))]
    let world = World::mariadb(mtp_core::Isolation::Database).await;
    let task = Task {
        spec: world.spec.clone(),
        tenant: "acme".into(),
        point: Point::new("none", "none", "none"),
        signal: "KILL".into(),
    };
    work(&task).await;
    let manager = world.idle().await;
    crate::world::write(&manager, &id("acme"), "hello").await;
}
