//! The one place that prints: lines for a reader, with the seconds since the start.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks to a terminal"
)]

use std::sync::{Mutex, OnceLock};
use std::time::Instant;

static LEFT_OUT: Mutex<Vec<String>> = Mutex::new(Vec::new());
static START: OnceLock<Instant> = OnceLock::new();

/// A progress line on standard error: what is being done, with elapsed seconds in front.
pub(crate) fn step(what: &str) {
    let seconds = START.get_or_init(Instant::now).elapsed().as_secs_f64();
    eprintln!("[{seconds:6.1}s] {what}");
}

/// A line on standard error as it is.
pub(crate) fn line(text: &str) {
    eprintln!("{text}");
}

/// A line on standard output: what a shell may read.
pub(crate) fn out(text: &str) {
    println!("{text}");
}

/// Says what this run leaves out, and remembers it for the end of the run.
pub(crate) fn left_out(what: &str) {
    step(&format!("left out: {what}"));
    if let Ok(mut list) = LEFT_OUT.lock() {
        list.push(what.to_owned());
    }
}

/// Everything that was left out so far.
pub(crate) fn all_left_out() -> Vec<String> {
    LEFT_OUT.lock().map(|list| list.clone()).unwrap_or_default()
}
