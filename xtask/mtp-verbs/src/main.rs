//! The operator's verbs for this repository: a thin main over `mtp::ops`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    mtp::ops::run(std::env::args_os()).await
}
