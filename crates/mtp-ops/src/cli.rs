//! The verbs and their arguments.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use mtp_core::{Isolation, TenantId, TenantState, TenantUid};

/// Look after the tenants of this service.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) command: Command,
}

/// A verb with what all verbs have in common; a program embeds it in a command line of its own as clap's `Args`.
#[derive(Debug, Args)]
pub struct Command {
    /// Print the result as one JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

impl Command {
    /// A verb that was read elsewhere.
    pub fn new(verb: Verb, json: bool) -> Self {
        Self { json, verb }
    }
}

/// What can be done; a program embeds these among its own subcommands by `#[command(flatten)]`.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Verb {
    /// Make, find, change and end tenants
    #[command(subcommand)]
    Tenant(TenantVerb),
    /// Bring tenants to the newest version of the service's migrations
    #[command(subcommand)]
    Migrate(MigrateVerb),
    /// The database servers that hold tenants
    #[command(subcommand)]
    Server(ServerVerb),
    /// The keys by which markets call this service
    #[command(subcommand)]
    MarketKey(MarketKeyVerb),
    /// How the connections of every running instance stand
    Pools,
    /// Look for what is wrong, and say how to mend it
    Doctor,
}

/// What can be done with tenants.
#[derive(Debug, Subcommand)]
pub enum TenantVerb {
    /// Make a tenant; its first password is shown this once
    Create(CreateArgs),
    /// List tenants, oldest first
    List(ListArgs),
    /// Show a tenant
    Show(TenantArg),
    /// Stop serving a tenant and keep all of it
    Suspend(TenantArg),
    /// Serve a suspended tenant again
    Resume(TenantArg),
    /// Stop serving a tenant and destroy its data when the retention time is over
    Delete(TenantArg),
    /// Bring a deleted tenant back as it was
    Restore(TenantArg),
    /// Destroy a deleted tenant's data now, for good
    Purge(PurgeArgs),
    /// Make a tenant once more whose making failed
    Retry(TenantArg),
}

/// Which tenant.
#[derive(Debug, Args)]
pub struct TenantArg {
    /// The tenant's id
    #[arg(value_name = "TENANT")]
    pub(crate) id: TenantId,
}

/// Which tenant is to be destroyed.
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// The tenant's id
    #[arg(value_name = "TENANT")]
    pub(crate) id: TenantId,
    /// Do not ask for the id once more
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What a new tenant is to be.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The name people read
    pub(crate) name: String,
    /// The id in URLs and headers; made from the name where it is absent
    #[arg(long)]
    pub(crate) id: Option<TenantId>,
    /// The plan's id
    #[arg(long)]
    pub(crate) plan: Option<String>,
    /// A feature that is switched on; may be said again
    #[arg(long = "feature", value_name = "FEATURE")]
    pub(crate) features: Vec<String>,
    /// database, schema or shared; the service's default where it is absent
    #[arg(long)]
    pub(crate) isolation: Option<Isolation>,
    /// The server, where it is not to be chosen by room
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// The admin's e-mail address, which becomes the user name
    #[arg(long)]
    pub(crate) admin_email: Option<String>,
    /// The environment variable that holds the URL of a PostgreSQL database that the tenant brings
    #[arg(long, value_name = "NAME", conflicts_with_all = ["isolation", "server"])]
    pub(crate) db_url_env: Option<String>,
    /// The file that holds it; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["isolation", "server", "db_url_env"])]
    pub(crate) db_url_file: Option<PathBuf>,
}

/// Which tenants to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only those in this state
    #[arg(long)]
    pub(crate) state: Option<TenantState>,
    /// Only those on this server
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// Only those with this plan
    #[arg(long)]
    pub(crate) plan: Option<String>,
    /// Only those whose id begins with this
    #[arg(long)]
    pub(crate) prefix: Option<String>,
    /// Only those after this one, as the page before said
    #[arg(long, value_name = "UID")]
    pub(crate) after: Option<TenantUid>,
    /// At most so many
    #[arg(long, default_value_t = mtp_core::limits::DEFAULT_PAGE_SIZE, value_parser = clap::value_parser!(u64).range(1..=mtp_core::limits::MAX_PAGE_SIZE))]
    pub(crate) limit: u64,
}

/// What can be done with migrations.
#[derive(Debug, Subcommand)]
pub enum MigrateVerb {
    /// How many tenants have which version, and which failed
    Status(Select),
    /// What `up` would do
    Plan(UpArgs),
    /// Apply what is pending; run again after it was stopped or killed, it goes on where it was
    Up(UpArgs),
    /// Compare every ledger with the files
    Verify(VerifyArgs),
}

/// Which tenants.
#[derive(Debug, Args)]
pub struct Select {
    /// Only this tenant; may be said again
    #[arg(long = "tenant", value_name = "TENANT")]
    pub(crate) tenants: Vec<TenantId>,
    /// Only tenants on this server
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// Only tenants with this plan
    #[arg(long)]
    pub(crate) plan: Option<String>,
    /// Only tenants whose id begins with this
    #[arg(long)]
    pub(crate) prefix: Option<String>,
}

/// Which tenants, and how careful.
#[derive(Debug, Args)]
pub struct UpArgs {
    #[command(flatten)]
    pub(crate) select: Select,
    /// The share that goes first, 0 to 1; a failure among them stops the pass
    #[arg(long, value_name = "SHARE", default_value_t = mtp_core::limits::DEFAULT_FLEET_CANARY)]
    pub(crate) canary: f64,
    /// Begin no other tenant once more than this many have failed
    #[arg(long, value_name = "N", default_value_t = mtp_core::limits::DEFAULT_FLEET_MAX_FAILURES)]
    pub(crate) max_failures: u64,
    /// Do the rest however many fail
    #[arg(long, conflicts_with = "max_failures")]
    pub(crate) keep_going: bool,
    /// Tenants of one server that are migrated at once
    #[arg(long, value_name = "N", default_value_t = mtp_core::limits::DEFAULT_FLEET_JOBS)]
    pub(crate) jobs: usize,
    /// Go on with a pass that was stopped: no canaries once more where some tenants have the newest version already
    #[arg(long)]
    pub(crate) resume: bool,
    /// Look into every ledger, also where the catalogue says that it is up to date
    #[arg(long)]
    pub(crate) recheck: bool,
}

/// Which ledgers to read.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Ledgers of one server that are read at once
    #[arg(long, value_name = "N", default_value_t = mtp_core::limits::DEFAULT_FLEET_JOBS)]
    pub(crate) jobs: usize,
}

/// What can be done with servers.
#[derive(Debug, Subcommand)]
pub enum ServerVerb {
    /// Take a server into service for new tenants
    Add(AddServerArgs),
    /// List servers
    List,
    /// Put no new tenants on a server
    Drain(ServerArg),
    /// Put new tenants on a server again
    Accept(ServerArg),
    /// Go over to another secret for the seals of a server's tenants; run again after it was stopped or killed, it goes on
    RotateSeals(RotateArgs),
}

/// Which server's secret, and how soon the one before is refused.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// The server's name
    #[arg(value_name = "SERVER")]
    pub(crate) name: String,
    /// Believe seals of the one before for so long; as long as one can live where it is absent
    #[arg(long, value_name = "SECONDS")]
    pub(crate) retire_after: Option<u64>,
    /// Refuse them at once, because the secret became known; statements that are under way fail
    #[arg(long, conflicts_with = "retire_after")]
    pub(crate) at_once: bool,
}

/// Which server.
#[derive(Debug, Args)]
pub struct ServerArg {
    /// The server's name
    #[arg(value_name = "SERVER")]
    pub(crate) name: String,
}

/// A server and how to reach it.
#[derive(Debug, Args)]
pub struct AddServerArgs {
    /// A name for it: a-z, 0-9, '-' and '_'
    #[arg(value_name = "SERVER")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) url: UrlArgs,
    /// How many tenants it may hold; the service's default where it is absent
    #[arg(long, value_name = "N")]
    pub(crate) capacity: Option<i64>,
}

/// Where a URL is read from. One with a password is not for the command line, which everybody on the machine can read.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct UrlArgs {
    /// Its URL, where that has no password: sqlite:FOLDER
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// The environment variable that holds its URL
    #[arg(long, value_name = "NAME")]
    pub(crate) url_env: Option<String>,
    /// The file that holds its URL; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) url_file: Option<PathBuf>,
}

/// What can be done with market keys.
#[derive(Debug, Subcommand)]
pub enum MarketKeyVerb {
    /// Make a key for a market; it is shown this once, and others of that market stay valid
    Create {
        /// The market's name
        market: String,
    },
    /// List keys, without the keys themselves
    List {
        /// Revoked ones too
        #[arg(long, action = ArgAction::SetTrue)]
        all: bool,
    },
    /// Revoke a key at once
    Revoke {
        /// Its number, as `list` shows it
        key_id: uuid::Uuid,
    },
}
