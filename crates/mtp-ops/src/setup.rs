//! What the verbs work with: how to reach the service's tenants, and where to print.

use std::{
    fmt,
    io::{self, BufRead, BufReader, IsTerminal, Write},
};

use mtp_core::{BoxError, TenantManagerBuilder};

type Make = Box<dyn FnOnce() -> Result<TenantManagerBuilder, BoxError> + Send>;

/// What the verbs work with.
pub struct Setup {
    pub(crate) make: Make,
    pub(crate) out: Box<dyn Write + Send>,
    pub(crate) err: Box<dyn Write + Send>,
    pub(crate) input: Box<dyn BufRead + Send>,
    /// Whether a person watches standard error: then there are progress bars.
    pub(crate) watched: bool,
}

impl Setup {
    /// Verbs over the manager that `make` sets up. It is called only when a verb runs, so that `--help` needs no
    /// configuration.
    pub fn new(make: impl FnOnce() -> Result<TenantManagerBuilder, BoxError> + Send + 'static) -> Self {
        Self {
            make: Box::new(make),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            input: Box::new(BufReader::new(io::stdin())),
            watched: io::stderr().is_terminal(),
        }
    }

    /// Prints elsewhere than on standard output and standard error, without progress bars.
    pub fn print_to(mut self, out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        (self.out, self.err) = (Box::new(out), Box::new(err));
        self.watched = false;
        self
    }

    /// Reads what is asked for from elsewhere than standard input.
    pub fn read_from(mut self, input: impl BufRead + Send + 'static) -> Self {
        self.input = Box::new(input);
        self
    }
}

impl From<TenantManagerBuilder> for Setup {
    fn from(builder: TenantManagerBuilder) -> Self {
        Self::new(move || Ok(builder))
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("watched", &self.watched)
            .finish_non_exhaustive()
    }
}
