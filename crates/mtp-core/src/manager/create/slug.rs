//! Ids made from names.

use crate::{error::Result, tenant::TenantId};

/// Most bytes of a made id that come from the name.
const SLUG_LEN: usize = 40;

/// An id made from a name: its ASCII letters and digits, the rest as single dashes.
pub(super) fn slug(name: &str) -> Result<TenantId> {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= SLUG_LEN {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() || !slug.starts_with(|c: char| c.is_ascii_lowercase()) {
        return with_prefix(slug);
    }
    match TenantId::parse(slug) {
        Ok(id) => Ok(id),
        Err(_) => with_suffix_text(slug),
    }
}

fn with_prefix(slug: &str) -> Result<TenantId> {
    if slug.is_empty() {
        return Ok(TenantId::parse(&format!("tenant-{}", four()?))?);
    }
    Ok(TenantId::parse(&format!("t-{slug}"))?)
}

/// The same with something at its end that nobody else has.
pub(super) fn with_suffix(id: &TenantId) -> Result<TenantId> {
    with_suffix_text(id.as_str())
}

fn with_suffix_text(slug: &str) -> Result<TenantId> {
    Ok(TenantId::parse(&format!("{}-{}", slug.trim_end_matches('-'), four()?))?)
}

fn four() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes = crate::random::bytes::<4>()?;
    Ok(bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_from_any_name() {
        for (name, id) in [("Acme Inc.", "acme-inc"), ("7 Dwarfs", "t-7-dwarfs"), ("A--B", "a-b")] {
            assert_eq!(slug(name).unwrap().as_str(), id);
        }
        for name in ["주식회사", "!!!", "admin", "www", &"é".repeat(200), &"a".repeat(200)] {
            let id = slug(name).unwrap();
            assert!(id.as_str().len() <= 63, "{id}");
        }
    }
}
