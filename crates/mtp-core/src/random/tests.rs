//! Random bytes differ, random characters are fair and of the alphabet.

use super::{bytes, push_chars, secret_bytes};

#[test]
fn draws_differ() {
    assert_ne!(bytes::<32>().unwrap(), bytes::<32>().unwrap());
    assert_ne!(*secret_bytes::<32>().unwrap(), *secret_bytes::<32>().unwrap());
}

#[test]
fn characters_are_fair() {
    const DRAWS: usize = 100_000;
    let alphabet = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut text = String::from("x_");
    push_chars(&mut text, alphabet, DRAWS).unwrap();
    assert_eq!(text.len(), DRAWS + 2);
    let expected = DRAWS / alphabet.len();
    for letter in alphabet {
        let seen = text[2..].bytes().filter(|byte| byte == letter).count();
        // Six standard deviations (about 40 each); a plain remainder would lift the first eight by a quarter.
        assert!(
            seen.abs_diff(expected) < 240,
            "{} came {seen} times, expected about {expected}",
            char::from(*letter)
        );
    }
}
