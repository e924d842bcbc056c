//! Stored password hashes as PHC strings, and what one costs.

use std::fmt;

use argon2::password_hash::phc;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use super::PasswordError;
use crate::limits::{MAX_HASH_ITERATIONS, MAX_HASH_LANES, MAX_HASH_MEMORY_KIB, MIN_HASH_MEMORY_KIB};
use crate::random;

/// Longest accepted PHC string, in bytes; ours have about 100.
const MAX_PHC_BYTES: usize = 256;
const SALT: usize = 16;
const DAMAGED: PasswordError = PasswordError::Stored;

/// What one argon2id hash costs. Raise it when machines get faster: stored hashes are renewed at the next sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashParams {
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
}

impl HashParams {
    /// 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet, argon2id.
    pub const OWASP: Self = Self {
        memory_kib: 19 * 1024,
        iterations: 2,
        lanes: 1,
    };

    /// Other parameters: memory in KiB (7168 to 262144), passes (1 to 32), lanes (1 to 8).
    ///
    /// # Errors
    /// [`PasswordError::Params`] outside of these bounds, or where memory × passes is below OWASP's settings.
    pub fn new(memory_kib: u32, iterations: u32, lanes: u32) -> Result<Self, PasswordError> {
        let params = Self {
            memory_kib,
            iterations,
            lanes,
        };
        let strong = memory_kib >= MIN_HASH_MEMORY_KIB && params.blocks() >= 5 * u64::from(MIN_HASH_MEMORY_KIB);
        if !strong || !params.bounded() {
            let what = "argon2id takes 7168-262144 KiB, 1-32 passes, 1-8 lanes, and memory times passes >= 35840 KiB";
            return Err(PasswordError::Params(what));
        }
        Ok(params)
    }

    /// What is not stronger than the bounds allow; a stored hash may be weaker than a new one.
    fn bounded(self) -> bool {
        self.memory_kib <= MAX_HASH_MEMORY_KIB
            && (1..=MAX_HASH_ITERATIONS).contains(&self.iterations)
            && (1..=MAX_HASH_LANES).contains(&self.lanes)
    }

    /// Memory blocks that are computed: the time is proportional to it.
    pub(super) fn blocks(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.iterations)
    }

    /// Parameters that cost what `self` costs more than `other`, or none if it does not.
    pub(super) fn beyond(self, other: Self) -> Option<Self> {
        let rest = self.blocks().saturating_sub(other.blocks());
        let memory = rest.min(u64::from(self.memory_kib));
        let least = u64::from(Params::MIN_M_COST) * u64::from(self.lanes);
        if memory < least {
            return None;
        }
        let iterations = u32::try_from(rest / memory).ok()?;
        Some(Self {
            memory_kib: u32::try_from(memory).ok()?,
            iterations,
            lanes: self.lanes,
        })
    }

    fn argon2(self) -> Result<Argon2<'static>, PasswordError> {
        let params = Params::new(self.memory_kib, self.iterations, self.lanes, None)
            .map_err(|_| PasswordError::Params("argon2id needs at least 8 KiB a lane"))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

impl Default for HashParams {
    fn default() -> Self {
        Self::OWASP
    }
}

/// A stored password hash: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    text: String,
    params: HashParams,
}

impl PasswordHash {
    /// Reads a stored hash: argon2id, version 19, salt and hash present, cost within what this library would run.
    ///
    /// # Errors
    /// [`PasswordError::Stored`].
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        if text.len() > MAX_PHC_BYTES {
            return Err(DAMAGED);
        }
        let phc = phc::PasswordHash::new(text).map_err(|_| DAMAGED)?;
        let params = Params::try_from(&phc).map_err(|_| DAMAGED)?;
        let params = HashParams {
            memory_kib: params.m_cost(),
            iterations: params.t_cost(),
            lanes: params.p_cost(),
        };
        let whole = phc.algorithm == ARGON2ID_IDENT && phc.version == Some(Version::V0x13.into());
        // A short hash is matched by chance: ours have 32 bytes.
        let long = phc.hash.is_some_and(|hash| hash.len() >= 32) && phc.salt.is_some();
        if !whole || !long || !params.bounded() {
            return Err(DAMAGED);
        }
        Ok(Self {
            text: text.to_owned(),
            params,
        })
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it cost.
    pub fn params(&self) -> HashParams {
        self.params
    }

    /// Whether it was made with other parameters than these.
    pub fn needs_rehash(&self, params: HashParams) -> bool {
        self.params != params
    }

    /// Hashes now, on this thread, with a fresh salt.
    pub(super) fn compute(password: &[u8], params: HashParams) -> Result<Self, PasswordError> {
        let salt = random::bytes::<SALT>()?;
        let phc = params.argon2()?.hash_password_with_salt(password, &salt);
        let text = phc.map_err(|_| PasswordError::Failed("argon2id"))?.to_string();
        Ok(Self { text, params })
    }

    /// Compares now, on this thread.
    pub(super) fn matches(&self, password: &[u8]) -> Result<bool, PasswordError> {
        use argon2::password_hash::Error;
        let phc = phc::PasswordHash::new(&self.text).map_err(|_| DAMAGED)?;
        match self.params.argon2()?.verify_password(password, &phc) {
            Ok(()) => Ok(true),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(_) => Err(PasswordError::Failed("argon2id")),
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HashParams {
            memory_kib,
            iterations,
            lanes,
        } = self.params;
        write!(f, "PasswordHash(argon2id m={memory_kib},t={iterations},p={lanes} ***)")
    }
}
