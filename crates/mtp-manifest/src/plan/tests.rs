//! Rates and sizes as people write them.

use super::{ByteSize, Rate, RatePeriod};

#[test]
fn a_rate_is_read_and_written_the_same() {
    for text in ["100/s", "600/min", "1/h", "10/s burst 50", "4294967295/d"] {
        assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
    }
    let rate: Rate = " 5 / min burst 9".parse().unwrap();
    assert_eq!(
        (rate.count.get(), rate.per, rate.burst.get()),
        (5, RatePeriod::Minute, 9)
    );
}

#[test]
fn what_is_no_rate_is_refused() {
    for text in [
        "",
        "100",
        "0/s",
        "-1/s",
        "+1/s",
        "1.5/s",
        "100/sec",
        "100/s burst",
        "100/s burst 0",
        "4294967296/s",
    ] {
        assert!(text.parse::<Rate>().is_err(), "{text:?} was read");
    }
}

#[test]
fn sizes_have_powers_of_1000_and_1024() {
    for (text, bytes) in [
        ("0", 0),
        ("12", 12),
        ("3kB", 3_000),
        ("3KiB", 3_072),
        ("20 GiB", 21_474_836_480),
        ("1TB", 1_000_000_000_000),
    ] {
        assert_eq!(text.parse(), Ok(ByteSize(bytes)));
    }
    for text in ["", "GiB", "1.5GiB", "-1", "5 gb", "99999999TiB"] {
        assert!(text.parse::<ByteSize>().is_err(), "{text:?} was read");
    }
}
