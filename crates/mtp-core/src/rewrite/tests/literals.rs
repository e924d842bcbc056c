//! Literals come out as they went in, or as a plain literal of the same content.

use super::*;

const HOSTILE: &[&str] = &[
    "''",
    "'a''b'",
    r"'a\'",
    r"'a\\'",
    r"'\'' OR 1=1 -- '",
    "'-- x'",
    "'/* x'",
    "'*/'",
    "'$$'",
    "'$1'",
    "'?'",
    "';'",
    "'\"'",
    "'`'",
    "'[x]'",
    "'a\nb'",
    "'a\tb'",
    "'ü 🦀'",
    "'%_'",
    "'E''x'",
    "''''",
    "''''''",
    r"'''\'''",
    r"'\'",
    "'SELECT * FROM items'",
    "'mtp_c'",
    "' '",
];

#[test]
fn plain_strings_are_byte_equal() {
    for (i, literal) in HOSTILE.iter().enumerate() {
        for (j, other) in HOSTILE.iter().enumerate() {
            let sql = format!("SELECT {literal} AS a, {other} AS b FROM items WHERE name <> {other}");
            for rewritten in [postgres(&sql), sqlite(&sql)] {
                let text = &rewritten.unwrap_or_else(|e| panic!("{i} {j}: {e}")).plain.sql;
                assert!(
                    text.starts_with(&format!("SELECT {literal} AS a, {other} AS b FROM (SELECT")),
                    "{text}"
                );
                assert!(text.ends_with(&format!(" WHERE name <> {other}")), "{text}");
            }
        }
    }
}

/// Where a backslash escapes: what is between the quotes comes out as it went in, whatever the quotes were.
#[test]
fn strings_of_the_mysql_wire_are_byte_equal() {
    let inside = [
        "",
        "a''b",
        r"a\\",
        r"\' OR 1=1 -- ",
        r"\\'' x",
        "-- x",
        "# x",
        "/* x",
        "*/",
        "?",
        ";",
        "`",
        r"\n\0\Z\%",
        "ü 🦀",
        "/*! x */",
    ];
    for (i, one) in inside.iter().enumerate() {
        for (j, other) in inside.iter().enumerate() {
            let sql = format!("SELECT '{one}' AS a, '{other}' AS b FROM items WHERE name <> '{other}'");
            let text = mysql(&sql).unwrap_or_else(|e| panic!("{i} {j}: {e}")).plain.sql.clone();
            assert!(
                text.starts_with(&format!("SELECT '{one}' AS a, '{other}' AS b FROM (SELECT")),
                "{text}"
            );
            assert!(text.ends_with(&format!(" WHERE name <> '{other}'")), "{text}");
        }
    }
    for (double, single) in [
        (r#""a'b""#, "'a''b'"),
        (r#""a""b""#, r#"'a"b'"#),
        (r#""a\"b""#, r#"'a\"b'"#),
        (r#""a\\""#, r"'a\\'"),
        (r#""\\' OR 1=1 -- ""#, r"'\\'' OR 1=1 -- '"),
        (r#""it\'s""#, r"'it\'s'"),
    ] {
        let text = mysql(&format!("SELECT {double} FROM items")).unwrap().plain.sql.clone();
        assert!(
            text.starts_with(&format!("SELECT {single} FROM (SELECT")),
            "{double}: {text}"
        );
    }
    for sql in [
        r"SELECT 'a\\', id FROM items WHERE name=' OR 1=1 -- '",
        r#"SELECT "a\\", id FROM items WHERE name=" OR 1=1 -- ""#,
    ] {
        let text = mysql(sql).unwrap().plain.sql.clone();
        assert!(text.contains("WHERE `items`.`tenant_id` = ?) AS `items`"), "{text}");
        assert!(text.ends_with("WHERE name = ' OR 1=1 -- '"), "{text}");
    }
}

#[test]
fn special_strings_become_plain_ones() {
    let cases = [
        (r"E'a\'b'", "'a''b'"),
        (r"E'a\\'", r"'a\'"),
        (r"E'\\\' OR 1=1 -- '", r"'\'' OR 1=1 -- '"),
        (r"E'\x27\u0027'", "''''''"),
        ("E'''x'", "'''x'"),
        (r"U&'\005c'", r"'\'"),
        (r"U&'\0027 OR 1=1 -- '", "''' OR 1=1 -- '"),
        ("$$it's$$", "'it''s'"),
        (r"$a$\'$$' OR 1=1 -- $a$", r"'\''$$'' OR 1=1 -- '"),
    ];
    for (literal, expected) in cases {
        let rewritten = postgres(&format!("SELECT {literal} FROM items")).unwrap_or_else(|e| panic!("{literal}: {e}"));
        let text = &rewritten.plain.sql;
        assert!(
            text.starts_with(&format!("SELECT {expected} FROM (SELECT")),
            "{literal}: {text}"
        );
    }
}

#[test]
fn comments_vanish() {
    for sql in [
        "SELECT 1 /* x */ -- y",
        "/* a /* b */ c */ SELECT 1",
        "SELECT 1;-- z\n",
        "SELECT/**/1",
    ] {
        assert_eq!(&*postgres(sql).unwrap().plain.sql, "SELECT 1");
    }
    assert_eq!(&*sqlite("SELECT 1 -- y").unwrap().plain.sql, "SELECT 1");
}

#[test]
fn two_signs_do_not_become_a_comment() {
    for sql in [
        "SELECT - -1",
        "SELECT -(-1)",
        "SELECT - - - 1",
        "SELECT 1 - - 1",
        "SELECT +-1",
    ] {
        let text = postgres(sql).unwrap().plain.sql.clone();
        assert!(!text.contains("--"), "{text}");
    }
}
