//! Functions: whose rights they run with, where they look names up, what they are written in.

use sqlparser::ast::{
    AlterFunction, AlterFunctionAction, AlterFunctionOperation, CreateFunction, Expr, FunctionDefinitionSetParam,
    FunctionSecurity, FunctionSetValue, Value,
};

use crate::migrate::dialect::Dialect;
use crate::migrate::lint::{Rule, Scope};

/// Schemas that a pinned path may name: nobody but the server puts anything there.
const PINNED: [&str; 3] = ["", "pg_catalog", "pg_temp"];

/// What MariaDB and MySQL make with `CREATE [OR REPLACE] [DEFINER = …] KIND`, and run as the definer.
const MYSQL_ROUTINES: [&str; 5] = ["FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "PACKAGE"];
/// What else they make so.
const MYSQL_OTHERS: [&str; 9] = [
    "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "USER", "ROLE", "SERVER", "SEQUENCE",
];

/// Whether the statement, readable or not, makes or changes a routine, trigger or event on the MySQL wire.
pub(in crate::migrate::lint) fn is_mysql_routine(scope: &Scope<'_>) -> bool {
    let words = &scope.statement.words;
    let kind = |word: &&str| MYSQL_ROUTINES.contains(word) || MYSQL_OTHERS.contains(word);
    scope.dialect() == Dialect::MySql
        && words.first().is_some_and(|verb| verb == "CREATE" || verb == "ALTER")
        && words
            .iter()
            .map(String::as_str)
            .find(kind)
            .is_some_and(|word| MYSQL_ROUTINES.contains(&word))
}

pub(in crate::migrate::lint) fn refuse(scope: &mut Scope<'_>) {
    scope.find(
        Rule::Routine,
        "a routine, trigger or event runs with its maker's rights",
    );
}

pub(super) fn create(scope: &mut Scope<'_>, create: &CreateFunction) {
    let name = scope.name(&create.name);
    if create.temporary {
        scope.find(Rule::Temporary, format!("{name} is temporary"));
    }
    if matches!(create.security, Some(FunctionSecurity::Definer)) {
        scope.find(Rule::DefinerFunction, format!("{name} runs with its owner's rights"));
    }
    if let Some(language) = &create.language
        && !matches!(language.value.to_lowercase().as_str(), "sql" | "plpgsql")
    {
        scope.find(Rule::FunctionLanguage, format!("{name} is in {language}"));
    }
    if scope.dialect() == Dialect::Postgres {
        match create.set_params.iter().find(|param| is_search_path(param)) {
            Some(param) => pinned(scope, &name, param),
            None => scope.find(
                Rule::FunctionSearchPath,
                format!("{name} looks names up where its caller says"),
            ),
        }
    }
}

pub(super) fn alter(scope: &mut Scope<'_>, alter: &AlterFunction) {
    let name = scope.name(&alter.function.name);
    match &alter.operation {
        AlterFunctionOperation::OwnerTo(_) => scope.find(Rule::Wall, "owners are mtp's own"),
        AlterFunctionOperation::SetSchema { .. } => {
            scope.find(Rule::Elsewhere, format!("{name} would leave the tenant's schema"));
        }
        AlterFunctionOperation::Actions { actions, .. } => {
            for action in actions {
                match action {
                    AlterFunctionAction::Security {
                        security: FunctionSecurity::Definer,
                        ..
                    } => {
                        scope.find(Rule::DefinerFunction, format!("{name} runs with its owner's rights"));
                    }
                    AlterFunctionAction::Set(param) if is_search_path(param) => {
                        pinned(scope, &name, param);
                    }
                    AlterFunctionAction::Reset(_) => {
                        scope.find(Rule::FunctionSearchPath, format!("{name} loses its pinned search_path"));
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn is_search_path(param: &FunctionDefinitionSetParam) -> bool {
    param.name.to_string().eq_ignore_ascii_case("search_path")
}

fn pinned(scope: &mut Scope<'_>, name: &str, param: &FunctionDefinitionSetParam) {
    match &param.value {
        FunctionSetValue::FromCurrent => {}
        FunctionSetValue::Default => {
            scope.find(Rule::FunctionSearchPath, format!("{name} has the default search_path"));
        }
        FunctionSetValue::Values(values) => {
            for schema in values.iter().filter_map(foreign_schema) {
                scope.find(
                    Rule::Qualified,
                    format!("the search_path of {name} names the schema {schema}"),
                );
            }
        }
    }
}

fn foreign_schema(value: &Expr) -> Option<String> {
    let name = match value {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
            other => other.to_string(),
        },
        other => other.to_string(),
    };
    (!PINNED.contains(&name.to_lowercase().as_str())).then_some(name)
}
