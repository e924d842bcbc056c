//! The service itself: notes, written, listed, searched and read. It never says whose they are.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{
    Json, Router,
    extract::{Path, Query},
    http::StatusCode,
    routing::get,
};
use mtp::{ApiJson, Problem, TenantDb};
use serde::{Deserialize, Serialize};

/// Longest note in bytes.
const MAX_NOTE_BYTES: usize = 10_000;
/// Most notes of one answer.
const MAX_NOTES: i64 = 100;

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
    db.query("INSERT INTO notes (id, body, written_at) VALUES ($1, $2, $3)")
        .bind(note.id.as_str())
        .bind(note.body.as_str())
        .bind(note.written_at)
        .execute()
        .await?;
    Ok((StatusCode::CREATED, Json(note)))
}

async fn list(db: TenantDb, Query(search): Query<Search>) -> Result<Json<Vec<Note>>, Problem> {
    let pattern = format!("%{}%", search.q.unwrap_or_default().replace(['%', '_', '\\'], ""));
    let notes = db
        .query("SELECT id, body, written_at FROM notes WHERE body LIKE $1 ORDER BY written_at, id LIMIT $2")
        .bind(pattern)
        .bind(MAX_NOTES)
        .fetch_all()
        .await?;
    Ok(Json(notes))
}

async fn read(db: TenantDb, Path(id): Path<String>) -> Result<Json<Note>, Problem> {
    let note = db
        .query("SELECT id, body, written_at FROM notes WHERE id = $1")
        .bind(id)
        .fetch_optional()
        .await?;
    note.map(Json).ok_or_else(Problem::not_found)
}
