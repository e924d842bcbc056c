//! How a program is called: directly, or in a container that sees the same folder and the same loopback.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Outcome;
use crate::run;
use crate::servers::folder::Folder;

/// Where a server's programs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Launcher {
    /// In a folder of this machine.
    Native(PathBuf),
    /// In an image, run by `docker` or `podman`.
    Container { engine: String, image: String },
}

impl Launcher {
    /// The folder of a program.
    pub(crate) fn beside(program: &Path) -> Self {
        Self::Native(program.parent().unwrap_or(Path::new("/")).to_owned())
    }

    /// A container engine that has a running engine behind it, with this image, which is fetched.
    pub(crate) fn container(image: &str) -> Option<Self> {
        let engine = ["docker", "podman"]
            .into_iter()
            .find(|e| run::quietly(Command::new(e).arg("info")))?;
        run::quietly(Command::new(engine).args(["pull", image])).then(|| Self::Container {
            engine: engine.to_owned(),
            image: image.to_owned(),
        })
    }

    /// The words that run `program` with `args`. `name` names the container, if it is to be one.
    pub(crate) fn argv(&self, program: &str, args: &[&str], folder: &Folder, name: &str) -> Outcome<Vec<String>> {
        let mut words: Vec<String> = match self {
            Self::Native(bin) => vec![bin.join(program).display().to_string()],
            Self::Container { engine, image } => {
                let path = folder.path.display();
                let (mount, user) = (format!("{path}:{path}"), folder.account.ids()?);
                // The passwd file, because initdb looks up the name of its account.
                [
                    engine,
                    "run",
                    "--rm",
                    "--name",
                    name,
                    "--network",
                    "host",
                    "--user",
                    &user,
                    "-v",
                    "/etc/passwd:/etc/passwd:ro",
                    "-v",
                    &mount,
                    "-w",
                    &path.to_string(),
                    "--entrypoint",
                    program,
                    image,
                ]
                .map(str::to_owned)
                .to_vec()
            }
        };
        words.extend(args.iter().map(|&a| a.to_owned()));
        Ok(words)
    }

    /// The account that calls the program: a container changes the account itself.
    pub(crate) fn caller(&self, folder: &Folder) -> crate::servers::account::Account {
        match self {
            Self::Native(_) => folder.account.clone(),
            Self::Container { .. } => crate::servers::account::Account::Own,
        }
    }

    /// The shell command that ends the server: a signal to `$pid`, or the end of the container.
    pub(crate) fn stop(&self, signal: &str, name: &str) -> String {
        match self {
            Self::Native(_) => format!("kill -{signal} $pid"),
            Self::Container { engine, .. } => format!("{engine} rm -f {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::account::Account;

    #[test]
    fn a_container_sees_the_same_folder_loopback_and_account() {
        let path = tempfile::tempdir().unwrap().keep();
        let folder = Folder {
            path: path.clone(),
            account: Account::Other {
                name: "n".into(),
                uid: 7,
                gid: 8,
            },
        };
        let launcher = Launcher::Container {
            engine: "docker".into(),
            image: "postgres:17".into(),
        };
        let argv = launcher.argv("initdb", &["-D", "x"], &folder, "c1").unwrap().join(" ");
        assert!(
            argv.starts_with("docker run --rm --name c1 --network host --user 7:8 "),
            "{argv}"
        );
        assert!(argv.contains(&format!("-v {0}:{0} -w {0}", path.display())), "{argv}");
        assert!(argv.ends_with("--entrypoint initdb postgres:17 -D x"), "{argv}");
        assert_eq!(launcher.stop("INT", "c1"), "docker rm -f c1");
        assert_eq!(launcher.caller(&folder), Account::Own);
    }
}
