//! The service's logins on a server, on either wire: an operator's, or ours.

use super::{Inner, storage::Roads};
use crate::{
    catalogue::ServerRow,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::Login,
    keys::Purpose,
    secret::{Dsn, Secret},
};

/// How sessions are opened, as the driver of a wire has it.
pub(super) trait Way: Clone {
    fn read(url: &Dsn) -> Result<Self>;

    fn user(&self) -> &str;

    fn place(&self) -> Option<&str>;

    /// The same server by another login, into another database.
    fn as_login(&self, user: &str, password: &str, database: &str) -> Self;
}

#[cfg(feature = "postgres")]
impl Way for sqlx::postgres::PgConnectOptions {
    fn read(url: &Dsn) -> Result<Self> {
        crate::catalogue::postgres_options(url)
    }

    fn user(&self) -> &str {
        self.get_username()
    }

    fn place(&self) -> Option<&str> {
        self.get_database()
    }

    fn as_login(&self, user: &str, password: &str, database: &str) -> Self {
        self.clone().username(user).password(password).database(database)
    }
}

#[cfg(feature = "mysql")]
impl Way for sqlx::mysql::MySqlConnectOptions {
    fn read(url: &Dsn) -> Result<Self> {
        crate::catalogue::mysql_options(url)
    }

    fn user(&self) -> &str {
        self.get_username()
    }

    fn place(&self) -> Option<&str> {
        self.get_database()
    }

    fn as_login(&self, user: &str, password: &str, database: &str) -> Self {
        self.clone().username(user).password(password).database(database)
    }
}

/// Everybody who opens sessions on a server for a service.
pub(super) struct Logins<W> {
    pub(super) provisioner: W,
    pub(super) owner: Login<W>,
    pub(super) runtime: Login<W>,
    /// Whether the owner, the runtime login and the common database are ours to make.
    pub(super) managed: bool,
    pub(super) common: SqlIdent,
}

impl<W: Way> Logins<W> {
    /// By the provisioner's `url`, and by the operator's ways where there are any.
    pub(super) async fn new(inner: &Inner, row: &ServerRow, roads: &Roads, url: &Dsn) -> Result<Self> {
        let provisioner = W::read(url)?;
        let managed = roads.are_ours_to_make()?;
        let mut common = row.common_database.clone();
        let owner = login(inner, row, &provisioner, ("owner", roads.owner.as_ref()), &mut common).await?;
        let runtime = login(
            inner,
            row,
            &provisioner,
            ("runtime", roads.runtime.as_ref()),
            &mut common,
        )
        .await?;
        Ok(Self {
            provisioner,
            owner,
            runtime,
            managed,
            common: physical(&common)?,
        })
    }
}

async fn login<W: Way>(
    inner: &Inner,
    row: &ServerRow,
    provisioner: &W,
    (role, given): (&str, Option<&Dsn>),
    common: &mut String,
) -> Result<Login<W>> {
    if let Some(url) = given {
        let options = W::read(url)?;
        if let Some(place) = options.place() {
            place.clone_into(common);
        }
        return Ok(Login {
            name: physical(options.user())?,
            password: None,
            options,
        });
    }
    let password = password_of(inner, row, role).await?;
    let name = physical(&format!("mtp_{}_{role}", inner.settings.service))?;
    Ok(Login {
        options: provisioner.as_login(name.as_str(), password.expose(), common),
        name,
        password: Some(password),
    })
}

impl Roads {
    /// Whether logins and the common database are ours to make.
    fn are_ours_to_make(&self) -> Result<bool> {
        if self.owner.is_none() == self.runtime.is_none() {
            return Ok(self.owner.is_none());
        }
        Err(Error::Config(
            "MTP_OWNER_DB_URL and MTP_RUNTIME_DB_URL are given together, or neither".into(),
        ))
    }
}

/// The name of a login or database that an operator gave or we make.
fn physical(text: &str) -> Result<SqlIdent> {
    SqlIdent::new(text)
        .map_err(|_| Error::Config("a login's or database's name has a-z, 0-9 and '_', and at most 63 of them".into()))
}

/// The password of one of the service's logins on a server.
async fn password_of(inner: &Inner, row: &ServerRow, role: &str) -> Result<Secret> {
    let record = format!("server/{}/{role}", row.name);
    let bytes = inner
        .service_secret(&Purpose::LOGIN_PASSWORD, &record, || {
            let made = crate::password::generate_password()?;
            Ok(zeroize::Zeroizing::new(made.expose().as_bytes().to_vec()))
        })
        .await?;
    Ok(Secret::new(String::from_utf8_lossy(&bytes)))
}
