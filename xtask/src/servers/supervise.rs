//! One server process that cannot outlive this task, not even when the task is killed.

use std::cell::RefCell;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Doing, Failure, Outcome};
use crate::servers::account::Account;
use crate::{run, stop};

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_mins(1);
/// How long a server may take to end in order before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Runs the server ("$@") until it ends or standard input is closed; then "$stop" ends it. This task holds
/// the other end of that input, so the server also ends when the task is killed with a signal nobody can catch.
const SUPERVISOR: &str = r#"
stop=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
( read -r _ <&3; eval "$stop" ) 2>/dev/null &
watch=$!
wait "$pid"; code=$?
kill "$watch" 2>/dev/null
exit "$code"
"#;

/// A running server. Dropping it ends the server.
#[derive(Debug)]
pub(crate) struct Supervised {
    pub(crate) name: String,
    child: RefCell<Child>,
    log: PathBuf,
}

impl Supervised {
    /// Starts `argv` as `account`, with its output in `log`. `stop` is the shell command that ends it, in which
    /// `$pid` is its process.
    pub(crate) fn start(name: &str, account: &Account, argv: &[String], stop: &str, log: &Path) -> Outcome<Self> {
        let out = File::create(log).doing(format!("writing {}", log.display()))?;
        let err = out.try_clone().doing("sharing the log file")?;
        let mut words: Vec<String> = ["sh", "-c", SUPERVISOR, "sh", stop].map(str::to_owned).to_vec();
        words.extend_from_slice(argv);
        let child = account
            .command(&words)?
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err)
            // Ctrl-C in a terminal goes to the whole group: the server is to end after the tests, not with them.
            .process_group(0)
            .current_dir(log.parent().unwrap_or(Path::new("/")))
            .spawn()
            .doing(format!("starting {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child: RefCell::new(child),
            log: log.to_owned(),
        })
    }

    /// Whether the server still runs.
    pub(crate) fn alive(&self) -> bool {
        matches!(self.child.borrow_mut().try_wait(), Ok(None))
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// When the server ends before, or takes too long; with the end of its log.
    pub(crate) fn until(&self, ready: impl Fn(&Self) -> bool) -> Outcome {
        let begun = Instant::now();
        while !ready(self) {
            stop::check()?;
            if !self.alive() {
                return Err(Failure::new(format!(
                    "{} ended at once: {}",
                    self.name,
                    self.log_tail()
                )));
            }
            if begun.elapsed() > START_LIMIT {
                return Err(Failure::new(format!(
                    "{} does not answer: {}",
                    self.name,
                    self.log_tail()
                )));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What it has logged so far.
    pub(crate) fn log_text(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines of its log.
    pub(crate) fn log_tail(&self) -> String {
        let text = self.log_text();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        let child = self.child.get_mut();
        drop(child.stdin.take());
        let begun = Instant::now();
        while matches!(child.try_wait(), Ok(None)) {
            if begun.elapsed() > STOP_LIMIT {
                // The whole group: supervisor and server.
                run::signal("KILL", child.id());
                run::signal_group("KILL", child.id());
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        // Nothing is left to do when waiting fails: the process is gone.
        drop(child.wait());
    }
}

/// A port of this machine's loopback that nobody listens on at the moment.
pub(crate) fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing("looking for a free port")?;
    Ok(listener.local_addr().doing("looking for a free port")?.port())
}

/// Whether something accepts connections there.
pub(crate) fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(folder: &Path) -> Supervised {
        let argv = ["sh", "-c", "echo $$; exec sleep 600"].map(str::to_owned);
        let server =
            Supervised::start("sleeper", &Account::Own, &argv, "kill -TERM $pid", &folder.join("log")).unwrap();
        server.until(|s| s.log_text().ends_with('\n')).unwrap();
        server
    }

    #[test]
    fn a_dropped_server_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let server = sleeper(folder.path());
        let pid: u32 = server.log_text().trim().parse().unwrap();
        assert!(run::signal("0", pid) && server.alive());
        drop(server);
        assert!(!run::signal("0", pid));
    }

    #[test]
    fn a_server_that_ends_at_once_is_reported_with_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let argv = ["sh", "-c", "echo no room; exit 1"].map(str::to_owned);
        let server = Supervised::start("x", &Account::Own, &argv, "true", &folder.path().join("log")).unwrap();
        let failure = server.until(|_| false).unwrap_err().to_string();
        assert!(failure.contains("no room"), "{failure}");
    }
}
