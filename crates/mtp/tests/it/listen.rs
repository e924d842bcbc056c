//! A service listens where `MTP_LISTEN` says.

use std::time::Duration;

use mtp::{Platform, PlatformBuilder, env::Environment};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn the_environment_says_where() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let env = Environment::from_lookup(|name| match name {
        "MTP_SERVICE" => Some("notes".into()),
        "MTP_DATA_DIR" => Some(folder.path().display().to_string()),
        "MTP_LISTEN" => Some(address.clone()),
        _ => None,
    });
    let builder = PlatformBuilder::from_environment(env.unwrap()).unwrap();
    let platform: Platform = builder.start().await.unwrap();
    let serving = tokio::spawn(platform.listen(axum::Router::new()));
    let mut answer = String::new();
    for _ in 0..200 {
        if let Ok(mut stream) = TcpStream::connect(&address).await {
            let request = "GET /api/health HTTP/1.1\r\nHost: notes\r\nConnection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).await.unwrap();
            stream.read_to_string(&mut answer).await.unwrap();
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    serving.abort();
}
