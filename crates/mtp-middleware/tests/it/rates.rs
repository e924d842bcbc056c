//! Rates as operators write them.

use mtp_middleware::{RateLimit, limits};

#[test]
fn a_rate_is_a_number_and_a_unit() {
    for good in [
        "1/s",
        "100/s",
        "600/m",
        "1000/h",
        "4294967295/s",
        limits::DEFAULT_TENANT_RATE,
        limits::DEFAULT_MARKET_RATE,
        limits::DEFAULT_ANONYMOUS_RATE,
    ] {
        assert_eq!(good.parse::<RateLimit>().unwrap().to_string(), good);
    }
    for bad in [
        "",
        "100",
        "/s",
        "0/s",
        "-1/s",
        "+1/s",
        "1.5/s",
        "1/d",
        "1/s ",
        " 1/s",
        "1//s",
        "4294967296/s",
        "1/S",
    ] {
        assert!(bad.parse::<RateLimit>().is_err(), "{bad:?}");
    }
}
