//! A progress bar for whoever watches.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mtp_core::{FleetEvent, FleetObserver, Outcome};

/// Draws a pass on standard error, and names failures as they come.
pub(crate) fn bar(watched: bool) -> (ProgressBar, FleetObserver) {
    let target = if watched {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    if let Ok(style) = ProgressStyle::with_template("{msg:8} [{bar:40}] {pos}/{len} {per_sec} {eta}") {
        bar.set_style(style);
    }
    let drawn = bar.clone();
    let observer: FleetObserver = Arc::new(move |event| match event {
        FleetEvent::Planned(plan) => {
            drawn.set_length(plan.places.len() as u64);
            let canaries = plan.places.iter().any(|place| place.canary);
            drawn.set_message(if canaries { "canaries" } else { "tenants" });
        }
        FleetEvent::CanaryPassed => drawn.set_message("tenants"),
        FleetEvent::Settled(place) => {
            drawn.inc(1);
            if place.outcome == Outcome::Failed {
                drawn.println(format!(
                    "{}: {}",
                    place.name,
                    place.error.as_deref().unwrap_or("failed")
                ));
            }
        }
        _ => {}
    });
    (bar, observer)
}
