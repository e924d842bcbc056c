//! Writes: INSERT, UPDATE, DELETE.

use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, ConflictTarget, Delete, DoUpdate, Expr, FromTable, GroupByExpr,
    Ident, Insert, ObjectName, ObjectNamePart, OnConflict, OnConflictAction, OnInsert, OrderByExpr, Query, SelectItem,
    SetExpr, SqliteOnConflict, Statement, TableAlias, TableAliasWithoutColumns, TableFactor, TableObject,
    TableWithJoins, Update, UpdateTableFromKind, Value,
};

use super::{
    super::{
        names::{self, TENANT_COLUMN},
        refusal::Refusal,
    },
    Walker, none,
    relation::aliases,
};

const OTHER_DATABASE: &str = "a clause of another database";
const THIS_SQL: &str = "write it in this database's SQL";

impl Walker<'_> {
    pub(super) fn dml(&mut self, statement: &mut Statement) -> Result<(), Refusal> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            _ => Err(Refusal::clause("this kind of write", "use INSERT, UPDATE or DELETE")),
        }
    }

    fn insert(&mut self, insert: &mut Insert) -> Result<(), Refusal> {
        let Insert {
            insert_token: _,
            optimizer_hints,
            or,
            ignore,
            into,
            table,
            table_alias,
            columns,
            overwrite,
            source,
            assignments,
            partitioned,
            after_columns,
            has_table_keyword,
            on,
            returning,
            output,
            replace_into,
            priority,
            insert_alias,
            settings,
            format_clause,
            multi_table_insert_type,
            multi_table_into_clauses,
            multi_table_when_clauses,
            multi_table_else_clause,
        } = insert;
        none(optimizer_hints.is_empty(), "a hint", "leave it out")?;
        none(
            !*replace_into,
            "REPLACE",
            "use INSERT … ON CONFLICT … DO UPDATE, or ON DUPLICATE KEY UPDATE",
        )?;
        let or_known = matches!(or, None | Some(SqliteOnConflict::Ignore | SqliteOnConflict::Abort));
        none(
            or_known,
            "INSERT OR REPLACE, FAIL or ROLLBACK",
            "use INSERT … ON CONFLICT",
        )?;
        none(assignments.is_empty(), "INSERT … SET", "write columns and VALUES")?;
        // Every unique key begins with tenant_id, so a row that is passed over collided with one of the tenant's own.
        let plain = (!*ignore || self.dialect.is_mysql())
            && *into
            && !*overwrite
            && partitioned.is_none()
            && after_columns.is_empty()
            && !*has_table_keyword
            && output.is_none()
            && priority.is_none()
            && insert_alias.is_none()
            && settings.is_none()
            && format_clause.is_none()
            && multi_table_insert_type.is_none()
            && multi_table_into_clauses.is_empty()
            && multi_table_when_clauses.is_empty()
            && multi_table_else_clause.is_none();
        none(plain, OTHER_DATABASE, THIS_SQL)?;

        let alias = match table {
            TableObject::TableName(name) => {
                let stored = self.target_table(names::single(name)?)?;
                *name = self.qualified(&stored);
                self.insert_alias(table_alias, &stored)?
            }
            TableObject::TableFunction(function) => return Err(Self::no_table_function(function)),
            TableObject::TableQuery(_) => {
                return Err(Refusal::clause("a query as the target of a write", "name a table"));
            }
        };

        none(
            !columns.is_empty(),
            "INSERT without a column list",
            "name the columns, without tenant_id",
        )?;
        for column in columns.iter() {
            self.written_column(column, "named in INSERT")?;
        }
        let Some(source) = source else {
            return Err(Refusal::clause(
                "INSERT … DEFAULT VALUES",
                "name a column and write VALUES",
            ));
        };
        self.query(source, false)?;
        columns.push(ObjectName::from(self.dialect.quoted(TENANT_COLUMN)));
        self.append_tenant(source)?;

        if let Some(on) = on {
            self.on_insert(on, source, &alias)?;
        }
        self.returning(returning.as_mut())
    }

    /// What an INSERT does where a row of its key is there.
    fn on_insert(&mut self, on: &mut OnInsert, source: &mut Query, alias: &Ident) -> Result<(), Refusal> {
        match on {
            OnInsert::DuplicateKeyUpdate(assignments) if self.dialect.is_mysql() => {
                // Without a condition of its own: every unique key begins with tenant_id (the lint sees to it), so the
                // row that is there already is the tenant's.
                self.assignments(assignments)
            }
            OnInsert::OnConflict(_) if self.dialect.is_mysql() => {
                Err(Refusal::clause("ON CONFLICT", "use ON DUPLICATE KEY UPDATE"))
            }
            OnInsert::OnConflict(conflict) => {
                if !self.dialect.is_postgres() {
                    keep_on_apart(source);
                }
                self.on_conflict(conflict, alias)
            }
            _ => Err(Refusal::clause(
                "ON DUPLICATE KEY UPDATE",
                "use ON CONFLICT (…) DO UPDATE",
            )),
        }
    }

    /// The name by which an INSERT's target is known inside it.
    fn insert_alias(&mut self, alias: &mut Option<TableAliasWithoutColumns>, stored: &str) -> Result<Ident, Refusal> {
        if let Some(TableAliasWithoutColumns { explicit, alias }) = alias {
            none(!self.dialect.is_mysql(), "an alias of INSERT's table", "leave it out")?;
            self.dialect.check_ident(alias)?;
            let taken = alias.value.eq_ignore_ascii_case("excluded");
            none(!taken, "the alias excluded", "choose another")?;
            *explicit = true;
            return Ok(alias.clone());
        }
        let own = self.dialect.quoted(stored);
        if self.dialect.is_postgres() {
            *alias = Some(TableAliasWithoutColumns {
                explicit: true,
                alias: own.clone(),
            });
        }
        Ok(own)
    }

    /// Appends the tenant's value to each row that a query gives. At the end and not at the beginning, so that
    /// `ORDER BY 1` still means the caller's first column; a row that is too long or too short stays an error of the
    /// server, since the column list has grown by one as well.
    fn append_tenant(&mut self, query: &mut Query) -> Result<(), Refusal> {
        self.append_to_body(&mut query.body)
    }

    fn append_to_body(&mut self, body: &mut SetExpr) -> Result<(), Refusal> {
        self.with_stack(|walker| match body {
            SetExpr::Values(values) => {
                for row in &mut values.rows {
                    row.content.push(walker.tenant_placeholder());
                }
                Ok(())
            }
            SetExpr::Select(select) => {
                none(!select.projection.is_empty(), "an empty select list", "name the values")?;
                select
                    .projection
                    .push(SelectItem::UnnamedExpr(walker.tenant_placeholder()));
                Ok(())
            }
            SetExpr::Query(query) => walker.append_tenant(query),
            SetExpr::SetOperation { left, right, .. } => {
                walker.append_to_body(left)?;
                walker.append_to_body(right)
            }
            _ => Err(Refusal::clause("this source of an INSERT", "use VALUES or SELECT")),
        })
    }

    fn on_conflict(&mut self, conflict: &mut OnConflict, alias: &Ident) -> Result<(), Refusal> {
        let OnConflict {
            conflict_target,
            action,
        } = conflict;
        match conflict_target {
            None => {}
            Some(ConflictTarget::Columns(columns)) => {
                for column in columns.iter() {
                    self.dialect.check_column(column)?;
                }
                // Every unique key begins with tenant_id, so a target without it would name none.
                if !columns.iter().any(names::is_tenant_column) {
                    columns.insert(0, self.dialect.quoted(TENANT_COLUMN));
                }
            }
            Some(ConflictTarget::OnConstraint(name)) => {
                none(self.dialect.is_postgres(), "ON CONSTRAINT", "name the columns")?;
                self.dialect.check_ident(names::single(name)?)?;
            }
        }
        match action {
            OnConflictAction::DoNothing => Ok(()),
            OnConflictAction::DoUpdate(DoUpdate { assignments, selection }) => {
                self.assignments(assignments)?;
                self.opt_expr(selection.as_mut())?;
                self.narrow(selection, alias);
                Ok(())
            }
        }
    }

    fn update(&mut self, update: &mut Update) -> Result<(), Refusal> {
        let Update {
            update_token: _,
            optimizer_hints,
            table,
            assignments,
            from,
            selection,
            returning,
            output,
            or,
            order_by,
            limit,
        } = update;
        none(optimizer_hints.is_empty(), "a hint", "leave it out")?;
        // Every unique key begins with tenant_id, so a row that is passed over collided with one of the tenant's own.
        let or_known = matches!(or, None | Some(SqliteOnConflict::Ignore | SqliteOnConflict::Abort));
        none(or_known, "UPDATE OR REPLACE, FAIL or ROLLBACK", "write a plain UPDATE")?;
        none(output.is_none(), OTHER_DATABASE, THIS_SQL)?;
        self.chosen(order_by, limit.as_mut())?;
        let target = self.only_target(table)?;
        match from {
            None => {}
            Some(_) if self.dialect.is_mysql() => {
                return Err(Refusal::clause("UPDATE … FROM", "use a subquery"));
            }
            Some(UpdateTableFromKind::AfterSet(tables)) => self.beside(tables, &target)?,
            Some(UpdateTableFromKind::BeforeSet(_)) => {
                return Err(Refusal::clause("FROM before SET", "write it after SET"));
            }
        }
        self.assignments(assignments)?;
        self.opt_expr(selection.as_mut())?;
        self.narrow(selection, &target.name);
        self.returning(returning.as_mut())
    }

    fn delete(&mut self, delete: &mut Delete) -> Result<(), Refusal> {
        let Delete {
            delete_token: _,
            optimizer_hints,
            tables,
            from,
            using,
            selection,
            returning,
            output,
            order_by,
            limit,
        } = delete;
        none(optimizer_hints.is_empty(), "a hint", "leave it out")?;
        none(output.is_none(), OTHER_DATABASE, THIS_SQL)?;
        none(
            tables.is_empty(),
            "DELETE from several tables",
            "write one statement for each",
        )?;
        self.chosen(order_by, limit.as_mut())?;
        let target = match from {
            FromTable::WithFromKeyword(tables) => match tables.as_mut_slice() {
                [table] => self.only_target(table)?,
                _ => {
                    return Err(Refusal::clause(
                        "DELETE from several tables",
                        "write one statement for each",
                    ));
                }
            },
            FromTable::WithoutKeyword(_) => {
                return Err(Refusal::clause("DELETE without FROM", "write DELETE FROM"));
            }
        };
        if let Some(tables) = using {
            none(!self.dialect.is_mysql(), "DELETE … USING", "use a subquery")?;
            self.beside(tables, &target)?;
        }
        if self.dialect.is_mysql()
            && let FromTable::WithFromKeyword(tables) = from
        {
            no_alias(tables, &target)?;
        }
        self.opt_expr(selection.as_mut())?;
        self.narrow(selection, &target.name);
        self.returning(returning.as_mut())
    }

    /// ORDER BY and LIMIT of a write, which the MySQL wire has. They choose among the rows that the condition leaves, so
    /// among the tenant's.
    fn chosen(&mut self, order_by: &mut [OrderByExpr], limit: Option<&mut Expr>) -> Result<(), Refusal> {
        none(
            self.dialect.is_mysql() || (order_by.is_empty() && limit.is_none()),
            "ORDER BY or LIMIT on a write",
            "choose the rows in a subquery",
        )?;
        self.order_by_exprs(order_by)?;
        self.opt_expr(limit)
    }

    fn only_target(&mut self, table: &mut TableWithJoins) -> Result<TableAlias, Refusal> {
        none(
            table.joins.is_empty(),
            "a join in the target of a write",
            "use FROM or USING",
        )?;
        self.write_target(&mut table.relation)
    }

    /// Tables beside a write's target; none may have the target's name, since the filter is written with it.
    fn beside(&mut self, tables: &mut [TableWithJoins], target: &TableAlias) -> Result<(), Refusal> {
        for table in tables.iter_mut() {
            self.table_with_joins(table)?;
        }
        let mut found = Vec::new();
        aliases(tables, &mut found);
        let same = |alias: &&TableAlias| alias.name.value.eq_ignore_ascii_case(&target.name.value);
        none(
            !found.iter().any(same),
            "the target's name for another table",
            "give that table an alias",
        )
    }

    fn assignments(&mut self, assignments: &mut [Assignment]) -> Result<(), Refusal> {
        for Assignment { target, value } in assignments {
            match target {
                AssignmentTarget::ColumnName(name) => self.written_column(name, "assigned")?,
                AssignmentTarget::Tuple(names) => {
                    names
                        .iter()
                        .try_for_each(|name| self.written_column(name, "assigned"))?;
                }
            }
            self.expr(value)?;
        }
        Ok(())
    }

    fn written_column(&self, name: &ObjectName, how: &'static str) -> Result<(), Refusal> {
        let ident = names::single(name)?;
        self.dialect.check_column(ident)?;
        if names::is_tenant_column(ident) {
            Err(Refusal::TenantColumn { how })
        } else {
            Ok(())
        }
    }

    fn returning(&mut self, returning: Option<&mut Vec<SelectItem>>) -> Result<(), Refusal> {
        match returning {
            Some(items) => self.projection(items),
            None => Ok(()),
        }
    }

    /// `WHERE (old) AND target.tenant_id = $tenant`.
    fn narrow(&self, selection: &mut Option<Expr>, target: &Ident) {
        let ours = self.tenant_condition(target);
        *selection = Some(match selection.take() {
            None => ours,
            Some(old) => Expr::BinaryOp {
                left: Box::new(Expr::Nested(Box::new(old))),
                op: BinaryOperator::And,
                right: Box::new(ours),
            },
        });
    }
}

/// MariaDB 10.11 takes no alias on the table of a DELETE; the filter then names the table itself.
fn no_alias(from: &mut [TableWithJoins], target: &TableAlias) -> Result<(), Refusal> {
    for table in from {
        if let TableFactor::Table { name, alias, .. } = &mut table.relation {
            let own = matches!(name.0.as_slice(), [.., ObjectNamePart::Identifier(own)] if *own == target.name);
            none(own, "an alias of DELETE's table", "name the table itself")?;
            *alias = None;
        }
    }
    Ok(())
}

/// SQLite reads `… FROM x ON CONFLICT` as a join's condition; its manual asks for `WHERE true` between.
fn keep_on_apart(source: &mut Query) {
    if source.order_by.is_some() || source.limit_clause.is_some() {
        return;
    }
    let mut body = source.body.as_mut();
    while let SetExpr::SetOperation { right, .. } = body {
        body = right.as_mut();
    }
    if let SetExpr::Select(select) = body {
        let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(exprs, _) if exprs.is_empty());
        if select.selection.is_none() && ungrouped && select.having.is_none() && select.named_window.is_empty() {
            select.selection = Some(Expr::Value(Value::Boolean(true).with_empty_span()));
        }
    }
}
