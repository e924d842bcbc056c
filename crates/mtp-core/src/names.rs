//! Physical names: made once, stored, never computed again.

use crate::{
    error::{Error, Result},
    ident::SqlIdent,
    limits::MAX_DB_PREFIX_LEN,
    service::ServiceId,
    tenant::{TenantId, TenantUid},
};

/// Most bytes of a tenant's id in a physical name.
const ID_PART: usize = 24;
/// Longest name of a login: MySQL's and MariaDB's older limit.
const MAX_LOGIN: usize = 32;

/// The prefix of a service's physical names: up to 16 of `a-z0-9_`, starting with a letter.
#[derive(Debug, Clone)]
pub(crate) struct Prefix(String);

impl Prefix {
    pub(crate) fn new(text: &str) -> Result<Self> {
        let chars = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if text.len() > MAX_DB_PREFIX_LEN || !chars || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(Error::invalid(
                "tenant_db_prefix",
                format!("1 to {MAX_DB_PREFIX_LEN} of a-z, 0-9 and '_', starting with a letter"),
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// prefix + at most 24 of the id + `_` + 8 of the uid; at most 49 bytes.
    pub(crate) fn physical(&self, id: &TenantId, uid: TenantUid) -> Result<SqlIdent> {
        let id: String = id
            .as_str()
            .bytes()
            .take(ID_PART)
            .map(|b| if b == b'-' { '_' } else { char::from(b) })
            .collect();
        SqlIdent::new(format!("{}{id}_{}", self.0, uid.short()))
    }

    /// The end of the uid in a name that [`physical`](Self::physical) could have made; none for any other name.
    #[cfg(any(feature = "sqlite", test))]
    pub(crate) fn uid_end<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (id, end) = name.strip_prefix(self.0.as_str())?.rsplit_once('_')?;
        let id_fits = (1..=ID_PART).contains(&id.len())
            && id.starts_with(|c: char| c.is_ascii_lowercase())
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let end_fits = end.len() == 8 && end.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (id_fits && end_fits).then_some(end)
    }
}

/// A tenant's own login: from its uid alone, within 32 bytes.
pub(crate) fn login(uid: TenantUid) -> Result<SqlIdent> {
    // 128 bits in base 36 have at most 25 digits.
    let mut rest = uid.as_uuid().as_u128();
    let mut digits = Vec::new();
    while rest > 0 {
        let digit = u8::try_from(rest % 36).unwrap_or(0);
        digits.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        rest /= 36;
    }
    let name = format!("mtp_t_{}", digits.into_iter().rev().collect::<String>());
    debug_assert!(name.len() <= MAX_LOGIN);
    SqlIdent::new(name)
}

/// The common database of a service on a server.
pub(crate) fn common_database(service: &ServiceId) -> Result<SqlIdent> {
    SqlIdent::new(format!("mtp_{service}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_known_by_their_shape() {
        let prefix = Prefix::new("notes_").unwrap();
        for id in ["a", "a-b", &"x".repeat(63), "a1-2"] {
            let uid = TenantUid::new();
            let name = prefix.physical(&TenantId::parse(id).unwrap(), uid).unwrap();
            assert_eq!(prefix.uid_end(name.as_str()), Some(uid.short().as_str()), "{name}");
        }
        for foreign in [
            "notes_acme_0123456g",
            "notes_acme_0123456",
            "notes_acme_012345678",
            "notes_acme_0123456A",
            "notes_acme",
            "notes__01234567",
            "notes_01234567",
            "other_acme_01234567",
            "xnotes_acme_01234567",
            "notes_1cme_01234567",
            "notes_Acme_01234567",
            "notes_ac.me_01234567",
            "notes_aaaaaaaaaaaaaaaaaaaaaaaaa_01234567",
            "mtp_notes",
        ] {
            assert_eq!(prefix.uid_end(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn names_fit_whatever_the_tenant_is_called() {
        let prefix = Prefix::new("keli_tutor_xxxx_").unwrap();
        for id in ["a", "a-b-c", &"x".repeat(63), "select", "drop-table"] {
            let uid = TenantUid::new();
            let name = prefix.physical(&TenantId::parse(id).unwrap(), uid).unwrap();
            assert!(name.as_str().len() <= 49, "{name}");
            assert!(login(uid).unwrap().as_str().len() <= MAX_LOGIN);
        }
        let (a, b) = (TenantUid::new(), TenantUid::new());
        assert_ne!(login(a).unwrap(), login(b).unwrap());
        for bad in ["", "1", "A", "a-b", "a;", &"a".repeat(17)] {
            assert!(Prefix::new(bad).is_err(), "{bad}");
        }
    }
}
