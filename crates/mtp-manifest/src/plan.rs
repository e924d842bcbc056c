//! A plan and its limits, with the small texts people write for them (`100/s`, `20GiB`) as typed values.

use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Serialize, Serializer};

/// Most plans of a service.
pub const MAX_PLANS: usize = 32;

/// Something a customer can buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// Stable id, written like a service's name.
    pub id: String,
    /// The title that people read.
    pub name: String,
    /// What one gets, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Features of this plan; each is one of the manifest's.
    pub features: Vec<String>,
    /// What a tenant on this plan may use.
    pub limits: Limits,
}

/// What a tenant may use. An absent limit is no limit of the plan; the platform's own limits stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Limits {
    /// Requests in a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Stored data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<ByteSize>,
    /// People who may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
    /// Database connections in use at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
    /// Tokens of language models in a calendar month (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
}

/// A rate of requests: `100/s`, `600/min`, `10/s burst 50`. JSON has the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests in each [`Rate::per`].
    pub count: NonZeroU32,
    /// The period.
    pub per: RatePeriod,
    /// Requests that may come at once; `count` when the text names none.
    pub burst: NonZeroU32,
}

/// The period of a [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RatePeriod {
    /// `s`
    Second,
    /// `min`
    Minute,
    /// `h`
    Hour,
    /// `d`, 24 hours
    Day,
}

impl RatePeriod {
    /// The period's length in seconds.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
            Self::Day => "d",
        }
    }
}

pub(crate) const RATE_HELP: &str = "write a count from 1, `/` and s, min, h or d, such as `100/s` or `10/s burst 50`";

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (rate, burst) = match text.split_once(" burst ") {
            Some((rate, burst)) => (rate, Some(positive(burst.trim()).ok_or(RATE_HELP)?)),
            None => (text, None),
        };
        let (count, per) = rate.split_once('/').ok_or(RATE_HELP)?;
        let count = positive(count.trim()).ok_or(RATE_HELP)?;
        let per = match per.trim() {
            "s" => RatePeriod::Second,
            "min" => RatePeriod::Minute,
            "h" => RatePeriod::Hour,
            "d" => RatePeriod::Day,
            _ => return Err(RATE_HELP),
        };
        Ok(Self {
            count,
            per,
            burst: burst.unwrap_or(count),
        })
    }
}

/// Digits only: `u32::from_str` alone would take `+5`.
fn positive(text: &str) -> Option<NonZeroU32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.per.unit())?;
        if self.burst == self.count {
            Ok(())
        } else {
            write!(f, " burst {}", self.burst)
        }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An amount of stored data in bytes: a number, or a text such as `20GiB` or `500MB`. JSON has the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ByteSize(pub u64);

pub(crate) const BYTES_HELP: &str =
    "write a number of bytes, or one with kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (of 1024)";

impl FromStr for ByteSize {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number: u64 = number.parse().map_err(|_| BYTES_HELP)?;
        let factor: u64 = match unit.trim_start() {
            "" | "B" => 1,
            "kB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "TB" => 1_000_000_000_000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            "TiB" => 1 << 40,
            _ => return Err(BYTES_HELP),
        };
        number.checked_mul(factor).map(Self).ok_or(BYTES_HELP)
    }
}

#[cfg(test)]
mod tests;
