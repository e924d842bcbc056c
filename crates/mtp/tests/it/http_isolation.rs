//! Two tenants through HTTP, with row ids that collide: nobody reads, changes, deletes, or learns of, the other's.

use http::StatusCode;
use serde_json::json;

use crate::service::{Service, call};

#[tokio::test]
async fn rows_with_the_same_id_never_meet() {
    let s = Service::start().await;
    for (member, text) in [(&s.a, "apples"), (&s.b, "bananas")] {
        for id in ["1", "2", "3"] {
            let note = json!({ "id": id, "body": format!("{text} {id}") });
            let answer = call("POST", "/notes").of(member).json(note).send(&s.app).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        }
    }
    let only_b = json!({ "id": "only-b", "body": "bananas" });
    call("POST", "/notes").of(&s.b).json(only_b.clone()).send(&s.app).await;

    let read = call("GET", "/notes/1").of(&s.a).send(&s.app).await;
    assert_eq!(read.json()["body"], "apples 1");
    let listed = call("GET", "/notes").of(&s.a).send(&s.app).await;
    assert!(
        listed.body.contains("apples") && !listed.body.contains("bananas"),
        "{listed:?}"
    );

    // A row that the other has and one that nobody has are the same to A, in status, body and headers.
    for (method, body) in [
        ("GET", None),
        ("PUT", Some(json!({ "id": "x", "body": "stolen" }))),
        ("DELETE", None),
    ] {
        let mut answers = Vec::new();
        for id in ["only-b", "of-nobody"] {
            let mut request = call(method, format!("/notes/{id}")).of(&s.a);
            if let Some(body) = &body {
                request = request.json(body.clone());
            }
            answers.push(request.send(&s.app).await);
        }
        assert_eq!(answers[0].status, StatusCode::NOT_FOUND);
        assert_eq!(answers[0].body, answers[1].body);
        assert_eq!(answers[0].headers, answers[1].headers);
    }
    // Making a row that only the other has: no conflict tells of it.
    let same = call("POST", "/notes")
        .of(&s.a)
        .json(json!({ "id": "only-b", "body": "apples" }))
        .send(&s.app)
        .await;
    assert_eq!(same.status, StatusCode::CREATED);

    let change = json!({ "id": "1", "body": "changed" });
    assert_eq!(
        call("PUT", "/notes/1").of(&s.a).json(change).send(&s.app).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        call("DELETE", "/notes/2").of(&s.a).send(&s.app).await.status,
        StatusCode::NO_CONTENT
    );
    let of_b = call("GET", "/notes").of(&s.b).send(&s.app).await.json();
    let bodies: Vec<_> = of_b
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["body"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(bodies, ["bananas 1", "bananas 2", "bananas 3", "bananas"]);
}

#[tokio::test]
async fn a_token_opens_its_own_door_only() {
    let s = Service::start().await;
    let foreign = call("GET", "/notes")
        .tenant(&s.b.id)
        .token(&s.a.token)
        .send(&s.app)
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let unknown = call("GET", "/notes")
        .tenant(&"nobody".parse().unwrap())
        .token(&s.a.token)
        .send(&s.app)
        .await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    assert_eq!(foreign.body, unknown.body, "whether the other exists is not told");
    let by_path = call("GET", format!("/t/{}/notes", s.b.id))
        .token(&s.a.token)
        .send(&s.app)
        .await;
    assert_eq!(by_path.status, StatusCode::FORBIDDEN);
    let own = call("GET", format!("/t/{}/notes", s.a.id))
        .token(&s.a.token)
        .send(&s.app)
        .await;
    assert_eq!(own.status, StatusCode::OK);

    let who = call("GET", "/whoami").of(&s.a).send(&s.app).await.json();
    assert_eq!(who["here"], "acme");
    assert_eq!(who["carried"], "acme");
    assert!(who["bare"].is_null(), "a bare spawn carries no name: {who}");
    assert_eq!(mtp::current_tenant(), None);
}

#[tokio::test]
async fn a_suspended_tenant_is_let_in_by_nobody_and_known_to_its_own_only() {
    let s = Service::start().await;
    s.platform.manager().suspend(&s.a.id).await.unwrap();
    let own = call("GET", "/notes").of(&s.a).send(&s.app).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert!(own.body.contains("suspended"), "{own:?}");
    let stranger = call("GET", "/notes").tenant(&s.a.id).send(&s.app).await;
    let nobody = call("GET", "/notes")
        .tenant(&"nobody".parse().unwrap())
        .send(&s.app)
        .await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stranger.body, nobody.body);
    let foreign = call("GET", "/notes")
        .tenant(&s.a.id)
        .token(&s.b.token)
        .send(&s.app)
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert!(
        !foreign.body.contains("suspended"),
        "another tenant does not learn of it"
    );
    s.platform.manager().delete(&s.a.id).await.unwrap();
    let gone = call("GET", "/notes").of(&s.a).send(&s.app).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
}
