//! Running programs: shown, quiet, or watched line by line; stopped when the task is asked to end.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use crate::failure::{Doing, Failure, Outcome};
use crate::{say, stop};

/// How often a running child is looked at.
const POLL: Duration = Duration::from_millis(50);

/// A `cargo` command with the cargo that runs this task.
pub(crate) fn cargo<I, S>(args: I) -> Command
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        text.push(' ');
        if arg.contains([' ', '(', '*']) {
            text.extend(["'", &*arg, "'"]);
        } else {
            text.push_str(&arg);
        }
    }
    text
}

/// Runs a command with its output shown; true if it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Outcome<bool> {
    say::step(&shown(command));
    let mut child = command.spawn().doing(format!("starting `{}`", shown(command)))?;
    Ok(wait(&mut child)?.success())
}

/// Runs a command with its output shown and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Outcome {
    if succeeds(command)? {
        Ok(())
    } else {
        Err(Failure::new(format!("`{}` failed (see above)", shown(command))))
    }
}

/// Runs a command without showing its output and gives its standard output.
pub(crate) fn capture(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .doing(format!("starting `{}`", shown(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure::new(format!("`{}` failed: {}", shown(command), said.trim())))
    }
}

/// Whether a command can be started and succeeds; nothing is shown.
pub(crate) fn quietly(command: &mut Command) -> bool {
    capture(command).is_ok()
}

/// Runs a command, shows every line of both its outputs and hands each to `seen`. True if it succeeded.
pub(crate) fn watch(command: &mut Command, seen: impl FnMut(&str) + Send) -> Outcome<bool> {
    say::step(&shown(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing(format!("starting `{}`", shown(command)))?;
    let seen = std::sync::Mutex::new(seen);
    let out = child.stdout.take();
    let err = child.stderr.take();
    let status = thread::scope(|scope| {
        let seen = &seen;
        scope.spawn(move || {
            lines(out, |line| {
                say::out(line);
                tell(seen, line);
            });
        });
        scope.spawn(move || {
            lines(err, |line| {
                say::line(line);
                tell(seen, line);
            });
        });
        wait(&mut child)
    })?;
    Ok(status.success())
}

fn tell(seen: &std::sync::Mutex<impl FnMut(&str)>, line: &str) {
    if let Ok(mut seen) = seen.lock() {
        (*seen)(line);
    }
}

fn lines(source: Option<impl Read>, mut each: impl FnMut(&str)) {
    let Some(source) = source else { return };
    let mut source = BufReader::new(source);
    let mut line = Vec::new();
    // Bytes, not `lines()`: one line that is not UTF-8 must not end the reading and block the child.
    while matches!(source.read_until(b'\n', &mut line), Ok(n) if n > 0) {
        each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}

/// Waits for a child. When the end is asked for, the child is asked too (SIGTERM) and waited for.
pub(crate) fn wait(child: &mut Child) -> Outcome<ExitStatus> {
    let mut told = false;
    loop {
        if let Some(status) = child.try_wait().doing("waiting for a child process")? {
            return if told { Err(Failure::Interrupted) } else { Ok(status) };
        }
        if stop::asked() && !told {
            told = true;
            signal("TERM", child.id());
        }
        thread::sleep(POLL);
    }
}

/// Sends a signal to one process. The shell's built-in `kill` is on every Unix; a system call would need unsafe code.
pub(crate) fn signal(name: &str, pid: u32) -> bool {
    quietly(Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]))
}

/// Sends a signal to a whole process group.
pub(crate) fn signal_group(name: &str, leader: u32) -> bool {
    quietly(Command::new("sh").args(["-c", &format!("kill -{name} -- -{leader}")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_is_a_failure_that_repeats_what_it_said() {
        let failure = capture(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert!(failure.to_string().ends_with("failed: why"), "{failure}");
        assert!(!quietly(&mut Command::new("no-such-program-anywhere")));
    }

    #[test]
    fn every_line_of_both_outputs_is_seen_even_if_it_is_not_utf8() {
        let mut seen = Vec::new();
        let ok = watch(
            Command::new("sh").args(["-c", r"printf 'a\377\nb\n'; echo c >&2"]),
            |line| {
                seen.push(line.to_owned());
            },
        );
        assert!(ok.unwrap());
        seen.sort();
        assert_eq!(seen, ["a\u{fffd}", "b", "c"]);
    }
}
