//! Passwords: right, wrong, nobody; the bound and its deadline; the policy.

use std::time::Duration;

use super::{
    HashParams, PasswordError, PasswordHash, PasswordHasher, PasswordPolicy, PasswordRefused, PasswordVerdict,
    generate_password,
};
use crate::{Secret, limits::MAX_PASSWORD_BYTES};

/// The cheapest that is allowed by work: tests hash often.
fn cheap() -> HashParams {
    HashParams::new(7168, 5, 1).unwrap()
}

#[tokio::test]
async fn right_wrong_and_nobody() {
    let hasher = PasswordHasher::new(HashParams::OWASP).unwrap();
    let (right, wrong) = (
        Secret::from("correct horse battery"),
        Secret::from("wrong horse battery"),
    );
    let stored = hasher.hash(&right).await.unwrap();
    assert!(
        stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        stored.as_str()
    );
    let read = PasswordHash::parse(stored.as_str()).unwrap();
    assert_eq!(read, stored);
    let verdict = hasher.verify(&right, Some(&read)).await.unwrap();
    assert_eq!(verdict, PasswordVerdict::Right { rehash: false });
    assert_eq!(
        hasher.verify(&wrong, Some(&read)).await.unwrap(),
        PasswordVerdict::Wrong
    );
    assert_eq!(hasher.verify(&right, None).await.unwrap(), PasswordVerdict::Wrong);
    assert_ne!(hasher.hash(&right).await.unwrap(), stored, "the salt is fresh");

    let long = Secret::new("x".repeat(MAX_PASSWORD_BYTES + 1));
    assert!(matches!(
        hasher.hash(&long).await,
        Err(PasswordError::Policy(PasswordRefused::TooLong))
    ));
    assert_eq!(hasher.verify(&long, Some(&read)).await.unwrap(), PasswordVerdict::Wrong);
    assert!(!format!("{stored:?} {hasher:?}").contains(&stored.as_str()[31..]));
}

#[test]
fn the_algorithm_is_the_published_one() {
    // From the argon2 reference implementation's test.c: argon2id, v=19, t=2, m=2^16, p=1.
    let stored =
        PasswordHash::parse("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
    let stored = stored.unwrap();
    assert!(stored.matches(b"password").unwrap());
    assert!(!stored.matches(b"passwore").unwrap());
}

#[tokio::test]
async fn parameters_are_raised_at_sign_in() {
    let password = Secret::from("correct horse battery");
    let old = PasswordHasher::new(cheap()).unwrap().hash(&password).await.unwrap();
    let hasher = PasswordHasher::new(HashParams::OWASP).unwrap();
    let verdict = hasher.verify(&password, Some(&old)).await.unwrap();
    assert_eq!(verdict, PasswordVerdict::Right { rehash: true });
    assert!(old.needs_rehash(HashParams::OWASP) && !old.needs_rehash(cheap()));
}

#[test]
fn a_wrong_password_is_topped_up_to_todays_cost() {
    let today = HashParams::new(19 * 1024, 4, 1).unwrap();
    let rest = today.beyond(HashParams::OWASP).unwrap();
    assert_eq!(rest.blocks() + HashParams::OWASP.blocks(), today.blocks());
    assert!(today.beyond(today).is_none());
    assert!(HashParams::OWASP.beyond(today).is_none());
    let near = HashParams::OWASP.beyond(cheap()).unwrap();
    assert!(near.blocks() + cheap().blocks() == HashParams::OWASP.blocks());
}

#[tokio::test]
async fn a_full_house_is_busy_and_a_caller_that_left_keeps_its_turn() {
    let hasher = PasswordHasher::with_limits(cheap(), 1, Duration::from_millis(50)).unwrap();
    let turn = hasher.turns.clone().acquire_owned().await.unwrap();
    let password = Secret::from("correct horse battery");
    assert!(matches!(hasher.hash(&password).await, Err(PasswordError::Busy { .. })));
    assert!(matches!(
        hasher.verify(&password, None).await,
        Err(PasswordError::Busy { .. })
    ));
    drop(turn);
    assert!(hasher.hash(&password).await.is_ok());

    // The hash goes on after its caller is gone; its turn is not free before it ends.
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel();
    let caller = tokio::spawn({
        let hasher = hasher.clone();
        async move {
            hasher
                .run(move || {
                    started.send(()).unwrap();
                    stopped.recv().unwrap();
                    Ok(())
                })
                .await
        }
    });
    running.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert!(matches!(hasher.hash(&password).await, Err(PasswordError::Busy { .. })));
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), async {
        while hasher.turns.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[test]
fn parameters_are_bounded() {
    for (memory, passes, lanes) in [
        (7167, 32, 1),
        (7168, 4, 1),
        (19 * 1024, 1, 1),
        (262_145, 1, 1),
        (19_456, 33, 1),
        (19_456, 2, 9),
        (19_456, 2, 0),
    ] {
        assert!(
            HashParams::new(memory, passes, lanes).is_err(),
            "{memory} {passes} {lanes}"
        );
    }
    assert!(PasswordHasher::with_limits(cheap(), 0, Duration::ZERO).is_err());
    assert_eq!(HashParams::default(), HashParams::OWASP);
}

#[test]
fn damaged_hashes_are_refused() {
    let salt_hash = "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert!(PasswordHash::parse(&format!("$argon2id$v=19$m=65536,t=2,p=1${salt_hash}")).is_ok());
    for text in [
        String::new(),
        "plain".to_owned(),
        "$argon2id$v=19$m=65536,t=2,p=1".to_owned(),
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ".to_owned(),
        // Another algorithm, another version, none.
        format!("$argon2i$v=19$m=65536,t=2,p=1${salt_hash}"),
        format!("$argon2id$v=16$m=65536,t=2,p=1${salt_hash}"),
        format!("$argon2id$m=65536,t=2,p=1${salt_hash}"),
        // A row that would exhaust the machine.
        format!("$argon2id$v=19$m=4294967295,t=2,p=1${salt_hash}"),
        format!("$argon2id$v=19$m=65536,t=4000000,p=1${salt_hash}"),
        format!("$argon2id$v=19$m=65536,t=2,p=200${salt_hash}"),
        // A hash so short that many passwords fit.
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFQ".to_owned(),
        format!("$argon2id$v=19$m=65536,t=2,p=1${salt_hash}{}", "A".repeat(300)),
    ] {
        assert!(
            matches!(PasswordHash::parse(&text), Err(PasswordError::Stored)),
            "{text}"
        );
    }
}

#[test]
fn the_policy_counts_characters_and_knows_names() {
    let policy = PasswordPolicy::default();
    let check = |text: &str| policy.check(&Secret::from(text), &["admin", "Acme-Industries"]);
    assert_eq!(check("elevenchars"), Err(PasswordRefused::TooShort { min: 12 }));
    assert_eq!(check("twelve chars"), Ok(()));
    assert_eq!(check("zwölf-zeiche"), Ok(()));
    assert_eq!(check("acme-industries"), Err(PasswordRefused::Guessable));
    assert_eq!(check("121212121212"), Err(PasswordRefused::Guessable));
    assert_eq!(check("twelve\0chars"), Err(PasswordRefused::Control));
    assert_eq!(check(&"abcdefgh".repeat(129)), Err(PasswordRefused::TooLong));
    assert_eq!(PasswordPolicy::new(0).min_chars(), 8);
    assert_eq!(PasswordPolicy::new(9999).min_chars(), 128);
}

#[test]
fn generated_passwords_pass_and_differ() {
    let (one, two) = (generate_password().unwrap(), generate_password().unwrap());
    assert_ne!(one.expose(), two.expose());
    assert_eq!(one.expose().len(), 24);
    assert!(!one.expose().contains(['0', 'O', '1', 'I', 'l']));
    assert_eq!(PasswordPolicy::default().check(&one, &[]), Ok(()));
}
