//! A migration's text, cut into statements by its tokens.

use std::sync::Arc;

use sqlparser::ast::Statement;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace};

mod simplify;

use super::dialect::Dialect;
use super::error::{MigrationError, Position};

/// One statement of a migration, as it stands in the file, without its semicolon.
#[derive(Debug, Clone)]
pub struct SqlStatement {
    pub(crate) text: String,
    pub(crate) at: Position,
    pub(crate) end_line: u64,
    /// The parsed statement, or what the parser says.
    pub(crate) parsed: Result<Box<Statement>, String>,
    /// The leading words in upper case, quoted ones left out: what an unreadable statement is.
    pub(crate) words: Vec<String>,
    pub(crate) comments: Vec<Comment>,
}

/// A comment that belongs to a statement: inside it, before it, or behind it on its last line.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) text: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl SqlStatement {
    /// The statement's text, to be sent as it is.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it begins.
    pub fn position(&self) -> &Position {
        &self.at
    }

    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.iter().any(|have| have == word)
    }
}

/// How far bodies are nested inside a `CREATE FUNCTION … BEGIN ATOMIC … END` or a SQLite trigger, where
/// a semicolon does not end the statement. Counted as psql does: `BEGIN` and `CASE` open, `END` closes.
#[derive(Default)]
struct Nesting {
    parens: u32,
    bodies: u32,
}

impl Nesting {
    fn see(&mut self, token: &Token, may_have_body: bool) {
        match token {
            Token::LParen => self.parens += 1,
            Token::RParen => self.parens = self.parens.saturating_sub(1),
            Token::Word(word) if may_have_body && word.quote_style.is_none() => match word.keyword {
                Keyword::BEGIN => self.bodies += 1,
                Keyword::CASE if self.bodies > 0 => self.bodies += 1,
                Keyword::END => self.bodies = self.bodies.saturating_sub(1),
                _ => {}
            },
            _ => {}
        }
    }

    fn is_top(&self) -> bool {
        self.parens == 0 && self.bodies == 0
    }
}

pub(crate) fn split(file: &Arc<str>, sql: &str, dialect: Dialect) -> Result<Vec<SqlStatement>, MigrationError> {
    if dialect == Dialect::MySql
        && let Some(at) = run_comment(sql)
    {
        let before = sql.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let at = Position {
            file: Arc::clone(file),
            line: before.matches('\n').count() as u64 + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() as u64 + 1,
        };
        return Err(MigrationError::Unsplittable {
            at,
            reason: "a comment that some servers run and some do not: write its statement out".to_owned(),
        });
    }
    let tokens = Tokenizer::new(dialect.parser(), sql)
        .tokenize_with_location()
        .map_err(|error| {
            let at = Position {
                file: Arc::clone(file),
                line: error.location.line,
                column: error.location.column,
            };
            MigrationError::Unsplittable {
                at,
                reason: error.message,
            }
        })?;
    let offsets = Offsets::new(sql);
    let mut statements = Vec::new();
    let mut draft = Draft::default();
    let mut end_line = 0;
    for token in tokens {
        if let Some(comment) = comment(&token) {
            match statements.last_mut() {
                Some(last) if draft.tokens.is_empty() && comment.line == end_line => {
                    let last: &mut SqlStatement = last;
                    last.comments.push(comment);
                }
                _ => draft.comments.push(comment),
            }
        }
        if token.token == Token::SemiColon && draft.nesting.is_top() {
            end_line = token.span.start.line;
            statements.extend(std::mem::take(&mut draft).finish(file, sql, &offsets, dialect));
        } else {
            draft.push(token);
        }
    }
    statements.extend(draft.finish(file, sql, &offsets, dialect));
    Ok(statements)
}

/// Where a comment begins that MySQL (`/*!`) or MariaDB (`/*M!` too) runs, by its version: what it does could not be read.
/// One in a text is taken for one as well.
fn run_comment(sql: &str) -> Option<usize> {
    ["/*!", "/*M!"].iter().filter_map(|begin| sql.find(begin)).min()
}

/// The statement being collected.
#[derive(Default)]
struct Draft {
    tokens: Vec<TokenWithSpan>,
    words: Vec<String>,
    comments: Vec<Comment>,
    nesting: Nesting,
}

impl Draft {
    fn push(&mut self, token: TokenWithSpan) {
        if matches!(token.token, Token::Whitespace(_)) {
            // Comments and blanks in front do not belong to the text that is sent.
            if !self.tokens.is_empty() {
                self.tokens.push(token);
            }
            return;
        }
        if let Token::Word(word) = &token.token
            && word.quote_style.is_none()
        {
            self.words.push(word.value.to_uppercase());
        }
        self.nesting.see(&token.token, makes_routine(&self.words));
        self.tokens.push(token);
    }

    fn finish(mut self, file: &Arc<str>, sql: &str, offsets: &Offsets, dialect: Dialect) -> Option<SqlStatement> {
        while self
            .tokens
            .last()
            .is_some_and(|t| matches!(t.token, Token::Whitespace(_)))
        {
            self.tokens.pop();
        }
        let (first, last) = (self.tokens.first()?.span.start, self.tokens.last()?.span.end);
        let text = sql
            .get(offsets.of(sql, first)..offsets.of(sql, last))
            .unwrap_or_default()
            .to_owned();
        let at = Position {
            file: Arc::clone(file),
            line: first.line,
            column: first.column,
        };
        let parsed = parse(simplify::simplify(self.tokens, &self.words, dialect), dialect);
        Some(SqlStatement {
            text,
            at,
            end_line: last.line,
            parsed,
            words: self.words,
            comments: self.comments,
        })
    }
}

/// Whether the statement makes a function, procedure or trigger, whose body may hold semicolons.
fn makes_routine(words: &[String]) -> bool {
    let before = |word: &&String| matches!(word.as_str(), "OR" | "REPLACE" | "TEMP" | "TEMPORARY" | "CONSTRAINT");
    let kind = words.iter().skip(1).find(|word| !before(word));
    words.first().is_some_and(|word| word == "CREATE")
        && kind.is_some_and(|word| matches!(word.as_str(), "FUNCTION" | "PROCEDURE" | "TRIGGER"))
}

fn parse(tokens: Vec<TokenWithSpan>, dialect: Dialect) -> Result<Box<Statement>, String> {
    let mut parser = Parser::new(dialect.parser()).with_tokens_with_locations(tokens);
    let statement = parser.parse_statement().map_err(|error| error.to_string())?;
    // A statement that is read only in part is not read: the rest would be sent unseen.
    match parser.peek_token().token {
        Token::EOF | Token::SemiColon => Ok(Box::new(statement)),
        rest => Err(format!("the parser cannot read on at {rest}")),
    }
}

fn comment(token: &TokenWithSpan) -> Option<Comment> {
    let text = match &token.token {
        Token::Whitespace(Whitespace::SingleLineComment { comment, .. } | Whitespace::MultiLineComment(comment)) => {
            comment.trim().to_owned()
        }
        _ => return None,
    };
    Some(Comment {
        text,
        line: token.span.start.line,
        column: token.span.start.column,
    })
}

/// Byte offsets of the lines, since the tokenizer counts lines and characters.
struct Offsets {
    lines: Vec<usize>,
}

impl Offsets {
    fn new(sql: &str) -> Self {
        let breaks = sql
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            lines: std::iter::once(0).chain(breaks).collect(),
        }
    }

    fn of(&self, sql: &str, location: Location) -> usize {
        let line = usize::try_from(location.line).unwrap_or(usize::MAX).saturating_sub(1);
        let column = usize::try_from(location.column).unwrap_or(usize::MAX).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(sql.len());
        let rest = sql.get(start..).unwrap_or_default();
        rest.char_indices().nth(column).map_or(sql.len(), |(at, _)| start + at)
    }
}
