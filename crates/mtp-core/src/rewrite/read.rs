//! Reading a statement: limits, tokens, placeholders, then exactly one parsed statement.

use sqlparser::{
    ast::Statement,
    keywords::Keyword,
    parser::{Parser, ParserError, ParserOptions},
    tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace},
};

use super::{
    MAX_CHAIN_TOKENS, MAX_NESTING, MAX_SET_OPERATIONS, MAX_STATEMENT_BYTES,
    dialect::Dialect,
    refusal::{Refusal, ShownName},
};

/// A statement as it was read, before anything is changed.
pub(super) struct Read {
    pub(super) statement: Statement,
    /// Number of placeholders that the caller binds; they are `1..=params` without a gap.
    pub(super) params: usize,
    /// How many placeholder tokens there are; the walk must meet each.
    pub(super) placeholders: usize,
}

/// A statement's tokens, checked and numbered.
pub(super) struct Tokens {
    list: Vec<TokenWithSpan>,
    params: usize,
    placeholders: usize,
    /// Whether the tree may be so deep that it needs a large stack.
    pub(super) deep: bool,
}

/// Splits into tokens with string escapes left as they are: the printer does not put them back, so an unescaped
/// literal could come out as something else.
fn tokens(dialect: Dialect, sql: &str) -> Result<Vec<TokenWithSpan>, Refusal> {
    Tokenizer::new(dialect.grammar(), sql)
        .with_unescape(false)
        .tokenize_with_location()
        .map_err(|e| Refusal::Unreadable {
            at: Some((e.location.line, e.location.column)),
        })
}

fn parse(dialect: Dialect, tokens: Vec<TokenWithSpan>) -> Result<Vec<Statement>, Refusal> {
    Parser::new(dialect.grammar())
        .with_options(ParserOptions::new().with_unescape(false))
        .with_recursion_limit(MAX_NESTING)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .map_err(|e| match e {
            ParserError::RecursionLimitExceeded => Refusal::TooDeep,
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => {
                Refusal::Unreadable { at: position(&text) }
            }
        })
}

/// The position that the parser puts at the end of its message; the message itself may repeat literals.
fn position(text: &str) -> Option<(u64, u64)> {
    let (_, at) = text.rsplit_once(" at Line: ")?;
    let (line, column) = at.split_once(", Column: ")?;
    Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
}

/// Parses text of our own printing again, for the second net.
pub(super) fn again(dialect: Dialect, sql: &str) -> Option<Statement> {
    let tokens = tokens(dialect, sql).ok()?;
    if tokens.iter().any(|t| is_comment(&t.token)) {
        return None;
    }
    let mut statements = parse(dialect, tokens).ok()?;
    if statements.len() == 1 { statements.pop() } else { None }
}

fn is_comment(token: &Token) -> bool {
    matches!(
        token,
        Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_))
    )
}

/// Splits a caller's statement into tokens, within the limits.
pub(super) fn split(dialect: Dialect, sql: &str) -> Result<Tokens, Refusal> {
    if sql.len() > MAX_STATEMENT_BYTES {
        return Err(Refusal::TooLong {
            bytes: sql.len(),
            limit: MAX_STATEMENT_BYTES,
        });
    }
    if sql.contains('\0') {
        return Err(Refusal::Unreadable { at: None });
    }
    let mut tokens = tokens(dialect, sql)?;
    let first = tokens.iter().find_map(|t| match &t.token {
        Token::Word(w) => Some(w.value.to_uppercase()),
        _ => None,
    });
    if let Some(refusal) = first.as_deref().and_then(other_statement) {
        return Err(refusal);
    }
    if dialect.is_mysql() {
        as_mysql_reads(sql, &mut tokens)?;
    }
    let longest = check_tokens(dialect, sql, &tokens)?;
    let (params, placeholders) = number(dialect, &mut tokens)?;
    Ok(Tokens {
        list: tokens,
        params,
        placeholders,
        deep: longest > DEEP_TOKENS,
    })
}

/// Reads the one statement of a caller's tokens.
pub(super) fn read(dialect: Dialect, tokens: Tokens) -> Result<Read, Refusal> {
    let Tokens {
        list,
        params,
        placeholders,
        deep: _,
    } = tokens;
    let mut statements = parse(dialect, list)?;
    let count = statements.len();
    match (statements.pop(), count) {
        (Some(statement), 1) => Ok(Read {
            statement,
            params,
            placeholders,
        }),
        _ => Err(Refusal::NotOne { count }),
    }
}

/// Chains longer than this get a large stack of their own: a level of UNION takes some 10 KiB when its tree is copied
/// by a debug build.
const DEEP_TOKENS: usize = 64;

/// Refuses by the first word what the walk would refuse by its node, so that the reason is clear even where the parser
/// cannot read the rest.
fn other_statement(first: &str) -> Option<Refusal> {
    match first {
        "SELECT" | "WITH" | "INSERT" | "UPDATE" | "DELETE" | "VALUES" => None,
        "TABLE" => Some(Refusal::clause("TABLE name", "write SELECT * FROM name")),
        "REPLACE" => Some(Refusal::clause(
            "REPLACE",
            "use INSERT … ON CONFLICT … DO UPDATE, or ON DUPLICATE KEY UPDATE",
        )),
        other => Some(Refusal::Statement {
            what: ShownName::new(other),
        }),
    }
}

/// Refuses hints, hexadecimal numbers (printed back as blobs), and chains too long for the stack. Gives the length
/// of the longest chain.
///
/// A tree cannot be deeper than the tokens on the way to its deepest leaf. A comma ends every chain of its own
/// bracket except one of set operations, which are counted apart.
fn check_tokens(dialect: Dialect, sql: &str, tokens: &[TokenWithSpan]) -> Result<usize, Refusal> {
    let (mut open, mut current, mut outer, mut longest, mut set_operations) = (Vec::new(), 0_usize, 0_usize, 0, 0);
    for TokenWithSpan { token, .. } in tokens {
        match token {
            Token::Whitespace(Whitespace::MultiLineComment(text)) if text.starts_with(['+', '!']) => {
                return Err(Refusal::clause("a hint in a comment", "leave it out"));
            }
            Token::Whitespace(_) => continue,
            Token::HexStringLiteral(_) if sql.contains("0x") || sql.contains("0X") => {
                return Err(Refusal::clause(
                    "a hexadecimal number",
                    "write it in decimal, or as X'…' for bytes",
                ));
            }
            Token::Colon | Token::AtSign if !dialect.is_postgres() => {
                return Err(Refusal::Placeholder {
                    why: if dialect.is_mysql() {
                        "named ones are not supported: write ?"
                    } else {
                        "named ones are not supported: write ? or ?1, ?2, …"
                    },
                });
            }
            Token::LParen | Token::LBracket | Token::LBrace => {
                current += 1;
                open.push(current);
                outer += current;
                current = 0;
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                current = open.pop().unwrap_or_default();
                outer = outer.saturating_sub(current);
            }
            Token::Comma => current = 0,
            Token::Word(word) => {
                current += 1;
                if matches!(
                    word.keyword,
                    Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS
                ) {
                    set_operations += 1;
                }
            }
            _ => current += 1,
        }
        longest = longest.max(outer + current);
        if longest > MAX_CHAIN_TOKENS || set_operations > MAX_SET_OPERATIONS {
            return Err(Refusal::TooDeep);
        }
    }
    Ok(longest + set_operations)
}

/// Refuses what MySQL runs though it looks like a comment, and variables (the parser takes `@x` for a name); makes
/// `"…"` the same text in single quotes, so that no two kinds of quotes meet.
fn as_mysql_reads(sql: &str, tokens: &mut [TokenWithSpan]) -> Result<(), Refusal> {
    let within: usize = tokens.iter().map(|t| comment_starts(text_of(&t.token))).sum();
    if comment_starts(sql) > within {
        return Err(Refusal::clause("a comment that is run", "leave it out"));
    }
    for TokenWithSpan { token, .. } in tokens {
        match token {
            Token::Word(word) if word.quote_style.is_none() && word.value.contains('@') => {
                return Err(Refusal::clause("a user or system variable", "bind the value"));
            }
            Token::Word(word) if word.quote_style.is_none() && word.value.starts_with('$') => {
                return Err(Refusal::Placeholder { why: "write ?" });
            }
            Token::DoubleQuotedString(text) => *token = Token::SingleQuotedString(in_single_quotes(text)),
            _ => {}
        }
    }
    Ok(())
}

/// How often a comment that MySQL or MariaDB runs could begin in a text.
fn comment_starts(text: &str) -> usize {
    text.matches("/*!").count() + text.matches("/*M!").count()
}

/// What stands in a literal, quoted name or plain comment; there such a beginning means nothing. (Inside a comment the
/// next one does not nest, and what the tokenizer has opened is no comment any more.)
fn text_of(token: &Token) -> &str {
    match token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::NationalStringLiteral(text)
        | Token::Whitespace(Whitespace::SingleLineComment { comment: text, .. }) => text,
        Token::Word(word) if word.quote_style.is_some() => &word.value,
        _ => "",
    }
}

/// The inside of a double-quoted string, escapes and all, for single quotes: the same escapes hold in both.
fn in_single_quotes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                plain.push(c);
                plain.extend(chars.next());
            }
            // Written twice, for one.
            '"' => {
                chars.next();
                plain.push(c);
            }
            '\'' => plain.push_str("''"),
            other => plain.push(other),
        }
    }
    plain
}

/// A finished text of the MySQL wire with a bare `?` at each place, and which number each had. Found by the tokens, so
/// that one in a string is none.
pub(super) fn unnumbered(dialect: Dialect, sql: &str) -> Option<(String, Vec<usize>)> {
    let (mut bare, mut same, mut numbers) = (String::new(), String::new(), Vec::new());
    for TokenWithSpan { token, .. } in tokens(dialect, sql).ok()? {
        same.push_str(&token.to_string());
        if let Token::Placeholder(text) = &token {
            numbers.push(text.strip_prefix('?')?.parse().ok()?);
            bare.push('?');
        } else {
            bare.push_str(&token.to_string());
        }
    }
    (same == sql).then_some((bare, numbers))
}

/// Counts the placeholders and, where they are written `?`, gives each its number in the order of the text: a bare `?` is bound in
/// that order, which the tree need not keep.
fn number(dialect: Dialect, tokens: &mut [TokenWithSpan]) -> Result<(usize, usize), Refusal> {
    let mut seen: Vec<bool> = Vec::new();
    let (mut bare, mut count) = (0_usize, 0_usize);
    for TokenWithSpan { token, .. } in tokens.iter_mut() {
        let Token::Placeholder(text) = token else {
            continue;
        };
        count += 1;
        let n = if text == "?" && !dialect.is_postgres() {
            bare += 1;
            bare
        } else {
            numbered(dialect, text)?
        };
        if n > dialect.max_parameters() {
            return Err(Refusal::Placeholder {
                why: "there are more than the database takes: send fewer at a time",
            });
        }
        if seen.len() < n {
            seen.resize(n, false);
        }
        if let Some(slot) = seen.get_mut(n - 1) {
            *slot = true;
        }
        *text = dialect.placeholder(n);
    }
    if bare > 0 && bare != count {
        return Err(Refusal::Placeholder {
            why: "? and ?1 are mixed: use one kind",
        });
    }
    if seen.contains(&false) {
        return Err(Refusal::Placeholder {
            why: "a number is left out: number them from 1 without a gap",
        });
    }
    Ok((seen.len(), count))
}

fn numbered(dialect: Dialect, text: &str) -> Result<usize, Refusal> {
    let why = match dialect {
        Dialect::Postgres => "write $1, $2, …",
        Dialect::MySql => "write ?",
        Dialect::Sqlite => "write ? or ?1, ?2, …",
    };
    let refused = Refusal::Placeholder { why };
    let ((Dialect::Postgres | Dialect::Sqlite, Some(("$", digits))) | (Dialect::Sqlite, Some(("?", digits)))) =
        (dialect, text.split_at_checked(1))
    else {
        return Err(refused);
    };
    let canonical = !digits.starts_with('0') && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.parse() {
        Ok(n) if canonical => Ok(n),
        _ => Err(refused),
    }
}
