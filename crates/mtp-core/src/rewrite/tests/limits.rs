//! Limits, the cache, and cost.

use super::*;

#[test]
fn long_statements_are_refused() {
    let sql = format!("SELECT '{}'", "x".repeat(MAX_STATEMENT_BYTES));
    assert!(matches!(postgres(&sql), Err(Refusal::TooLong { .. })));
}

/// On a thread with a worker's stack, so that an overflow would end the test.
fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(f)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn long_chains_are_rewritten_or_refused_but_never_overflow() {
    on_a_small_stack(|| {
        let chain = |n: usize, part: &str| format!("SELECT 1 FROM items WHERE id = 0{}", part.repeat(n));
        assert!(postgres(&chain(800, " OR id = 1")).is_ok());
        assert_eq!(postgres(&chain(5000, " OR id = 1")), Err(Refusal::TooDeep));
        assert!(postgres(&chain(1900, "+1")).is_ok());
        assert!(postgres(&chain(3900, " NOTNULL")).is_ok());
        assert_eq!(postgres(&chain(20_000, "+1")), Err(Refusal::TooDeep));
        assert!(
            postgres(&format!(
                "SELECT a, b FROM items{}",
                " UNION SELECT a, b FROM items".repeat(200)
            ))
            .is_ok()
        );
        let unions = format!("SELECT a, b{}", " UNION SELECT a, b".repeat(3000));
        assert_eq!(postgres(&unions), Err(Refusal::TooDeep));
        for open in ["(", "NOT ", "- ", "(SELECT ", "abs(", "CASE WHEN ", "ARRAY["] {
            let sql = format!("SELECT {}", open.repeat(3000));
            assert!(postgres(&sql).is_err(), "{open}");
        }
        let wide = (0..5000).map(|i| format!("-{i}")).collect::<Vec<_>>().join(", ");
        assert!(postgres(&format!("SELECT 1 FROM items WHERE id IN ({wide})")).is_ok());
    });
}

#[test]
fn nested_brackets_do_not_take_long() {
    on_a_small_stack(|| {
        let started = std::time::Instant::now();
        for n in [10, 20, 40, 60] {
            let nested = |open: &str, close: &str| format!("SELECT {}1{}", open.repeat(n), close.repeat(n));
            for (open, close) in [
                ("(", ")"),
                ("(SELECT ", ")"),
                ("abs(", ")"),
                ("CASE WHEN ", " THEN 1 END"),
                ("((", "))"),
            ] {
                let _ = postgres(&nested(open, close));
                let _ = postgres(&format!("SELECT * FROM {}items{}", "(".repeat(n), ")".repeat(n)));
            }
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    });
}

#[test]
fn the_cache_remembers_both_and_stays_bounded() {
    let rewriter = rewriter(Dialect::Postgres);
    let first = rewriter.rewrite("SELECT * FROM items", None).unwrap();
    let second = rewriter.rewrite("SELECT * FROM items", Some("app")).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let other = rewriter.rewrite("SELECT * FROM items", Some("other")).unwrap();
    assert_ne!(first.plain.sql, other.plain.sql);
    let refused = rewriter.rewrite("SELECT * FROM pg_class", None);
    assert_eq!(refused, rewriter.rewrite("SELECT * FROM pg_class", None));
    assert_eq!(rewriter.cache.len(), 3);

    let long = "x".repeat(20_000);
    for i in 0..600 {
        rewriter.rewrite(&format!("SELECT '{long}', {i}"), None).unwrap();
        for j in 0..10 {
            let _ = rewriter.rewrite(&format!("DROP TABLE t{i}_{j}"), None);
        }
    }
    assert!(
        rewriter.cache.weight() <= REWRITE_CACHE_BYTES as u64,
        "{}",
        rewriter.cache.weight()
    );
    assert!(
        rewriter.cache.len() <= REWRITE_CACHE_ENTRIES,
        "{}",
        rewriter.cache.len()
    );
}

#[test]
fn a_refusal_repeats_no_literal() {
    for sql in [
        "SELECT 'hunter2' FROM nowhere",
        "SELECT pg_sleep('hunter2')",
        "SELECT ~~~ 'hunter2' ((",
        "SET x = 'hunter2'",
        "COPY items FROM 'hunter2'",
        "INSERT INTO items (tenant_id) VALUES ('hunter2')",
        "SELECT 'hunter2",
        "SELECT $q$hunter2",
        "SELECT ('hunter2').x.y(1)",
        "CALL f('hunter2')",
        "SELECT 'hunter2' SELECT",
        "SELECT x::enum('hunter2')",
    ] {
        let refusal = postgres(sql).unwrap_err();
        assert!(!refusal.to_string().contains("hunter2"), "{refusal}");
        assert!(!format!("{refusal:?}").contains("hunter2"), "{refusal:?}");
    }
}

/// Prints the cost; the figures in [`Rewriter::rewrite`]'s documentation are from it.
#[test]
fn cost() {
    let sql = "SELECT i.id, i.name, count(o.id) FROM items i LEFT JOIN orders o ON o.item = i.id \
               WHERE i.name LIKE $1 AND i.id > $2 GROUP BY i.id, i.name ORDER BY i.id LIMIT 100";
    let rounds = 200_u32;
    let rewriter = rewriter(Dialect::Postgres);
    let started = std::time::Instant::now();
    for _ in 0..rounds {
        rewriter.rewrite_anew(sql, "app").unwrap();
    }
    let anew = started.elapsed() / rounds;
    rewriter.rewrite(sql, None).unwrap();
    let started = std::time::Instant::now();
    for _ in 0..rounds * 100 {
        rewriter.rewrite(sql, None).unwrap();
    }
    let remembered = started.elapsed() / (rounds * 100);
    eprintln!("anew {anew:?}, remembered {remembered:?}");
    assert!(remembered < anew);
}
