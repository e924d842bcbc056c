//! Expressions.

use sqlparser::ast::{
    AccessExpr, Array, BinaryOperator, CaseWhen, CastKind, CeilFloorKind, DateTimeField, Expr, ExtractSyntax, Ident,
    Interval, Subscript, TypedString, UnaryOperator, Value,
};

use super::{
    super::{
        names,
        refusal::{Refusal, ShownName},
    },
    Walker, none,
};

/// Operators of extensions that the parser has no word for: distances of `pgvector`, `pg_trgm` and `ltree`, and of ranges.
const CUSTOM_OPERATORS: &[&str] = &[
    "<#>", "<+>", "<~>", "<%>", "%>", "<%", "<<%", "%>>", "<<->", "<->>", "<<<->", "<->>>", "-|-", "~>", "@@@", "?@",
];

const PLAIN: &str = "write it in plain SQL of this database";

impl Walker<'_> {
    pub(super) fn opt_expr(&mut self, expr: Option<&mut Expr>) -> Result<(), Refusal> {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    pub(super) fn exprs(&mut self, exprs: &mut [Expr]) -> Result<(), Refusal> {
        exprs.iter_mut().try_for_each(|expr| self.expr(expr))
    }

    fn pair(&mut self, left: &mut Expr, right: &mut Expr) -> Result<(), Refusal> {
        self.expr(left)?;
        self.expr(right)
    }

    pub(super) fn expr(&mut self, expr: &mut Expr) -> Result<(), Refusal> {
        self.with_stack(|walker| walker.expr_inner(expr))
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each kind of expression, in one place to be read whole"
    )]
    fn expr_inner(&mut self, expr: &mut Expr) -> Result<(), Refusal> {
        match expr {
            Expr::Identifier(ident) => self.dialect.check_column(ident),
            Expr::CompoundIdentifier(parts) => self.compound(parts),
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.expr(root)?;
                access_chain.iter_mut().try_for_each(|access| self.access(access))
            }
            Expr::IsFalse(e)
            | Expr::IsNotFalse(e)
            | Expr::IsTrue(e)
            | Expr::IsNotTrue(e)
            | Expr::IsNull(e)
            | Expr::IsNotNull(e)
            | Expr::IsUnknown(e)
            | Expr::IsNotUnknown(e)
            | Expr::Nested(e) => self.expr(e),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => self.pair(left, right),
            Expr::IsJson {
                expr,
                kind: _,
                unique_keys: _,
                negated: _,
            }
            | Expr::IsNormalized {
                expr,
                form: _,
                negated: _,
            } => self.expr(expr),
            Expr::InList { expr, list, negated: _ } => {
                self.expr(expr)?;
                self.exprs(list)
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated: _,
            } => {
                self.expr(expr)?;
                self.query(subquery, false)
            }
            Expr::Between {
                expr,
                negated: _,
                low,
                high,
            } => {
                self.expr(expr)?;
                self.pair(low, high)
            }
            Expr::BinaryOp { left, op, right } => {
                self.binary_operator(op)?;
                self.pair(left, right)
            }
            Expr::Like {
                negated: _,
                any,
                expr,
                pattern,
                escape_char,
            }
            | Expr::ILike {
                negated: _,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                none(!*any, "LIKE ANY without an array", "write LIKE ANY (ARRAY[…])")?;
                self.pair(expr, pattern)?;
                self.opt_expr(escape_char.as_deref_mut())
            }
            Expr::SimilarTo {
                negated: _,
                expr,
                pattern,
                escape_char,
            } => {
                self.pair(expr, pattern)?;
                self.opt_expr(escape_char.as_deref_mut())
            }
            Expr::AnyOp {
                left,
                compare_op,
                right,
                is_some: _,
            }
            | Expr::AllOp {
                left,
                compare_op,
                right,
            } => {
                self.binary_operator(compare_op)?;
                self.pair(left, right)
            }
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::Cast {
                kind,
                expr,
                data_type,
                format,
            } => {
                let plain = matches!(kind, CastKind::Cast | CastKind::DoubleColon) && format.is_none();
                none(plain, "this form of CAST", "use CAST(… AS type)")?;
                self.expr(expr)?;
                self.data_type(data_type)
            }
            Expr::AtTimeZone { timestamp, time_zone } => self.pair(timestamp, time_zone),
            Expr::Extract { field, syntax, expr } => {
                none(
                    matches!(syntax, ExtractSyntax::From),
                    "this form of EXTRACT",
                    "use EXTRACT(field FROM …)",
                )?;
                self.field(field)?;
                self.expr(expr)
            }
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                let plain = matches!(field, CeilFloorKind::DateTimeField(DateTimeField::NoDateTime));
                none(plain, "this form of CEIL or FLOOR", "give one argument")?;
                self.expr(expr)
            }
            Expr::Position { expr, r#in } => self.pair(expr, r#in),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                special: _,
                shorthand: _,
            } => {
                self.expr(expr)?;
                self.opt_expr(substring_from.as_deref_mut())?;
                self.opt_expr(substring_for.as_deref_mut())
            }
            Expr::Trim {
                trim_where: _,
                trim_what,
                expr,
                trim_characters,
            } => {
                self.expr(expr)?;
                self.opt_expr(trim_what.as_deref_mut())?;
                trim_characters.as_mut().map_or(Ok(()), |chars| self.exprs(chars))
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                self.expr(expr)?;
                self.pair(overlay_what, overlay_from)?;
                self.opt_expr(overlay_for.as_deref_mut())
            }
            Expr::Collate { expr, collation } => {
                self.dialect.check_ident(names::single(collation)?)?;
                self.expr(expr)
            }
            Expr::Value(value) => self.value(&mut value.value),
            Expr::TypedString(TypedString {
                data_type,
                value,
                uses_odbc_syntax,
            }) => {
                none(!*uses_odbc_syntax, "{…} literals", "write DATE '…'")?;
                none(!matches!(value.value, Value::Placeholder(_)), "this literal", PLAIN)?;
                self.data_type(data_type)?;
                self.value(&mut value.value)
            }
            Expr::Function(function) => self.function(function),
            Expr::Case {
                case_token: _,
                end_token: _,
                operand,
                conditions,
                else_result,
            } => {
                self.opt_expr(operand.as_deref_mut())?;
                for CaseWhen { condition, result } in conditions {
                    self.pair(condition, result)?;
                }
                self.opt_expr(else_result.as_deref_mut())
            }
            Expr::Exists { subquery, negated: _ } | Expr::Subquery(subquery) => self.query(subquery, false),
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                sets.iter_mut().try_for_each(|set| self.exprs(set))
            }
            Expr::Tuple(exprs) => self.exprs(exprs),
            Expr::Array(Array { elem, named: _ }) => {
                none(self.dialect.is_postgres(), "an array", "use json_array(…)")?;
                self.exprs(elem)
            }
            Expr::Interval(interval) => self.interval(interval),
            Expr::RLike {
                negated: _,
                expr,
                pattern,
                regexp: _,
            } => {
                none(self.dialect.is_mysql(), "REGEXP", PLAIN)?;
                self.pair(expr, pattern)
            }
            Expr::Convert {
                is_try,
                expr,
                data_type,
                charset,
                target_before_value,
                styles,
            } => {
                let plain = self.dialect.is_mysql() && !*is_try && !*target_before_value && styles.is_empty();
                none(plain, "this form of CONVERT", "use CAST(… AS type)")?;
                if let Some(charset) = charset {
                    self.dialect.check_ident(names::single(charset)?)?;
                }
                if let Some(data_type) = data_type {
                    self.data_type(data_type)?;
                }
                self.expr(expr)
            }
            // Written out, so that a kind new in the parser has to be decided on.
            Expr::JsonAccess { .. }
            | Expr::InUnnest { .. }
            | Expr::Prefixed { .. }
            | Expr::Struct { .. }
            | Expr::Named { .. }
            | Expr::Dictionary(_)
            | Expr::Map(_)
            | Expr::MatchAgainst { .. }
            | Expr::Wildcard(_)
            | Expr::QualifiedWildcard(..)
            | Expr::OuterJoin(_)
            | Expr::Prior(_)
            | Expr::Lambda(_)
            | Expr::MemberOf(_) => Err(Refusal::clause("this kind of expression", PLAIN)),
        }
    }

    /// `alias.column`; more parts would name a schema.
    fn compound(&mut self, parts: &[Ident]) -> Result<(), Refusal> {
        if let [alias, column] = parts {
            self.dialect.check_ident(alias)?;
            return self.dialect.check_column(column);
        }
        let all: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        Err(Refusal::Qualified {
            name: ShownName::new(&all.join(".")),
        })
    }

    fn access(&mut self, access: &mut AccessExpr) -> Result<(), Refusal> {
        match access {
            AccessExpr::Dot(Expr::Identifier(field)) => self.dialect.check_column(field),
            AccessExpr::Dot(_) => Err(Refusal::clause("this access to a field", "write (row).field")),
            AccessExpr::Subscript(Subscript::Index { index }) => self.expr(index),
            AccessExpr::Subscript(Subscript::Slice {
                lower_bound,
                upper_bound,
                stride,
            }) => {
                none(stride.is_none(), "a stride in a slice", "leave it out")?;
                self.opt_expr(lower_bound.as_mut())?;
                self.opt_expr(upper_bound.as_mut())
            }
        }
    }

    fn unary(&mut self, op: UnaryOperator, expr: &mut Expr) -> Result<(), Refusal> {
        if matches!(
            op,
            UnaryOperator::BangNot | UnaryOperator::PGPostfixFactorial | UnaryOperator::PGPrefixFactorial
        ) {
            return Err(Refusal::clause("the operator !", "use NOT, or factorial(n)"));
        }
        self.expr(expr)?;
        // Printed next to each other, two signs would be a comment or another operator.
        let sign = matches!(expr, Expr::UnaryOp { op, .. } if !matches!(op, UnaryOperator::Not));
        if sign {
            let inner = std::mem::replace(expr, Expr::Value(Value::Null.with_empty_span()));
            *expr = Expr::Nested(Box::new(inner));
        }
        Ok(())
    }

    fn binary_operator(&self, op: &BinaryOperator) -> Result<(), Refusal> {
        use BinaryOperator as B;
        let known = match op {
            B::Plus
            | B::Minus
            | B::Multiply
            | B::Divide
            | B::Modulo
            | B::StringConcat
            | B::Gt
            | B::Lt
            | B::GtEq
            | B::LtEq
            | B::Eq
            | B::NotEq
            | B::And
            | B::Or
            | B::BitwiseOr
            | B::BitwiseAnd
            | B::PGBitwiseShiftLeft
            | B::PGBitwiseShiftRight
            | B::Arrow
            | B::LongArrow => true,
            B::Glob => !self.dialect.is_postgres(),
            B::Spaceship | B::BitwiseXor => !self.dialect.is_sqlite(),
            B::Xor | B::MyIntegerDivide => self.dialect.is_mysql(),
            B::PGBitwiseXor
            | B::PGExp
            | B::PGOverlap
            | B::PGRegexMatch
            | B::PGRegexIMatch
            | B::PGRegexNotMatch
            | B::PGRegexNotIMatch
            | B::PGLikeMatch
            | B::PGILikeMatch
            | B::PGNotLikeMatch
            | B::PGNotILikeMatch
            | B::PGStartsWith
            | B::HashArrow
            | B::HashLongArrow
            | B::AtAt
            | B::AtArrow
            | B::ArrowAt
            | B::HashMinus
            | B::AtQuestion
            | B::Question
            | B::QuestionAnd
            | B::QuestionPipe
            | B::Overlaps
            | B::DoubleHash
            | B::LtDashGt
            | B::AndLt
            | B::AndGt
            | B::LtLtPipe
            | B::PipeGtGt
            | B::AndLtPipe
            | B::PipeAndGt
            | B::LtCaret
            | B::GtCaret
            | B::QuestionHash
            | B::QuestionDash
            | B::QuestionDashPipe
            | B::QuestionDoublePipe
            | B::At
            | B::TildeEq => self.dialect.is_postgres(),
            B::Custom(text) => self.dialect.is_postgres() && CUSTOM_OPERATORS.contains(&text.as_str()),
            B::DuckIntegerDivide | B::Match | B::Regexp | B::PGCustomBinaryOperator(_) | B::Assignment => false,
        };
        none(known, "this operator", "use one of the database's own")
    }

    fn field(&self, field: &DateTimeField) -> Result<(), Refusal> {
        match field {
            DateTimeField::Custom(ident) | DateTimeField::Week(Some(ident)) => self.dialect.check_ident(ident),
            _ => Ok(()),
        }
    }

    fn interval(&mut self, interval: &mut Interval) -> Result<(), Refusal> {
        let Interval {
            value,
            leading_field,
            leading_precision: _,
            last_field,
            fractional_seconds_precision: _,
        } = interval;
        none(!self.dialect.is_sqlite(), "INTERVAL", "use datetime(…, '+1 day')")?;
        for field in [leading_field, last_field].into_iter().flatten() {
            self.field(field)?;
        }
        self.expr(value)
    }
}
