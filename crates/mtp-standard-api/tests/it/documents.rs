//! OpenAPI, manifest, public keys.

use serde_json::{Value, json};

use crate::support::World;

#[tokio::test]
async fn the_openapi_document_is_whole() {
    let world = World::new().await;
    let seen = world.get("/api/openapi.json", &[]).await;
    assert_eq!(
        (seen.status, seen.headers["content-type"].to_str().unwrap()),
        (200, "application/json")
    );
    let document = &seen.json;
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["info"]["title"], "notes");
    assert_eq!(document["info"]["version"], "1.2.3");
    assert!(
        document["paths"]["/notes"]["get"].is_object(),
        "the service's own is in it"
    );
    for route in mtp_standard_api::ROUTES {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        assert!(operation["responses"].is_object(), "{} {}", route.method, route.path);
        assert!(operation["security"].is_array(), "{} {}", route.method, route.path);
    }
    // What the specification demands of each operation, and every reference leads somewhere.
    let mut names = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                !responses.is_empty() && responses.values().all(|r| r["description"].is_string()),
                "{method} {path}"
            );
            names.extend(operation["operationId"].as_str().map(str::to_owned));
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            assert!(
                parameters
                    .iter()
                    .all(|p| p["name"].is_string() && p["schema"].is_object()),
                "{method} {path}"
            );
            let in_path = parameters
                .iter()
                .filter(|p| p["in"] == "path" && p["required"] == true)
                .count();
            assert_eq!(in_path, path.matches('{').count(), "{method} {path}");
            for scheme in operation["security"].as_array().into_iter().flatten() {
                for name in scheme.as_object().unwrap().keys() {
                    assert!(document["components"]["securitySchemes"][name].is_object(), "{name}");
                }
            }
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "an operation's id is one");
    let mut references = Vec::new();
    collect(document, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        assert!(
            document.pointer(reference.trim_start_matches('#')).is_some(),
            "{reference}"
        );
    }
    let again = world
        .get(
            "/api/openapi.json",
            &[("if-none-match", seen.headers["etag"].to_str().unwrap())],
        )
        .await;
    assert_eq!(again.status, 304);
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("$ref", Value::String(reference)) => into.push(reference.clone()),
                    _ => collect(value, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}

#[tokio::test]
async fn the_manifest_has_a_version_of_its_own() {
    let world = World::new().await;
    let seen = world.get("/api/manifest", &[]).await;
    assert_eq!((seen.status, seen.json["name"].as_str()), (200, Some("notes")));
    let etag = seen.headers["etag"].to_str().unwrap();
    for known in [etag.to_owned(), format!("\"a\", W/{etag}"), "*".to_owned()] {
        let again = world.get("/api/manifest", &[("if-none-match", &known)]).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{known}");
        assert_eq!(again.headers["etag"], etag);
    }
    assert_eq!(
        world.get("/api/manifest", &[("if-none-match", "\"a\"")]).await.status,
        200
    );
}

#[tokio::test]
async fn instances_have_the_same_keys_and_show_no_secret() {
    let world = World::new().await;
    let seen = world.get("/.well-known/jwks.json", &[]).await;
    assert_eq!(seen.status, 200);
    let keys = seen.json["keys"].as_array().unwrap();
    assert!(keys.len() >= 2, "this period's and the next one's");
    for key in keys {
        assert_eq!((&key["kty"], &key["alg"]), (&json!("OKP"), &json!("EdDSA")));
        assert!(key.get("d").is_none());
    }
    let second = World::manager(world.folder.path(), false).await;
    let (a, b) = tokio::join!(
        mtp_standard_api::own_tokens(&second, "a", "b"),
        mtp_standard_api::own_tokens(&world.manager, "a", "b")
    );
    assert_eq!(a.unwrap().jwks(), seen.json);
    assert_eq!(b.unwrap().jwks(), seen.json);
    mtp_standard_api::renew_signing_keys(&second, &world.tokens)
        .await
        .unwrap();
    assert_eq!(world.tokens.jwks(), seen.json);
}
