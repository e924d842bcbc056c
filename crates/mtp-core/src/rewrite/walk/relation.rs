//! What stands in FROM: tenant tables, CTEs, subqueries, functions, joins.

use sqlparser::ast::{
    Function, FunctionArg, Join, JoinConstraint, JoinOperator, JsonTableColumn, JsonTableColumnErrorHandling,
    JsonTableNamedColumn, JsonTableNestedColumn, ObjectName, TableAlias, TableAliasColumnDef, TableFactor,
    TableFunctionArgs, TableWithJoins,
};

use super::{
    super::{
        filter, names,
        refusal::{Refusal, ShownName},
    },
    Walker, none,
};

impl Walker<'_> {
    pub(super) fn table_with_joins(&mut self, table: &mut TableWithJoins) -> Result<(), Refusal> {
        let TableWithJoins { relation, joins } = table;
        self.table_factor(relation)?;
        for Join {
            relation,
            global,
            join_operator,
        } in joins
        {
            none(!*global, "GLOBAL", "leave it out")?;
            self.table_factor(relation)?;
            self.join_operator(join_operator)?;
        }
        Ok(())
    }

    fn join_operator(&mut self, operator: &mut JoinOperator) -> Result<(), Refusal> {
        match operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::FullOuter(constraint)
            | JoinOperator::CrossJoin(constraint) => match constraint {
                JoinConstraint::On(expr) => self.expr(expr),
                JoinConstraint::Using(columns) => columns
                    .iter()
                    .try_for_each(|column| self.dialect.check_column(names::single(column)?)),
                JoinConstraint::Natural | JoinConstraint::None => Ok(()),
            },
            _ => Err(Refusal::clause(
                "this kind of join",
                "use INNER, LEFT, RIGHT, FULL or CROSS JOIN",
            )),
        }
    }

    pub(super) fn table_alias(&mut self, alias: Option<&mut TableAlias>) -> Result<(), Refusal> {
        let Some(alias) = alias else {
            return Ok(());
        };
        // With AS the server cannot take the alias for a keyword of its own.
        alias.explicit = true;
        self.alias(alias)
    }

    /// Checks an alias and its columns.
    pub(super) fn alias(&mut self, alias: &mut TableAlias) -> Result<(), Refusal> {
        let TableAlias {
            explicit: _,
            name,
            columns,
            at,
        } = alias;
        none(at.is_none(), "AT in an alias", "leave it out")?;
        self.dialect.check_ident(name)?;
        for TableAliasColumnDef { name, data_type } in columns {
            self.dialect.check_ident(name)?;
            if let Some(data_type) = data_type {
                self.data_type(data_type)?;
            }
        }
        Ok(())
    }

    fn table_factor(&mut self, factor: &mut TableFactor) -> Result<(), Refusal> {
        self.with_stack(|walker| walker.table_factor_inner(factor))
    }

    fn table_factor_inner(&mut self, factor: &mut TableFactor) -> Result<(), Refusal> {
        match factor {
            TableFactor::Table { args: Some(_), .. } => self.function_in_from(factor),
            TableFactor::Table { .. } => {
                if let Some(replaced) = self.named_table(factor)? {
                    *factor = replaced;
                }
                Ok(())
            }
            TableFactor::Derived {
                lateral: _,
                subquery,
                alias,
                sample,
            } => {
                none(sample.is_none(), "TABLESAMPLE", "use ORDER BY random() LIMIT n")?;
                self.table_alias(alias.as_mut())?;
                self.query(subquery, false)
            }
            TableFactor::Function {
                lateral: _,
                name,
                args,
                with_ordinality: _,
                alias,
            } => {
                none(
                    self.dialect.is_postgres(),
                    "LATERAL before a function",
                    "leave it out: functions are joined laterally",
                )?;
                self.table_alias(alias.as_mut())?;
                self.function_name(name, true)?;
                self.function_args(args)
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset,
                with_offset_alias,
                with_ordinality: _,
            } => {
                let plain = self.dialect.is_postgres() && !*with_offset && with_offset_alias.is_none();
                none(plain, "this form of UNNEST", "use unnest(array) WITH ORDINALITY")?;
                self.table_alias(alias.as_mut())?;
                self.exprs(array_exprs)
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                self.table_alias(alias.as_mut())?;
                self.table_with_joins(table_with_joins)
            }
            TableFactor::JsonTable {
                json_expr,
                json_path,
                columns,
                alias,
            } => {
                none(
                    self.dialect.is_mysql(),
                    "JSON_TABLE",
                    "use this database's JSON functions",
                )?;
                self.table_alias(alias.as_mut())?;
                self.expr(json_expr)?;
                self.value(&mut json_path.value)?;
                self.json_columns(columns)
            }
            _ => Err(Refusal::clause(
                "this source of rows",
                "use tables, subqueries, CTEs or allowed functions",
            )),
        }
    }

    /// The columns of a `JSON_TABLE`.
    fn json_columns(&mut self, columns: &mut [JsonTableColumn]) -> Result<(), Refusal> {
        for column in columns {
            match column {
                JsonTableColumn::Named(JsonTableNamedColumn {
                    name,
                    r#type,
                    path,
                    exists: _,
                    on_empty,
                    on_error,
                }) => {
                    self.dialect.check_ident(name)?;
                    self.data_type(r#type)?;
                    self.value(&mut path.value)?;
                    for handling in [on_empty, on_error].into_iter().flatten() {
                        match handling {
                            JsonTableColumnErrorHandling::Default(value) => self.value(&mut value.value)?,
                            JsonTableColumnErrorHandling::Null | JsonTableColumnErrorHandling::Error => {}
                        }
                    }
                }
                JsonTableColumn::ForOrdinality(name) => self.dialect.check_ident(name)?,
                JsonTableColumn::Nested(JsonTableNestedColumn { path, columns }) => {
                    self.value(&mut path.value)?;
                    self.with_stack(|walker| walker.json_columns(columns))?;
                }
            }
        }
        Ok(())
    }

    /// The filtered self of a tenant's table, `None` for a CTE, a refusal for anything else.
    fn named_table(&mut self, factor: &mut TableFactor) -> Result<Option<TableFactor>, Refusal> {
        let (name, alias) = plain_table(factor)?;
        let ident = names::single(name)?.clone();
        self.table_alias(alias.as_mut())?;
        self.dialect.check_object(&ident)?;
        // No CTE has the name of a table, so the order of these two does not matter.
        if self.in_scope(&self.dialect.cte_name(&ident)) {
            return Ok(None);
        }
        let Some(table) = self.table(&ident) else {
            // MySQL's table of one row, for a condition without a table.
            if self.dialect.is_mysql() && ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("dual") {
                none(alias.is_none(), "an alias of DUAL", "leave it out")?;
                self.cte_names.insert(ident.value);
                return Ok(None);
            }
            // The parser reads `FROM ONLY t` as a table `only` with the alias `t`.
            let only = ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("only");
            none(!only, "ONLY", "leave it out")?;
            return Err(Refusal::UnknownRelation {
                name: ShownName::new(&ident.value),
            });
        };
        self.check_walled(&table)?;
        self.filters += 1;
        let subquery = Box::new(filter::query(
            self.dialect,
            self.schema,
            &table,
            self.tenant,
            self.locks.clone(),
        ));
        let alias = alias.take().unwrap_or_else(|| TableAlias {
            explicit: true,
            name: self.dialect.quoted(&table),
            columns: Vec::new(),
            at: None,
        });
        self.touched.insert(table);
        Ok(Some(TableFactor::Derived {
            lateral: false,
            subquery,
            alias: Some(alias),
            sample: None,
        }))
    }

    fn function_in_from(&mut self, factor: &mut TableFactor) -> Result<(), Refusal> {
        let TableFactor::Table {
            name,
            alias,
            args: Some(TableFunctionArgs { args, settings }),
            with_hints,
            version,
            with_ordinality: _,
            partitions,
            json_path,
            sample,
            index_hints,
        } = factor
        else {
            return Err(Refusal::clause(
                "this source of rows",
                "use tables, subqueries, CTEs or allowed functions",
            ));
        };
        let plain = settings.is_none()
            && with_hints.is_empty()
            && version.is_none()
            && partitions.is_empty()
            && json_path.is_none()
            && sample.is_none()
            && index_hints.is_empty();
        none(plain, "a clause on a function in FROM", "leave it out")?;
        self.table_alias(alias.as_mut())?;
        self.function_name(name, true)?;
        self.function_args(args)
    }

    fn function_args(&mut self, args: &mut [FunctionArg]) -> Result<(), Refusal> {
        args.iter_mut().try_for_each(|arg| self.function_arg(arg))
    }

    /// A call in the form that other databases have for FROM.
    pub(super) fn no_table_function(_: &Function) -> Refusal {
        Refusal::clause("a function as the target of a write", "name a table")
    }

    /// The target of a write: its stored name. The factor gets the qualified name, and an alias (its own name where
    /// the caller gave none), so that the filter's `alias.tenant_id` can mean nothing else.
    pub(super) fn write_target(&mut self, factor: &mut TableFactor) -> Result<TableAlias, Refusal> {
        let (name, alias) = plain_table(factor)?;
        let table = self.target_table(names::single(name)?)?;
        *name = self.qualified(&table);
        self.table_alias(alias.as_mut())?;
        let given = alias.take().unwrap_or_else(|| TableAlias {
            explicit: true,
            name: self.dialect.quoted(&table),
            columns: Vec::new(),
            at: None,
        });
        none(
            given.columns.is_empty(),
            "a column list on the target of a write",
            "leave it out",
        )?;
        *alias = Some(given.clone());
        Ok(given)
    }

    /// The stored name of a table that is written to.
    pub(super) fn target_table(&mut self, ident: &sqlparser::ast::Ident) -> Result<String, Refusal> {
        self.dialect.check_object(ident)?;
        let table = self.table(ident).ok_or_else(|| Refusal::UnknownRelation {
            name: ShownName::new(&ident.value),
        })?;
        self.check_walled(&table)?;
        self.targets += 1;
        self.touched.insert(table.clone());
        Ok(table)
    }
}

/// Name and alias of a table without any of the riders that would be lost or could mislead.
fn plain_table(factor: &mut TableFactor) -> Result<(&mut ObjectName, &mut Option<TableAlias>), Refusal> {
    let TableFactor::Table {
        name,
        alias,
        args,
        with_hints,
        version,
        with_ordinality,
        partitions,
        json_path,
        sample,
        index_hints,
    } = factor
    else {
        return Err(Refusal::clause("this target or source of rows", "name a table"));
    };
    none(sample.is_none(), "TABLESAMPLE", "use ORDER BY random() LIMIT n")?;
    none(
        with_hints.is_empty() && index_hints.is_empty(),
        "a hint on a table",
        "leave it out",
    )?;
    let plain =
        args.is_none() && version.is_none() && !*with_ordinality && partitions.is_empty() && json_path.is_none();
    none(plain, "a clause on a table", "leave it out")?;
    Ok((name, alias))
}

/// The names by which a FROM list's own members are known, for comparison with a target's.
pub(super) fn aliases<'t>(tables: &'t [TableWithJoins], found: &mut Vec<&'t TableAlias>) {
    for TableWithJoins { relation, joins } in tables {
        let all = std::iter::once(relation).chain(joins.iter().map(|join| &join.relation));
        for factor in all {
            match factor {
                TableFactor::Table { alias, .. }
                | TableFactor::Derived { alias, .. }
                | TableFactor::Function { alias, .. }
                | TableFactor::UNNEST { alias, .. } => found.extend(alias),
                TableFactor::NestedJoin {
                    table_with_joins,
                    alias,
                } => {
                    found.extend(alias);
                    aliases(std::slice::from_ref(table_with_joins), found);
                }
                _ => {}
            }
        }
    }
}
