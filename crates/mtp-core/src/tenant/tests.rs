//! Names, states and identities.

use super::*;

#[test]
fn a_tenant_id_is_a_dns_label() {
    for good in ["a", "acme", "acme-7", "a1", &"a".repeat(63)] {
        assert!(TenantId::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "-a",
        "a-",
        "7a",
        "Acme",
        "a_b",
        "a.b",
        "a b",
        "ä",
        "a\0",
        "a\n",
        "admin",
        "pg",
        "mtp",
        &"a".repeat(64),
        "a'--",
        "a/b",
        "a%2f",
        "../a",
        "\u{0430}cme",
    ] {
        assert!(TenantId::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn states_move_only_as_drawn() {
    use TenantState as S;
    assert!(S::Provisioning.may_become(S::Active));
    assert!(S::Deleting.may_become(S::Active));
    for state in S::ALL {
        assert!(!S::Purged.may_become(state), "purged is the end");
        assert!(!state.may_become(state));
        assert_eq!(state.as_str().parse::<S>(), Ok(state));
    }
    assert!(!S::Purging.may_become(S::Active));
    assert!(!S::Failed.may_become(S::Active));
}

#[test]
fn short_uids_differ_for_neighbours() {
    let a = TenantUid::new();
    let b = TenantUid::new();
    assert_ne!(a.short(), b.short());
    assert_eq!(a.short().len(), 8);
}
