//! Ctrl-C and termination: remembered, so that servers are taken down in order before the end.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::{Doing, Failure, Outcome};

static ASKED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Starts listening for SIGINT, SIGTERM and SIGHUP; from now on they no longer end the process at once.
pub(crate) fn listen() {
    LISTENING.call_once(|| {
        thread::spawn(|| {
            if let Err(failure) = wait_for_one() {
                crate::say::line(&format!("xtask: Ctrl-C cannot be caught ({failure})"));
            }
        });
    });
}

fn wait_for_one() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .doing("starting the signal listener")?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt()).doing("SIGINT")?;
        let mut terminate = signal(SignalKind::terminate()).doing("SIGTERM")?;
        let mut hangup = signal(SignalKind::hangup()).doing("SIGHUP")?;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            ASKED.store(true, Ordering::SeqCst);
        }
    })
}

/// Whether somebody asked for the end.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// [`Failure::Interrupted`] once somebody asked for the end.
pub(crate) fn check() -> Outcome {
    if asked() { Err(Failure::Interrupted) } else { Ok(()) }
}
