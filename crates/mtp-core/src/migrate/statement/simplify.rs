//! Clauses that the parser does not know and that change no shape, taken out of what it is given.
//!
//! Only the copy for the parser is changed; the file's own text is what is sent.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::migrate::dialect::Dialect;
use crate::migrate::lint::TENANT_ID;

pub(super) fn simplify(tokens: Vec<TokenWithSpan>, words: &[String], dialect: Dialect) -> Vec<TokenWithSpan> {
    let mut tokens: Vec<_> = tokens
        .into_iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_)))
        .collect();
    let verb = words.first().map_or("", String::as_str);
    match dialect {
        Dialect::Postgres => {
            if verb == "CREATE" && words.iter().take(4).any(|word| word == "VIEW") {
                check_option(&mut tokens);
            }
            if verb == "DROP" && is(tokens.get(2), "CONCURRENTLY") {
                tokens.remove(2);
            }
            if matches!(verb, "CREATE" | "ALTER") {
                set_null_columns(&mut tokens);
            }
        }
        // Words of a definer or an algorithm may stand before VIEW.
        Dialect::MySql if verb == "CREATE" && words.iter().any(|word| word == "VIEW") => check_option(&mut tokens),
        Dialect::MySql if verb == "ALTER" => alter_again(&mut tokens),
        Dialect::Sqlite if verb == "CREATE" => table_options(&mut tokens),
        Dialect::MySql | Dialect::Sqlite => {}
    }
    tokens
}

fn is(token: Option<&TokenWithSpan>, word: &str) -> bool {
    let Some(Token::Word(have)) = token.map(|token| &token.token) else {
        return false;
    };
    have.quote_style.is_none() && have.value.eq_ignore_ascii_case(word)
}

fn are(tokens: &[TokenWithSpan], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| is(Some(token), word))
}

/// `… WITH [CASCADED | LOCAL] CHECK OPTION` at the end of a view.
fn check_option(tokens: &mut Vec<TokenWithSpan>) {
    for words in [
        &["WITH", "CHECK", "OPTION"][..],
        &["WITH", "LOCAL", "CHECK", "OPTION"],
        &["WITH", "CASCADED", "CHECK", "OPTION"],
    ] {
        let start = tokens.len().saturating_sub(words.len());
        if tokens.get(start..).is_some_and(|tail| are(tail, words)) {
            tokens.truncate(start);
            return;
        }
    }
}

/// `ON DELETE SET NULL (column, …)` of PostgreSQL 15. Without the columns it would overwrite all of the
/// key, so the whole clause is taken out; where they name `tenant_id` only the columns are, so that the
/// lint sees what is left.
fn set_null_columns(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let found = ["NULL", "DEFAULT"]
            .iter()
            .any(|what| are(rest, &["ON", "DELETE", "SET", what]));
        if found && rest.get(4).is_some_and(|token| token.token == Token::LParen) {
            let Some(close) = rest.iter().position(|token| token.token == Token::RParen) else {
                return;
            };
            let columns = rest.get(5..close).unwrap_or_default();
            let names_tenant = columns
                .iter()
                .any(|token| matches!(&token.token, Token::Word(word) if word.value.eq_ignore_ascii_case(TENANT_ID)));
            let from = if names_tenant { at + 4 } else { at };
            tokens.drain(from..=at + close);
        }
        at += 1;
    }
}

/// `ADD COLUMN IF NOT EXISTS`, `DROP KEY IF EXISTS` and the like of MariaDB, by which a change can be made twice; and KEY
/// where the parser knows INDEX. Without the condition a second making of the same is a finding.
fn alter_again(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let condition = [&["IF", "NOT", "EXISTS"][..], &["IF", "EXISTS"]]
            .into_iter()
            .find(|words| are(rest, words));
        if let Some(words) = condition {
            tokens.drain(at..at + words.len());
            continue;
        }
        if are(rest, &["DROP", "KEY"])
            && let Some(key) = tokens.get_mut(at + 1)
        {
            key.token = Token::make_keyword("INDEX");
        }
        at += 1;
    }
}

/// `) STRICT, WITHOUT ROWID`: the parser knows each option, but not the comma between them.
fn table_options(tokens: &mut Vec<TokenWithSpan>) {
    let Some(close) = tokens.iter().rposition(|token| token.token == Token::RParen) else {
        return;
    };
    let tail = tokens.get(close + 1..).unwrap_or_default();
    let without_strict = [&["WITHOUT", "ROWID"][..], &["STRICT"]];
    let strict_without = [&["STRICT"][..], &["WITHOUT", "ROWID"]];
    for [first, second] in [without_strict, strict_without] {
        let comma = tail.get(first.len()).is_some_and(|token| token.token == Token::Comma);
        let ends = tail.len() == first.len() + 1 + second.len();
        if comma && ends && are(tail, first) && tail.get(first.len() + 1..).is_some_and(|tail| are(tail, second)) {
            let mut options: Vec<_> = tail
                .iter()
                .filter(|token| token.token != Token::Comma)
                .cloned()
                .collect();
            if is(options.first(), "STRICT") {
                options.rotate_left(1);
            }
            tokens.truncate(close + 1);
            tokens.extend(options);
            return;
        }
    }
}
