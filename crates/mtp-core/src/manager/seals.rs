//! The secrets that seals are made with: read, followed, and rotated while tenants are served.

use std::time::Duration;

use zeroize::Zeroizing;

use super::{Inner, TenantManager};
use crate::{
    catalogue::AuditEntry,
    error::{Error, Result},
    isolation::Storage,
    keys::Purpose,
    limits::{MAX_CLOCK_SKEW, SEAL_LIFETIME},
    seal::SealKey,
};

/// The number of a server's first secret.
const FIRST: i32 = 1;

/// How a rotation of a server's seal secret ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealRotation {
    /// The server.
    pub server: String,
    /// The number of the secret that seals are made with now.
    pub secret: i32,
    /// How long seals of the one before are still believed.
    pub retires_after: Duration,
}

fn record(server: &str, secret: i32) -> String {
    format!("server/{server}/{secret}")
}

/// Where it stands which secret is in use; no number, so no secret's own record.
fn pointer(server: &str) -> String {
    format!("server/{server}/in-use")
}

impl TenantManager {
    /// Goes over to another secret for the seals of a server's tenants, while they are served: the server believes both,
    /// every instance seals with the new one within a second, and the old one's seals are refused after `retire_after`
    /// (default: as long as one can live, and an instance that is cut off from the catalogue can make them). Broken off
    /// anywhere, the next call goes on.
    ///
    /// With a `retire_after` of zero the old secret's seals are refused at once, for a secret that has become known:
    /// statements of instances that have not heard yet fail for up to a second.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such server, its tenants have no seals, or the last rotation's old secret
    /// still has time; where the catalogue or the server is away.
    pub async fn rotate_seals(&self, server: &str, retire_after: Option<Duration>) -> Result<SealRotation> {
        let inner = &self.inner;
        let retires_after = retire_after.unwrap_or(SEAL_LIFETIME + inner.settings.stale_max + MAX_CLOCK_SKEW);
        let storage = inner.server(server).await?;
        let secret = storage.next_secret(retires_after.is_zero()).await?;
        let key = inner.make_seal_key(server, secret).await?;
        // Believed before it is used; used everywhere before the old one is not believed.
        storage.add_secret(&key).await?;
        inner.point_to(server, secret).await?;
        inner.follow_seals(server, storage.as_ref()).await?;
        for old in storage.retire_secrets(secret, retires_after).await? {
            let scope = inner.service_scope();
            inner
                .central
                .delete_secret(&scope, &Purpose::SEAL_SECRET, &record(server, old))
                .await?;
        }
        let event =
            AuditEntry::new("manager", "server.rotate-seals", "done").detail(format!("{server}: secret {secret}"));
        self.audit(event).await?;
        Ok(SealRotation {
            server: server.to_owned(),
            secret,
            retires_after,
        })
    }
}

impl Inner {
    /// The secret that a server's seals are made with now.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) async fn seal_secret(&self, server: &str) -> Result<SealKey> {
        match self.secret_in_use(server).await? {
            FIRST => self.make_seal_key(server, FIRST).await,
            secret => self.seal_key(server, secret).await,
        }
    }

    /// What tells this installation from another on the same server: it outlives every secret.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) async fn installation(&self, server: &str, first: &SealKey) -> Result<String> {
        let bytes = self
            .service_secret(&Purpose::SEAL_SECRET, &format!("server/{server}/installation"), || {
                Ok(Zeroizing::new(first.fingerprint()?.into_bytes()))
            })
            .await?;
        String::from_utf8(bytes.to_vec()).map_err(|_| Error::Internal("an installation's mark is no text"))
    }

    /// Takes another secret over, where another instance has gone over to it.
    pub(crate) async fn follow_seals(&self, server: &str, storage: &dyn Storage) -> Result<()> {
        let Some(sealer) = storage.sealer() else { return Ok(()) };
        let secret = self.secret_in_use(server).await?;
        if secret > sealer.key().id() {
            sealer.replace(self.seal_key(server, secret).await?);
        }
        Ok(())
    }

    async fn secret_in_use(&self, server: &str) -> Result<i32> {
        let scope = self.service_scope();
        let text = self
            .central
            .get_secret_text(&self.keys, &scope, &Purpose::SEAL_SECRET, &pointer(server))
            .await?;
        match text {
            Some(text) => text
                .expose()
                .parse()
                .map_err(|_| Error::Internal("the number of a seal secret is no number")),
            None => Ok(FIRST),
        }
    }

    /// A secret by its number. One that is gone was gone over from a moment ago.
    async fn seal_key(&self, server: &str, secret: i32) -> Result<SealKey> {
        let (scope, purpose) = (self.service_scope(), Purpose::SEAL_SECRET);
        let bytes = self
            .central
            .get_secret(&self.keys, &scope, &purpose, &record(server, secret))
            .await?;
        let bytes = bytes.ok_or(Error::Unavailable {
            what: "the secret that seals were made with",
            retry_after: Duration::from_secs(1),
            source: None,
        })?;
        read(secret, &bytes)
    }

    /// The same, made where there is none yet.
    async fn make_seal_key(&self, server: &str, secret: i32) -> Result<SealKey> {
        let bytes = self
            .service_secret(&Purpose::SEAL_SECRET, &record(server, secret), || {
                let made = crate::random::secret_bytes::<32>()?;
                Ok(Zeroizing::new(made.to_vec()))
            })
            .await?;
        read(secret, &bytes)
    }

    /// Writes down which secret is in use, and lets every instance hear of it.
    async fn point_to(&self, server: &str, secret: i32) -> Result<()> {
        let (scope, name) = (self.service_scope(), pointer(server));
        let value = secret.to_string();
        let purpose = Purpose::SEAL_SECRET;
        let insert = self
            .central
            .secret_insert(&self.keys, &scope, &purpose, &name, None, value.as_bytes())
            .await?;
        let mut tx = self.central.begin().await?;
        // The service's row: of two that rotate at once one waits here for the other.
        self.central.raise_generation(&mut tx).await?;
        // One who wakes late leads nobody back.
        if self.secret_in_use(server).await? >= secret {
            return Ok(());
        }
        tx.execute(&self.central.secret_deletion(&scope, &purpose, &name))
            .await?;
        tx.execute(&insert).await?;
        tx.commit().await
    }
}

fn read(secret: i32, bytes: &[u8]) -> Result<SealKey> {
    let key: [u8; 32] = bytes
        .try_into()
        .map_err(|_| Error::Internal("a seal secret has 32 bytes"))?;
    Ok(SealKey::new(secret, Zeroizing::new(key)))
}
