//! Errors as problems.
