//! A load of equal requests over kept connections, as cheap as it can be made.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Failure;

/// Sends `request` over `connections` connections for `time`; answers the requests answered a second.
pub(crate) async fn run(address: &str, request: &str, connections: usize, time: Duration) -> Result<f64, Failure> {
    let end = Instant::now() + time;
    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (address, request) = (address.to_owned(), request.as_bytes().to_vec());
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut buffer = vec![0; 16 * 1024];
            let mut answered = 0_u64;
            while Instant::now() < end {
                stream.write_all(&request).await?;
                let mut filled = 0;
                loop {
                    let read = stream.read(&mut buffer[filled..]).await?;
                    if read == 0 {
                        return Err("the server hung up".into());
                    }
                    filled += read;
                    if whole(&buffer[..filled])? {
                        break;
                    }
                }
                answered += 1;
            }
            Ok::<_, Failure>(answered)
        }));
    }
    let mut answered = 0;
    for task in tasks {
        answered += task.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
    Ok(answered as f64 / start.elapsed().as_secs_f64())
}

/// Whether a whole answer of status 200 has arrived.
fn whole(bytes: &[u8]) -> Result<bool, Failure> {
    if bytes.len() >= 12 && &bytes[9..12] != b"200" {
        return Err(format!("an answer was not 200: {}", String::from_utf8_lossy(bytes)).into());
    }
    let Some(head) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Ok(false);
    };
    let text = std::str::from_utf8(&bytes[..head])?;
    let length: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .ok_or("an answer without content-length")?
        .parse()?;
    Ok(bytes.len() >= head + 4 + length)
}
