//! Runs the transcript against a server, as a program would.

use std::{collections::HashMap, io::Write};

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::{
    Failure,
    transcript::{CALLS, Call},
};

/// Makes every call; fails at the first answer that is not the expected one.
pub(crate) async fn run(base: &str, market_key: &str) -> Result<(), Failure> {
    let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
    let mut known = HashMap::from([
        ("MARKET_KEY".to_owned(), market_key.to_owned()),
        ("RUN".to_owned(), uuid::Uuid::now_v7().simple().to_string()),
    ]);
    for call in CALLS {
        let answer = send(&client, base, call, &known).await?;
        writeln!(std::io::stdout(), "# {}\n{} {}", call.about, answer.0, answer.1)?;
        check(call, answer.0, &answer.1)?;
        let json: serde_json::Value = serde_json::from_str(&answer.1).unwrap_or_default();
        for (member, name) in call.keep {
            let value = find(&json, member).ok_or_else(|| format!("{}: no member {member}", call.about))?;
            known.insert((*name).to_owned(), value);
        }
    }
    writeln!(std::io::stdout(), "every answer was the expected one")?;
    Ok(())
}

async fn send(
    client: &Client<HttpConnector, Body>,
    base: &str,
    call: &Call,
    known: &HashMap<String, String>,
) -> Result<(u16, String), Failure> {
    let mut request = Request::builder()
        .method(call.method)
        .uri(format!("{base}{}", filled(call.path, known)));
    for (name, value) in call.headers {
        request = request.header(*name, filled(value, known));
    }
    let body = match call.body {
        Some(body) => {
            request = request.header("Content-Type", "application/json");
            Body::from(filled(body, known))
        }
        None => Body::empty(),
    };
    let response = client.request(request.body(body)?).await?;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

fn check(call: &Call, status: u16, body: &str) -> Result<(), Failure> {
    if status != call.status {
        return Err(format!("{}: {status} instead of {}", call.about, call.status).into());
    }
    if let Some(missing) = call.holds.iter().find(|text| !body.contains(**text)) {
        return Err(format!("{}: {missing} is not in the answer", call.about).into());
    }
    if let Some(foreign) = call.lacks.iter().find(|text| body.contains(**text)) {
        return Err(format!("{}: {foreign} is in the answer", call.about).into());
    }
    Ok(())
}

fn filled(text: &str, known: &HashMap<String, String>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// A member's text, wherever it stands.
fn find(json: &serde_json::Value, member: &str) -> Option<String> {
    match json {
        serde_json::Value::Object(map) => match map.get(member).and_then(serde_json::Value::as_str) {
            Some(text) => Some(text.to_owned()),
            None => map.values().find_map(|value| find(value, member)),
        },
        serde_json::Value::Array(list) => list.iter().find_map(|value| find(value, member)),
        _ => None,
    }
}
