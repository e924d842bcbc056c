//! Columns: their types, and what a tenant's id can be kept in.

use sqlparser::ast::{CharacterLength, ColumnDef, ColumnOption, DataType, Expr, visit_expressions};
use sqlparser::tokenizer::Token;
use std::ops::ControlFlow;

use super::ColumnShape;
use crate::migrate::dialect::Dialect;
use crate::migrate::lint::Scope;

/// The longest tenant id, in characters (a DNS label, RFC 1035 section 2.3.4).
const TENANT_ID_LEN: u64 = 63;

/// The column's shape; keys written beside it are read by the caller.
pub(super) fn read(scope: &Scope<'_>, column: &ColumnDef) -> ColumnShape {
    let mut shape = ColumnShape {
        name: scope.dialect().fold(&column.name),
        type_text: type_text(&column.data_type),
        nullable: true,
        unfit: unfit(scope.dialect(), &column.data_type),
        counter: counter_type(&column.data_type),
        at: scope.at(column.name.span),
    };
    for option in &column.options {
        match &option.option {
            ColumnOption::NotNull => shape.nullable = false,
            ColumnOption::Null => shape.nullable = true,
            ColumnOption::Default(value) if takes_next_value(value) => {
                shape.counter = Some("a sequence");
            }
            ColumnOption::Generated {
                generation_expr: Some(_),
                ..
            } => {
                shape.unfit = Some("is worked out from other columns");
            }
            ColumnOption::Collation(name) if !is_exact(scope.dialect(), &name.to_string()) => {
                shape.unfit = Some("has a collation by which two ids may be equal; leave it out");
            }
            ColumnOption::Generated { .. } | ColumnOption::Identity(_) => {
                shape.counter = Some("an identity");
            }
            ColumnOption::DialectSpecific(tokens) if tokens.iter().any(is_auto_increment) => {
                shape.counter = Some("an auto-increment");
            }
            _ => {}
        }
    }
    shape
}

/// Whether a collation takes two texts as equal only where they are the same.
fn is_exact(dialect: Dialect, collation: &str) -> bool {
    let name = collation.trim_matches(['"', '`']);
    // MySQL's binary ones; trailing spaces, which some of them pass over, are in no id.
    if dialect == Dialect::MySql && name.to_ascii_lowercase().ends_with("_bin") {
        return true;
    }
    ["C", "POSIX", "BINARY", "ucs_basic"]
        .iter()
        .any(|exact| name.eq_ignore_ascii_case(exact))
}

pub(super) fn type_text(data_type: &DataType) -> String {
    match data_type {
        DataType::Unspecified => String::new(),
        other => other.to_string(),
    }
}

/// Why a type cannot hold every tenant's id exactly.
pub(super) fn unfit(dialect: Dialect, data_type: &DataType) -> Option<&'static str> {
    match data_type {
        DataType::Text if dialect == Dialect::MySql => Some("is TEXT, which no key can begin with"),
        DataType::Text => None,
        DataType::Varchar(length)
        | DataType::CharacterVarying(length)
        | DataType::CharVarying(length)
        | DataType::Nvarchar(length) => match length {
            // SQLite takes the length as a comment.
            Some(CharacterLength::IntegerLength { length, .. })
                if *length < TENANT_ID_LEN && dialect != Dialect::Sqlite =>
            {
                Some("is shorter than the 63 characters of a tenant id")
            }
            _ => None,
        },
        _ => Some("is not TEXT or VARCHAR"),
    }
}

/// PostgreSQL's serial types (<https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL>).
fn counter_type(data_type: &DataType) -> Option<&'static str> {
    let DataType::Custom(name, _) = data_type else {
        return None;
    };
    match name.to_string().to_lowercase().as_str() {
        "serial" | "serial2" | "serial4" | "serial8" | "bigserial" | "smallserial" => Some("a serial"),
        _ => None,
    }
}

pub(super) fn takes_next_value(value: &Expr) -> bool {
    visit_expressions(value, |expr| match expr {
        Expr::Function(function) if function.name.to_string().to_lowercase().ends_with("nextval") => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

fn is_auto_increment(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(word.value.to_uppercase().as_str(), "AUTOINCREMENT" | "AUTO_INCREMENT"),
        _ => false,
    }
}
