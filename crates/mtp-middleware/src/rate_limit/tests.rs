//! Quotas, keys and their bounds.
