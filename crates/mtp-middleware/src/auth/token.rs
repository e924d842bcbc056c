//! The form of a token: what is looked at before any key is, and the claims, read strictly.
//!
//! Signatures, algorithms and times are jsonwebtoken's business. What stands here is what RFC 8725
//! asks for beside them: bounds, one meaning for each member, nothing that points at a key.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::Algorithm;
use mtp_core::{TenantId, TenantUid};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::limits::{MAX_TOKEN_BYTES, MAX_TOKEN_MEMBERS};

/// Why a token is not believed. For logs: clients always read the same 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenFault {
    /// Longer than [`MAX_TOKEN_BYTES`](crate::limits::MAX_TOKEN_BYTES).
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url.
    #[error("the token is no compact JWS")]
    Form,
    /// The header cannot be read, is ambiguous, or wants something that is never done.
    #[error("the token's header is not acceptable")]
    Header,
    /// An algorithm outside the list, or not the key's one.
    #[error("the token's algorithm is not allowed")]
    Algorithm,
    /// A type of token that is no access token.
    #[error("the token's type is not that of an access token")]
    Type,
    /// No key for it.
    #[error("no key verifies the token")]
    UnknownKey,
    /// Signature, issuer, audience or time.
    #[error("the token is not valid")]
    Invalid,
    /// The claims cannot be read, are ambiguous or incomplete.
    #[error("the token's claims are not acceptable")]
    Claims,
}

/// A token's header, unverified: it chooses the key, and nothing else.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) algorithm: Algorithm,
    pub(crate) typ: Option<String>,
    pub(crate) kid: Option<String>,
}

/// Looks at a token's form and header.
pub(crate) fn preview(token: &str) -> Result<Preview, TokenFault> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenFault::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenFault::Form);
    };
    let base64url = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if !(base64url(header) && base64url(claims) && base64url(signature)) {
        return Err(TokenFault::Form);
    }
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenFault::Form)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| TokenFault::Header)?;
    // Compared as written: RFC 7515 §4.1.1 makes the names case-sensitive, so `noNE` is no name.
    let algorithm = match header.alg.as_str() {
        "HS256" => Algorithm::HS256,
        "RS256" => Algorithm::RS256,
        "ES256" => Algorithm::ES256,
        "EdDSA" => Algorithm::EdDSA,
        _ => return Err(TokenFault::Algorithm),
    };
    Ok(Preview {
        algorithm,
        typ: header.typ,
        kid: header.kid,
    })
}

impl Preview {
    /// Whether `typ` is that of an access token (RFC 9068 §2.1).
    pub(crate) fn is_access_token(&self) -> bool {
        self.typ
            .as_deref()
            .is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt") || typ.eq_ignore_ascii_case("application/at+jwt"))
    }

    /// Whether `typ` says nothing, or no more than that it is a token.
    pub(crate) fn is_plain(&self) -> bool {
        self.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"))
    }
}

/// Members of a header that point at a key, change how the token is read, or must be understood.
/// None of them is ever followed, so a token that has one is not ours to read.
const REFUSED_HEADER_MEMBERS: [&str; 10] = ["b64", "crit", "cty", "enc", "jku", "jwk", "p2c", "x5c", "x5u", "zip"];

struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
}

/// The members seen so far: each may come once.
#[derive(Default)]
struct Members(Vec<String>);

impl Members {
    fn once<E: serde::de::Error>(&mut self, name: &str) -> Result<(), E> {
        if self.0.len() >= MAX_TOKEN_MEMBERS {
            return Err(E::custom("too many members"));
        }
        if self.0.iter().any(|seen| seen == name) {
            return Err(E::custom("a member comes twice"));
        }
        self.0.push(name.to_owned());
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a header")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut members = Members::default();
                let (mut alg, mut typ, mut kid) = (None, None, None);
                while let Some(name) = map.next_key::<String>()? {
                    members.once(&name)?;
                    match name.as_str() {
                        "alg" => alg = Some(map.next_value()?),
                        "typ" => typ = Some(map.next_value()?),
                        "kid" => kid = Some(map.next_value()?),
                        other if REFUSED_HEADER_MEMBERS.contains(&other) => {
                            return Err(A::Error::custom("a member that is never followed"));
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let alg = alg.ok_or_else(|| A::Error::custom("no alg"))?;
                Ok(Header { alg, typ, kid })
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// The claims that matter, each read as exactly one type.
#[derive(Debug)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) tenant_id: TenantId,
    pub(crate) tuid: Option<TenantUid>,
    pub(crate) scopes: Vec<String>,
    pub(crate) exp: DateTime<Utc>,
    pub(crate) iat: Option<DateTime<Utc>>,
    pub(crate) jti: Option<String>,
    pub(crate) must_change: bool,
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("claims")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
                let mut members = Members::default();
                let (mut iss, mut sub, mut tenant_id, mut tuid) = (None::<String>, None::<String>, None, None);
                let (mut exp, mut iat, mut jti, mut pwd) = (None, None, None, None::<String>);
                let mut scopes = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    members.once(&name)?;
                    match name.as_str() {
                        "iss" => iss = Some(map.next_value()?),
                        "sub" => sub = Some(map.next_value()?),
                        "tenant_id" => tenant_id = Some(map.next_value()?),
                        "tuid" => tuid = Some(map.next_value()?),
                        "scope" => scopes = map.next_value::<Scopes>()?.0,
                        "exp" => exp = Some(map.next_value::<Moment>()?.0),
                        "iat" => iat = Some(map.next_value::<Moment>()?.0),
                        "nbf" => {
                            // Checked by jsonwebtoken, which forgives what is no number.
                            map.next_value::<Moment>()?;
                        }
                        "jti" => jti = Some(map.next_value()?),
                        "pwd" => pwd = Some(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let missing = |what| move || A::Error::custom(format_args!("no {what}"));
                let sub = sub.ok_or_else(missing("sub"))?;
                if sub.is_empty() || sub.chars().any(char::is_control) {
                    return Err(A::Error::custom("sub is no name"));
                }
                let must_change = match pwd.as_deref() {
                    None => false,
                    Some("must_change") => true,
                    Some(_) => return Err(A::Error::custom("pwd has no such value")),
                };
                Ok(Claims {
                    iss: iss.ok_or_else(missing("iss"))?,
                    sub,
                    tenant_id: tenant_id.ok_or_else(missing("tenant_id"))?,
                    tuid,
                    scopes,
                    exp: exp.ok_or_else(missing("exp"))?,
                    iat,
                    jti,
                    must_change,
                })
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds, perhaps with a fraction, from 1970 to 9999.
struct Moment(DateTime<Utc>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const LAST: u64 = 253_402_300_799;
        let number = serde_json::Number::deserialize(deserializer)?;
        let seconds = match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => i64::try_from(whole.min(LAST + 1)).map_err(D::Error::custom)?,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "the value was just found to lie within the range, and fractions of a second are dropped"
            )]
            (None, Some(fraction)) if (0.0..=LAST as f64).contains(&fraction) => fraction as i64,
            _ => return Err(D::Error::custom("no moment")),
        };
        DateTime::from_timestamp(seconds, 0)
            .filter(|_| seconds.unsigned_abs() <= LAST)
            .map(Self)
            .ok_or_else(|| D::Error::custom("no moment of this age"))
    }
}

/// `scope`: a text with spaces (RFC 8693 §4.2), or, as some providers write it, a list.
struct Scopes(Vec<String>);

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Scopes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("scopes")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Scopes, E> {
                Ok(Scopes(text.split_ascii_whitespace().map(str::to_owned).collect()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scopes, A::Error> {
                let mut scopes = Vec::new();
                while let Some(scope) = seq.next_element()? {
                    scopes.push(scope);
                }
                Ok(Scopes(scopes))
            }
        }
        deserializer.deserialize_any(Read)
    }
}
