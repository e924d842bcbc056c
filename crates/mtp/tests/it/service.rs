//! A service to attack: notes whose ids the caller chooses, so that those of two tenants collide.

use axum::{Json, Router, body::Body, extract::Path, routing::get};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use mtp::{ApiJson, Caller, Platform, PlatformBuilder, Problem, TenantConfig, TenantDb, TenantId};
use serde_json::{Value, json};
use tower::ServiceExt;

const NOTES: &str = "CREATE TABLE notes (
    tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant_id, id)
);";

/// A platform with two tenants and a service behind its chain.
pub(crate) struct Service {
    pub(crate) platform: Platform,
    pub(crate) app: Router,
    pub(crate) a: Member,
    pub(crate) b: Member,
    _folder: tempfile::TempDir,
}

/// A tenant and its admin's token.
pub(crate) struct Member {
    pub(crate) id: TenantId,
    pub(crate) token: String,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// A request in the making.
#[derive(Clone)]
pub(crate) struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

pub(crate) fn call(method: &'static str, path: impl Into<String>) -> Call {
    Call {
        method,
        path: path.into(),
        headers: Vec::new(),
        body: None,
    }
}

impl Call {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn tenant(self, id: &TenantId) -> Self {
        self.header("x-tenant-id", id.as_str())
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn of(self, member: &Member) -> Self {
        self.tenant(&member.id).token(&member.token)
    }

    pub(crate) fn market(self, key: &str) -> Self {
        self.header("x-api-key", key)
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) async fn send(self, app: &Router) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = match self.body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(change: impl FnOnce(PlatformBuilder) -> PlatformBuilder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let builder = Platform::builder("notes")
            .data_dir(folder.path())
            .migrations(&[(1, "notes", NOTES)]);
        let platform = change(builder).start().await.unwrap();
        let app = platform.wrap(routes()).unwrap();
        let a = Member::new(&platform, &app, "acme").await;
        let b = Member::new(&platform, &app, "bolt").await;
        Self {
            platform,
            app,
            a,
            b,
            _folder: folder,
        }
    }
}

impl Member {
    pub(crate) async fn new(platform: &Platform, app: &Router, id: &str) -> Self {
        let id: TenantId = id.parse().unwrap();
        let tenant = platform
            .manager()
            .create(TenantConfig::new(id.as_str()).id(id.clone()))
            .await
            .unwrap();
        let password = tenant.admin_credentials.unwrap().password.unwrap();
        let answer = call("POST", "/api/tenant/token")
            .tenant(&id)
            .json(json!({ "username": "admin", "password": password.expose() }))
            .send(app)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        Self {
            id,
            token: answer.json()["access_token"].as_str().unwrap().to_owned(),
        }
    }
}

/// The service's routes.
fn routes() -> Router {
    Router::new()
        .route("/notes", get(list).post(create))
        .route("/notes/{id}", get(read).put(change).delete(remove))
        .route("/whoami", get(whoami))
}

#[derive(sqlx::FromRow, serde::Serialize, serde::Deserialize)]
struct Note {
    id: String,
    body: String,
}

async fn list(db: TenantDb) -> Result<Json<Vec<Note>>, Problem> {
    Ok(Json(
        db.query("SELECT id, body FROM notes ORDER BY id").fetch_all().await?,
    ))
}

async fn create(db: TenantDb, ApiJson(note): ApiJson<Note>) -> Result<StatusCode, Problem> {
    db.query("INSERT INTO notes (id, body) VALUES ($1, $2)")
        .bind(note.id)
        .bind(note.body)
        .execute()
        .await?;
    Ok(StatusCode::CREATED)
}

async fn read(db: TenantDb, Path(id): Path<String>) -> Result<Json<Note>, Problem> {
    let note = db
        .query("SELECT id, body FROM notes WHERE id = $1")
        .bind(id)
        .fetch_optional()
        .await?;
    note.map(Json).ok_or_else(Problem::not_found)
}

async fn change(db: TenantDb, Path(id): Path<String>, ApiJson(note): ApiJson<Note>) -> Result<StatusCode, Problem> {
    match db
        .query("UPDATE notes SET body = $1 WHERE id = $2")
        .bind(note.body)
        .bind(id)
        .execute()
        .await?
    {
        0 => Err(Problem::not_found()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

async fn remove(db: TenantDb, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    match db.query("DELETE FROM notes WHERE id = $1").bind(id).execute().await? {
        0 => Err(Problem::not_found()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Who the request is for and who asks, also as a task sees it that the handler spawns.
async fn whoami(caller: Caller) -> Json<Value> {
    let here = mtp::current_tenant().map(|id| id.to_string());
    let carried = mtp::spawn(async { mtp::current_tenant().map(|id| id.to_string()) })
        .await
        .unwrap();
    let bare = tokio::spawn(async { mtp::current_tenant().map(|id| id.to_string()) })
        .await
        .unwrap();
    Json(json!({ "subject": caller.subject(), "here": here, "carried": carried, "bare": bare }))
}
