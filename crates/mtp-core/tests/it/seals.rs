//! Seals taken apart and put together, for forgeries.

/// Fields as they stand in a seal, with their lengths.
pub(crate) fn prefixed(fields: &[&str]) -> String {
    fields.iter().map(|f| format!("{}:{f}:", f.len())).collect()
}

/// A seal of these fields, of which the last is the MAC.
pub(crate) fn joined(fields: &[&str]) -> String {
    let (mac, fields) = fields.split_last().unwrap();
    prefixed(fields) + mac
}

/// The five fields of a seal, and its MAC.
pub(crate) fn fields(seal: &str) -> [&str; 6] {
    let parts: Vec<&str> = seal.split(':').collect();
    assert_eq!(parts.len(), 11, "a seal has five fields with their lengths, and a MAC");
    [1, 3, 5, 7, 9, 10].map(|at| parts[at])
}
