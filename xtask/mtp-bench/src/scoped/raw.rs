//! The four statements by sqlx alone, the filter written by hand.

/// A struct `Raw` over a kind of pool, with the texts of that database. A macro, since what sqlx asks of a database for
/// these few lines to be generic would be longer than they are.
macro_rules! raw {
    ($pool:ty, $texts:ident) => {
        /// A pool of sqlx's own.
        struct Raw($pool);

        impl $crate::scoped::Variant for Raw {
            fn run(&self, kind: $crate::scoped::Kind, n: i64) -> $crate::scoped::Done<'_> {
                Box::pin(async move {
                    match kind {
                        $crate::scoped::Kind::Point => {
                            let _: (i64, String, i32) = sqlx::query_as($texts.point)
                                .bind($crate::scoped::TENANT)
                                .bind(n % $crate::scoped::ROWS)
                                .fetch_one(&self.0)
                                .await?;
                        }
                        $crate::scoped::Kind::List => {
                            let _: Vec<(i64, String, i32)> = sqlx::query_as($texts.list)
                                .bind($crate::scoped::TENANT)
                                .bind(n % ($crate::scoped::ROWS - $crate::scoped::LIST))
                                .fetch_all(&self.0)
                                .await?;
                        }
                        $crate::scoped::Kind::Insert => {
                            sqlx::query($texts.insert)
                                .bind($crate::scoped::TENANT)
                                .bind($crate::scoped::ROWS + n)
                                .bind("made by the bench")
                                .bind(1)
                                .execute(&self.0)
                                .await?;
                        }
                        $crate::scoped::Kind::Update => {
                            sqlx::query($texts.update)
                                .bind($crate::scoped::TENANT)
                                .bind(n % $crate::scoped::ROWS)
                                .execute(&self.0)
                                .await?;
                        }
                    }
                    Ok(())
                })
            }
        }
    };
}

pub(super) use raw;
