//! `100/s`: a rate as operators write it.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use governor::Quota;

/// So many in a unit of time, all of which may come at once after a pause.
///
/// ```
/// use mtp_middleware::RateLimit;
///
/// let rate: RateLimit = "100/s".parse()?;
/// assert_eq!(rate.to_string(), "100/s");
/// assert!("0/s".parse::<RateLimit>().is_err());
/// # Ok::<(), mtp_middleware::RateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateLimit {
    count: NonZeroU32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Unit {
    Second,
    Minute,
    Hour,
}

/// A text that is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a rate is a number from 1 to 4294967295 and a unit: 100/s, 600/m or 1000/h")]
pub struct RateError;

impl RateLimit {
    /// So many a second.
    pub const fn per_second(count: NonZeroU32) -> Self {
        Self {
            count,
            unit: Unit::Second,
        }
    }

    /// So many a minute.
    pub const fn per_minute(count: NonZeroU32) -> Self {
        Self {
            count,
            unit: Unit::Minute,
        }
    }

    /// Reads a rate.
    ///
    /// # Errors
    /// [`RateError`], which says how one is written.
    pub fn parse(text: &str) -> Result<Self, RateError> {
        let (count, unit) = text.split_once('/').ok_or(RateError)?;
        if !count.bytes().all(|b| b.is_ascii_digit()) {
            return Err(RateError);
        }
        Ok(Self {
            count: count.parse().map_err(|_| RateError)?,
            unit: match unit {
                "s" => Unit::Second,
                "m" => Unit::Minute,
                "h" => Unit::Hour,
                _ => return Err(RateError),
            },
        })
    }

    /// A rate that is known to be written well: a default of ours, looked at by a test.
    pub(crate) fn default_of(text: &str) -> Self {
        Self::parse(text).unwrap_or(Self::per_second(NonZeroU32::MIN))
    }

    pub(crate) fn quota(self) -> Quota {
        // governor counts time in nanoseconds: past 10⁹ a second there is nothing to count.
        let period = match self.unit {
            Unit::Second => Duration::from_secs(1),
            Unit::Minute => Duration::from_mins(1),
            Unit::Hour => Duration::from_hours(1),
        };
        let each = (period / self.count.get()).max(Duration::from_nanos(1));
        Quota::with_period(each)
            .unwrap_or(Quota::per_second(self.count))
            .allow_burst(self.count)
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Second => 's',
            Unit::Minute => 'm',
            Unit::Hour => 'h',
        };
        write!(f, "{}/{unit}", self.count)
    }
}

impl FromStr for RateLimit {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
