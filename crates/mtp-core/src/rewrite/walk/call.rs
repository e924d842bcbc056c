//! Calls: function names, arguments, windows.

use sqlparser::ast::{
    Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArgumentClause, FunctionArgumentList,
    FunctionArguments, NamedWindowDefinition, NamedWindowExpr, WindowFrame, WindowFrameBound, WindowSpec, WindowType,
};

use super::{
    super::{
        functions, names,
        refusal::{Refusal, ShownName},
    },
    Walker, none, query,
};

impl Walker<'_> {
    pub(super) fn function(&mut self, function: &mut Function) -> Result<(), Refusal> {
        let Function {
            name,
            uses_odbc_syntax,
            parameters,
            args,
            within_group,
            filter,
            null_treatment,
            over,
        } = function;
        none(!*uses_odbc_syntax, "{fn …}", "write the call alone")?;
        none(
            matches!(parameters, FunctionArguments::None),
            "a second argument list",
            "leave it out",
        )?;
        none(null_treatment.is_none(), "IGNORE or RESPECT NULLS", "filter the nulls")?;
        let one_word = names::single(name).ok().map(|ident| self.dialect.folded(ident));
        match (args, one_word.as_deref()) {
            (FunctionArguments::None, Some(word)) if functions::allowed_without_brackets(word) => {}
            (FunctionArguments::None, _) => {
                return Err(Refusal::Function {
                    name: ShownName::new(&names::plain(name)),
                });
            }
            (FunctionArguments::Subquery(query), Some("array")) if self.dialect.is_postgres() => {
                self.query(query, false)?;
            }
            (FunctionArguments::Subquery(_), _) => {
                return Err(Refusal::clause(
                    "a query as a function's argument",
                    "put it into its own brackets",
                ));
            }
            (
                FunctionArguments::List(FunctionArgumentList {
                    duplicate_treatment: _,
                    args,
                    clauses,
                }),
                _,
            ) => {
                self.function_name(name, false)?;
                args.iter_mut().try_for_each(|arg| self.function_arg(arg))?;
                clauses.iter_mut().try_for_each(|clause| self.function_clause(clause))?;
            }
        }
        self.order_by_exprs(within_group)?;
        self.opt_expr(filter.as_deref_mut())?;
        match over {
            None => Ok(()),
            Some(WindowType::NamedWindow(ident)) => self.dialect.check_ident(ident),
            Some(WindowType::WindowSpec(spec)) => self.window(spec),
        }
    }

    pub(super) fn function_arg(&mut self, arg: &mut FunctionArg) -> Result<(), Refusal> {
        let value = match arg {
            FunctionArg::Unnamed(value) => value,
            FunctionArg::Named { name, arg, operator } => {
                let known = matches!(
                    operator,
                    FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment
                );
                none(
                    known && self.dialect.is_postgres(),
                    "this form of a named argument",
                    "write name => value",
                )?;
                self.dialect.check_ident(name)?;
                arg
            }
            FunctionArg::ExprNamed { name, arg, operator } => {
                let known = matches!(operator, FunctionArgOperator::Colon | FunctionArgOperator::Value);
                none(
                    known && self.dialect.is_postgres(),
                    "this form of a named argument",
                    "write name => value",
                )?;
                self.expr(name)?;
                arg
            }
        };
        match value {
            FunctionArgExpr::Expr(expr) => self.expr(expr),
            FunctionArgExpr::QualifiedWildcard(name) => self.dialect.check_ident(names::single(name)?),
            FunctionArgExpr::Wildcard => Ok(()),
            FunctionArgExpr::WildcardWithOptions(options) => query::wildcard(options),
        }
    }

    fn function_clause(&mut self, clause: &mut FunctionArgumentClause) -> Result<(), Refusal> {
        match clause {
            FunctionArgumentClause::OrderBy(exprs) => self.order_by_exprs(exprs),
            FunctionArgumentClause::JsonNullClause(_) => Ok(()),
            FunctionArgumentClause::Separator(value) if self.dialect.is_mysql() => self.value(&mut value.value),
            FunctionArgumentClause::JsonReturningClause(returning) => self.data_type(&mut returning.data_type),
            _ => Err(Refusal::clause(
                "this clause inside a call",
                "use ORDER BY, FILTER or a subquery",
            )),
        }
    }

    pub(super) fn named_window(&mut self, window: &mut NamedWindowDefinition) -> Result<(), Refusal> {
        let NamedWindowDefinition(name, definition) = window;
        self.dialect.check_ident(name)?;
        match definition {
            NamedWindowExpr::NamedWindow(other) => self.dialect.check_ident(other),
            NamedWindowExpr::WindowSpec(spec) => self.window(spec),
        }
    }

    fn window(&mut self, window: &mut WindowSpec) -> Result<(), Refusal> {
        let WindowSpec {
            window_name,
            partition_by,
            order_by,
            window_frame,
        } = window;
        if let Some(name) = window_name {
            self.dialect.check_ident(name)?;
        }
        self.exprs(partition_by)?;
        self.order_by_exprs(order_by)?;
        let Some(WindowFrame {
            units: _,
            start_bound,
            end_bound,
        }) = window_frame
        else {
            return Ok(());
        };
        for bound in std::iter::once(start_bound).chain(end_bound) {
            match bound {
                WindowFrameBound::CurrentRow
                | WindowFrameBound::Preceding(None)
                | WindowFrameBound::Following(None) => {}
                WindowFrameBound::Preceding(Some(expr)) | WindowFrameBound::Following(Some(expr)) => self.expr(expr)?,
            }
        }
        Ok(())
    }
}
