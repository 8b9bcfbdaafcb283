//! Reads a body under a cap and a time limit, and decompresses gzip under the same cap.

use std::io::Write;
use std::time::Duration;

use flate2::write::GzDecoder;
use futures::StreamExt;

use super::BODY_CAP;

/// Why a body is not there.
#[derive(Debug)]
pub(super) enum BodyError {
    Slow { read: usize },
    Broken { read: usize, cause: String },
    TooLarge,
    NotGzip,
}

/// Collects up to [`BODY_CAP`] bytes within `limit`; `gzip` says whether they are compressed.
pub(super) async fn read(
    response: reqwest::Response,
    limit: Duration,
    gzip: bool,
) -> Result<Vec<u8>, BodyError> {
    let mut sink = Sink::new(gzip);
    let mut read = 0;
    let collect = async {
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| BodyError::Broken {
                read,
                cause: super::causes(&error),
            })?;
            read += chunk.len();
            sink.take(&chunk)?;
        }
        Ok(())
    };
    match tokio::time::timeout(limit, collect).await {
        Ok(result) => result?,
        Err(_) => return Err(BodyError::Slow { read }),
    }
    sink.finish()
}

enum Sink {
    Plain(Capped),
    Gzip(Box<GzDecoder<Capped>>),
}

impl Sink {
    fn new(gzip: bool) -> Self {
        if gzip {
            Self::Gzip(Box::new(GzDecoder::new(Capped(Vec::new()))))
        } else {
            Self::Plain(Capped(Vec::new()))
        }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), BodyError> {
        match self {
            Self::Plain(sink) => sink.write_all(chunk).map_err(|_| BodyError::TooLarge),
            Self::Gzip(decoder) => decoder.write_all(chunk).map_err(|error| Self::why(&error)),
        }
    }

    fn finish(self) -> Result<Vec<u8>, BodyError> {
        match self {
            Self::Plain(sink) => Ok(sink.0),
            Self::Gzip(decoder) => Ok(decoder.finish().map_err(|error| Self::why(&error))?.0),
        }
    }

    fn why(error: &std::io::Error) -> BodyError {
        if error.kind() == std::io::ErrorKind::FileTooLarge {
            BodyError::TooLarge
        } else {
            BodyError::NotGzip
        }
    }
}

/// A buffer that refuses to grow past the cap: a gzip bomb ends here.
struct Capped(Vec<u8>);

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > BODY_CAP {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
