//! Where a service's migrations come from, and the first wall that they lead to.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use crate::{
    error::Result,
    migrate::{LintOptions, MigrationSet},
    rewrite::{Dialect, Options, Rewriter, TenantTables},
};

/// Where migrations are.
pub(super) enum Source {
    Folder(PathBuf),
    Static(Vec<(i64, &'static str, &'static str)>),
}

type Read = (HashMap<Dialect, MigrationSet>, HashMap<Dialect, Arc<Rewriter>>);

/// The service's migrations for each database that this build knows, and the first wall that they lead to.
pub(super) fn read(source: Option<&Source>, options: &Options, central: Dialect) -> Result<Read> {
    let mut migrations = HashMap::new();
    let mut rewriters = HashMap::new();
    for dialect in Dialect::compiled_in() {
        let set = match source {
            Some(Source::Folder(folder)) => MigrationSet::from_dir(folder, dialect),
            Some(Source::Static(files)) => MigrationSet::from_static(files),
            None => Ok(MigrationSet::default()),
        };
        let lint = LintOptions::new(dialect);
        // A folder may hold migrations for one kind of database only.
        match set.and_then(|set| Ok((set.shape(&lint)?, set))) {
            Ok((shape, set)) => {
                let tables = TenantTables::new(shape.iter().map(|t| {
                    (
                        t.name.clone(),
                        t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
                    )
                }));
                rewriters.insert(dialect, Arc::new(Rewriter::new(dialect, tables, options.clone())));
                migrations.insert(dialect, set);
            }
            Err(e) if dialect == central => return Err(e.into()),
            Err(_) => {}
        }
    }
    Ok((migrations, rewriters))
}
