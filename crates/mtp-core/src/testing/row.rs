//! Any row as text, for comparison and for search.

/// A row of whatever columns, each as `name:type=value`, `None` for NULL. Two rows are equal where names, types and values
/// are; of types that have no plain form here the value is the bytes of the wire, escaped.
///
/// What a struct would refuse (a numeric, an array, two columns of one name) is read all the same, so that a check of
/// walls sees everything that came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRow(pub Vec<TextCell>);

/// One column of a [`TextRow`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextCell {
    /// The column's name.
    pub name: String,
    /// What the value is, in the database's own words.
    pub kind: String,
    /// The value.
    pub value: Option<String>,
}

impl TextRow {
    /// The values alone.
    pub fn values(&self) -> Vec<Option<&str>> {
        self.0.iter().map(|cell| cell.value.as_deref()).collect()
    }

    /// Whether a text stands in a name or a value.
    pub fn holds(&self, text: &str) -> bool {
        self.0
            .iter()
            .any(|cell| cell.name.contains(text) || cell.value.as_deref().is_some_and(|value| value.contains(text)))
    }
}

#[cfg(feature = "postgres")]
impl sqlx::FromRow<'_, sqlx::postgres::PgRow> for TextRow {
    fn from_row(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        use sqlx::{Column, Row, TypeInfo, ValueRef, postgres::PgValueFormat};
        let mut cells = Vec::with_capacity(row.columns().len());
        for column in row.columns() {
            let raw = row.try_get_raw(column.ordinal())?;
            let kind = raw.type_info().name().to_owned();
            let at = column.ordinal();
            let binary = raw.format() == PgValueFormat::Binary;
            let value = match kind.as_str() {
                _ if raw.is_null() => None,
                "BOOL" if binary => Some(row.try_get::<bool, _>(at)?.to_string()),
                "INT2" if binary => Some(row.try_get::<i16, _>(at)?.to_string()),
                "INT4" if binary => Some(row.try_get::<i32, _>(at)?.to_string()),
                "INT8" if binary => Some(row.try_get::<i64, _>(at)?.to_string()),
                "FLOAT4" if binary => Some(row.try_get::<f32, _>(at)?.to_string()),
                "FLOAT8" if binary => Some(row.try_get::<f64, _>(at)?.to_string()),
                "UUID" if binary => Some(row.try_get::<uuid::Uuid, _>(at)?.to_string()),
                kind => {
                    let bytes = raw.as_bytes().map_err(sqlx::Error::Decode)?;
                    let text = ["TEXT", "VARCHAR", "CHAR", "NAME", "JSON", "UNKNOWN"].contains(&kind) || !binary;
                    Some(match std::str::from_utf8(bytes) {
                        Ok(plain) if text => plain.to_owned(),
                        _ => bytes.escape_ascii().to_string(),
                    })
                }
            };
            cells.push(TextCell {
                name: column.name().to_owned(),
                kind,
                value,
            });
        }
        Ok(Self(cells))
    }
}

#[cfg(feature = "mysql")]
impl sqlx::FromRow<'_, sqlx::mysql::MySqlRow> for TextRow {
    fn from_row(row: &sqlx::mysql::MySqlRow) -> sqlx::Result<Self> {
        use sqlx::{Column, Row, TypeInfo, ValueRef};
        let mut cells = Vec::with_capacity(row.columns().len());
        for column in row.columns() {
            let at = column.ordinal();
            let raw = row.try_get_raw(at)?;
            let kind = raw.type_info().name().to_owned();
            let value = match kind.as_str() {
                _ if raw.is_null() => None,
                "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "MEDIUMINT UNSIGNED" | "INT UNSIGNED"
                | "BIGINT UNSIGNED" => Some(row.try_get_unchecked::<u64, _>(at)?.to_string()),
                "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => {
                    Some(row.try_get_unchecked::<i64, _>(at)?.to_string())
                }
                "FLOAT" => Some(row.try_get_unchecked::<f32, _>(at)?.to_string()),
                "DOUBLE" => Some(row.try_get_unchecked::<f64, _>(at)?.to_string()),
                "DATE" => Some(row.try_get_unchecked::<chrono::NaiveDate, _>(at)?.to_string()),
                "DATETIME" | "TIMESTAMP" => Some(row.try_get_unchecked::<chrono::NaiveDateTime, _>(at)?.to_string()),
                _ => {
                    let bytes = row.try_get_unchecked::<Vec<u8>, _>(at)?;
                    Some(match String::from_utf8(bytes) {
                        Ok(plain) => plain,
                        Err(other) => other.as_bytes().escape_ascii().to_string(),
                    })
                }
            };
            cells.push(TextCell {
                name: column.name().to_owned(),
                kind,
                value,
            });
        }
        Ok(Self(cells))
    }
}

#[cfg(feature = "sqlite")]
impl sqlx::FromRow<'_, sqlx::sqlite::SqliteRow> for TextRow {
    fn from_row(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Self> {
        use sqlx::{Column, Row, TypeInfo, ValueRef};
        let mut cells = Vec::with_capacity(row.columns().len());
        for column in row.columns() {
            let at = column.ordinal();
            let raw = row.try_get_raw(at)?;
            // The value's own kind: SQLite's columns have none that holds.
            let (kind, value) = if raw.is_null() {
                ("NULL".to_owned(), None)
            } else {
                let kind = raw.type_info().name().to_owned();
                let value = match kind.as_str() {
                    "INTEGER" => row.try_get_unchecked::<i64, _>(at)?.to_string(),
                    "REAL" => row.try_get_unchecked::<f64, _>(at)?.to_string(),
                    _ => {
                        let bytes = row.try_get_unchecked::<Vec<u8>, _>(at)?;
                        match String::from_utf8(bytes) {
                            Ok(plain) => plain,
                            Err(other) => other.as_bytes().escape_ascii().to_string(),
                        }
                    }
                };
                (kind, Some(value))
            };
            cells.push(TextCell {
                name: column.name().to_owned(),
                kind,
                value,
            });
        }
        Ok(Self(cells))
    }
}
