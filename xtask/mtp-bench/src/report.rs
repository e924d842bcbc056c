//! Measurements as lines, for people or as JSON.

use std::io::Write;

/// Prints measurements.
pub(crate) struct Report {
    json: bool,
}

/// One measurement against its baseline of the same run.
pub(crate) struct Line<'a> {
    pub(crate) bench: &'a str,
    pub(crate) case: &'a str,
    pub(crate) metric: &'a str,
    pub(crate) value: f64,
    pub(crate) unit: &'a str,
    pub(crate) baseline: Option<(&'a str, f64)>,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn line(&self, line: &Line<'_>) {
        let ratio = line.baseline.map(|(_, value)| line.value / value);
        let text = if self.json {
            serde_json::json!({
                "bench": line.bench, "case": line.case, "metric": line.metric, "value": line.value, "unit": line.unit,
                "baseline": line.baseline.map(|b| b.0), "ratio": ratio,
            })
            .to_string()
        } else {
            let ratio = ratio
                .map(|r| format!("  {r:.3} of {}", line.baseline.map_or("", |b| b.0)))
                .unwrap_or_default();
            format!(
                "{:<8} {:<34} {:>12.1} {:<10} {}{ratio}",
                line.bench, line.case, line.value, line.unit, line.metric
            )
        };
        // A reader that has gone away is no reason to stop measuring.
        let _ = writeln!(std::io::stdout(), "{text}");
    }
}

/// Says why a bench did not run.
pub(crate) fn complain(error: &(dyn std::error::Error + 'static)) {
    let mut cause = Some(error);
    while let Some(e) = cause {
        let _ = writeln!(std::io::stderr(), "bench: {e}");
        cause = e.source();
    }
}

/// The middle value.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
