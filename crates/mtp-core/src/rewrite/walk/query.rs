//! Queries: WITH, set operations, SELECT, VALUES, ordering, limits, locks.

use sqlparser::ast::{
    Cte, Distinct, Fetch, GroupByExpr, GroupByWithModifier, LimitClause, LockClause, Offset, OrderBy, OrderByExpr,
    OrderByKind, OrderByOptions, OrderBySort, Query, Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, SetOperator, SetQuantifier, Values, WildcardAdditionalOptions, With,
};

use super::{
    super::{
        names,
        refusal::{Refusal, ShownName},
    },
    Walker, none,
};

impl Walker<'_> {
    /// Walks a query; `top` says that it is the statement itself, where PostgreSQL takes data-modifying CTEs.
    pub(super) fn query(&mut self, query: &mut Query, top: bool) -> Result<(), Refusal> {
        self.with_stack(|walker| {
            walker.scopes.push(Vec::new());
            // MySQL's locks do not reach into subqueries, which is what its tables become; others' do.
            let own = if walker.dialect.is_mysql() {
                query.locks.clone()
            } else {
                Vec::new()
            };
            let outer = std::mem::replace(&mut walker.locks, own);
            let done = walker.query_in_scope(query, top);
            walker.locks = outer;
            walker.scopes.pop();
            done
        })
    }

    fn query_in_scope(&mut self, query: &mut Query, top: bool) -> Result<(), Refusal> {
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        let other = for_clause.is_none() && settings.is_none() && format_clause.is_none() && pipe_operators.is_empty();
        none(other, "a clause of another database", "write it in this database's SQL")?;
        if let Some(with) = with {
            self.with(with, top)?;
        }
        match body.as_mut() {
            SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) => {
                // A write after WITH. As the body of a CTE it comes here only from `cte`, which has asked for the
                // outermost level; there `top` is false.
                let bare = order_by.is_none() && limit_clause.is_none() && fetch.is_none() && locks.is_empty();
                none(
                    bare,
                    "ORDER BY, LIMIT or a lock on a write",
                    "choose the rows in a subquery by their key",
                )?;
                none(
                    top,
                    "a write inside a query",
                    "put it into a CTE at the beginning of the statement",
                )?;
                return self.dml(statement);
            }
            other => self.set_expr(other)?,
        }
        if let Some(order_by) = order_by {
            self.order_by(order_by)?;
        }
        if let Some(limit) = limit_clause {
            self.limit(limit)?;
        }
        if let Some(Fetch {
            with_ties: _,
            percent,
            quantity,
        }) = fetch
        {
            none(!*percent && self.dialect.is_postgres(), "this FETCH", "use LIMIT")?;
            self.opt_expr(quantity.as_mut())?;
        }
        for LockClause {
            lock_type: _,
            of,
            nonblock: _,
        } in locks
        {
            none(
                !self.dialect.is_sqlite(),
                "a locking clause",
                "leave it out: SQLite locks the file",
            )?;
            if let Some(of) = of {
                none(
                    self.dialect.is_postgres(),
                    "FOR UPDATE OF",
                    "lock all tables of the query",
                )?;
                self.dialect.check_ident(names::single(of)?)?;
            }
        }
        Ok(())
    }

    fn with(&mut self, with: &mut With, top: bool) -> Result<(), Refusal> {
        let With {
            with_token: _,
            recursive,
            cte_tables,
        } = with;
        // SQLite lets every CTE name itself, whatever is written.
        let names_itself = *recursive || self.dialect.is_sqlite();
        for cte in cte_tables {
            let Cte {
                alias,
                query,
                from,
                materialized: _,
                closing_paren_token: _,
            } = cte;
            none(from.is_none(), "FROM after a CTE", "leave it out")?;
            self.alias(alias)?;
            self.dialect.check_object(&alias.name)?;
            let folded = self.dialect.folded(&alias.name);
            if self.table(&alias.name).is_some()
                || self.tables.find_ignoring_case(&folded).is_some()
                || names::looks_like_catalogue(&folded)
            {
                return Err(Refusal::CteName {
                    name: ShownName::new(&alias.name.value),
                });
            }
            let cte_name = self.dialect.cte_name(&alias.name);
            self.cte_names.insert(cte_name.clone());
            if names_itself {
                self.bring_into_scope(cte_name.clone());
            }
            let writes = matches!(
                *query.body,
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_)
            );
            if writes {
                let instead = "make it a statement of its own in a transaction";
                none(top && self.dialect.is_postgres(), "a write inside this CTE", instead)?;
                self.writing_ctes += 1;
                self.query(query, true)?;
            } else {
                self.query(query, false)?;
            }
            if !names_itself {
                self.bring_into_scope(cte_name);
            }
        }
        Ok(())
    }

    fn bring_into_scope(&mut self, cte_name: String) {
        if let Some(frame) = self.scopes.last_mut() {
            frame.push(cte_name);
        }
    }

    fn set_expr(&mut self, body: &mut SetExpr) -> Result<(), Refusal> {
        self.with_stack(|walker| match body {
            SetExpr::Select(select) => walker.select(select),
            SetExpr::Query(query) => walker.query(query, false),
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let known = matches!(op, SetOperator::Union | SetOperator::Except | SetOperator::Intersect)
                    && matches!(
                        set_quantifier,
                        SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None
                    );
                none(known, "this set operation", "use UNION, EXCEPT or INTERSECT")?;
                walker.set_expr(left)?;
                walker.set_expr(right)
            }
            SetExpr::Values(values) => walker.values(values),
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => Err(Refusal::clause(
                "a write inside a query",
                "put it into a CTE at the beginning of the statement",
            )),
            SetExpr::Table(_) => Err(Refusal::clause("TABLE name", "write SELECT * FROM name")),
        })
    }

    pub(super) fn values(&mut self, values: &mut Values) -> Result<(), Refusal> {
        let Values {
            explicit_row,
            value_keyword,
            rows,
        } = values;
        none(
            !*explicit_row && !*value_keyword,
            "this form of VALUES",
            "write VALUES (…), (…)",
        )?;
        for row in rows {
            self.exprs(&mut row.content)?;
        }
        Ok(())
    }

    fn select(&mut self, select: &mut Select) -> Result<(), Refusal> {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        none(optimizer_hints.is_empty(), "a hint", "leave it out")?;
        none(
            into.is_none(),
            "SELECT … INTO",
            "make tables in a migration, then INSERT … SELECT",
        )?;
        let plain = select_modifiers.is_none()
            && top.is_none()
            && exclude.is_none()
            && lateral_views.is_empty()
            && prewhere.is_none()
            && connect_by.is_empty()
            && cluster_by.is_empty()
            && distribute_by.is_empty()
            && sort_by.is_empty()
            && qualify.is_none()
            && value_table_mode.is_none()
            && matches!(flavor, SelectFlavor::Standard);
        none(plain, "a clause of another database", "write it in this database's SQL")?;
        match distinct {
            None | Some(Distinct::All | Distinct::Distinct) => {}
            Some(Distinct::On(exprs)) => self.exprs(exprs)?,
        }
        for table in from {
            self.table_with_joins(table)?;
        }
        self.projection(projection)?;
        self.opt_expr(selection.as_mut())?;
        match group_by {
            GroupByExpr::Expressions(exprs, modifiers) => {
                let rollup = self.dialect.is_mysql() && matches!(modifiers.as_slice(), [GroupByWithModifier::Rollup]);
                none(
                    modifiers.is_empty() || rollup,
                    "a modifier of GROUP BY",
                    "write ROLLUP (…) or CUBE (…)",
                )?;
                self.exprs(exprs)?;
            }
            GroupByExpr::All(_) => {
                return Err(Refusal::clause("GROUP BY ALL", "name the expressions"));
            }
        }
        self.opt_expr(having.as_mut())?;
        for window in named_window {
            self.named_window(window)?;
        }
        Ok(())
    }

    /// A select list or RETURNING.
    pub(super) fn projection(&mut self, items: &mut [SelectItem]) -> Result<(), Refusal> {
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) => self.expr(expr)?,
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.dialect.check_ident(alias)?;
                    self.expr(expr)?;
                }
                SelectItem::ExprWithAliases { .. } => {
                    return Err(Refusal::clause("several aliases for one expression", "give one"));
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    wildcard(options)?;
                    match kind {
                        SelectItemQualifiedWildcardKind::ObjectName(name) => {
                            self.dialect.check_ident(names::single(name)?)?;
                        }
                        SelectItemQualifiedWildcardKind::Expr(expr) => self.expr(expr)?,
                    }
                }
                SelectItem::Wildcard(options) => wildcard(options)?,
            }
        }
        Ok(())
    }

    fn order_by(&mut self, order_by: &mut OrderBy) -> Result<(), Refusal> {
        let OrderBy { kind, interpolate } = order_by;
        none(interpolate.is_none(), "INTERPOLATE", "leave it out")?;
        match kind {
            OrderByKind::Expressions(exprs) => self.order_by_exprs(exprs),
            OrderByKind::All(_) => Err(Refusal::clause("ORDER BY ALL", "name the expressions")),
        }
    }

    pub(super) fn order_by_exprs(&mut self, exprs: &mut [OrderByExpr]) -> Result<(), Refusal> {
        for OrderByExpr {
            expr,
            options: OrderByOptions { sort, nulls_first: _ },
            with_fill,
        } in exprs
        {
            none(with_fill.is_none(), "WITH FILL", "leave it out")?;
            let known = matches!(sort, None | Some(OrderBySort::Asc | OrderBySort::Desc));
            none(known, "ORDER BY … USING", "use ASC or DESC")?;
            self.expr(expr)?;
        }
        Ok(())
    }

    fn limit(&mut self, limit: &mut LimitClause) -> Result<(), Refusal> {
        match limit {
            LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            } => {
                none(limit_by.is_empty(), "LIMIT BY", "use a window function")?;
                self.opt_expr(limit.as_mut())?;
                match offset {
                    Some(Offset { value, rows: _ }) => self.expr(value),
                    None => Ok(()),
                }
            }
            LimitClause::OffsetCommaLimit { offset, limit } => {
                self.expr(offset)?;
                self.expr(limit)
            }
        }
    }
}

pub(super) fn wildcard(options: &WildcardAdditionalOptions) -> Result<(), Refusal> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    let plain = opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none();
    none(plain, "an option of *", "name the columns")
}
