//! The service itself: notes, written, listed, searched and read. It never says whose they are.
//!
//! Its statements are built by sea-query, so that they run on every database. Text does as well, in the words and with
//! the placeholders of one: `db.query("SELECT … WHERE id = $1").bind(id)`.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{
    Json, Router,
    extract::{Path, Query},
    http::StatusCode,
    routing::get,
};
use mtp::{ApiJson, Problem, TenantDb};
use sea_query::{Expr, ExprTrait, Order, SelectStatement};
use serde::{Deserialize, Serialize};

/// Longest note in bytes.
const MAX_NOTE_BYTES: usize = 10_000;
/// What a note has.
const COLUMNS: [&str; 3] = ["id", "body", "written_at"];
/// Most notes of one answer.
const MAX_NOTES: u64 = 100;

/// A note as it is sent and stored.
#[derive(Serialize, sqlx::FromRow)]
struct Note {
    id: String,
    body: String,
    written_at: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNote {
    body: String,
}

#[derive(Deserialize)]
struct Search {
    q: Option<String>,
}

/// The service's routes. Nothing here knows of tenants but the extractor `TenantDb`.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/notes", get(list).post(create))
        .route("/notes/{id}", get(read))
}

async fn create(db: TenantDb, ApiJson(new): ApiJson<NewNote>) -> Result<(StatusCode, Json<Note>), Problem> {
    if new.body.is_empty() || new.body.len() > MAX_NOTE_BYTES {
        return Err(Problem::bad_request(format!("body: 1 to {MAX_NOTE_BYTES} bytes")));
    }
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |t| i64::try_from(t.as_millis()).unwrap_or(0));
    let note = Note {
        id: uuid::Uuid::now_v7().to_string(),
        body: new.body,
        written_at: now,
    };
    let row = vec![
        note.id.as_str().into(),
        note.body.as_str().into(),
        note.written_at.into(),
    ];
    db.insert_many("notes", &COLUMNS, [row]).await?;
    Ok((StatusCode::CREATED, Json(note)))
}

fn notes() -> SelectStatement {
    let mut select = SelectStatement::new();
    select.columns(COLUMNS).from("notes");
    select
}

async fn list(db: TenantDb, Query(search): Query<Search>) -> Result<Json<Vec<Note>>, Problem> {
    let pattern = format!("%{}%", search.q.unwrap_or_default().replace(['%', '_', '\\'], ""));
    let notes = db
        .query(
            notes()
                .and_where(Expr::col("body").like(pattern))
                .order_by("written_at", Order::Asc)
                .order_by("id", Order::Asc)
                .limit(MAX_NOTES),
        )
        .fetch_all()
        .await?;
    Ok(Json(notes))
}

async fn read(db: TenantDb, Path(id): Path<String>) -> Result<Json<Note>, Problem> {
    let note = db
        .query(notes().and_where(Expr::col("id").eq(id)))
        .fetch_optional()
        .await?;
    note.map(Json).ok_or_else(Problem::not_found)
}
