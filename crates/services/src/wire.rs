//! As much of PostgreSQL's and Redis's protocols as it takes to know that they answer, and to run one statement.

use std::io::{self, BufRead, BufReader, Read, Write};

/// What a server said to a PostgreSQL StartupMessage.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// It lets us in without a password.
    Open,
    /// It asks for a password; 10 is SASL (SCRAM).
    Asks(i32),
    /// It refuses; its words.
    Refuses(String),
}

/// Says who we are (PostgreSQL documentation, 54.7 "StartupMessage").
pub(crate) fn greet(stream: &mut (impl Read + Write), user: &str) -> io::Result<Greeting> {
    let mut body = 196_608_i32.to_be_bytes().to_vec(); // protocol 3.0
    for word in ["user", user, "database", "postgres", ""] {
        body.extend(word.as_bytes());
        body.push(0);
    }
    stream.write_all(&length(body.len())?.to_be_bytes())?;
    stream.write_all(&body)?;
    let (kind, body) = message(stream)?;
    match (kind, body.first_chunk::<4>()) {
        (b'R', Some(code)) => match i32::from_be_bytes(*code) {
            0 => Ok(Greeting::Open),
            code => Ok(Greeting::Asks(code)),
        },
        (b'E', _) => Ok(Greeting::Refuses(error_text(&body))),
        _ => Err(io::Error::other(format!(
            "unexpected message {:?}",
            char::from(kind)
        ))),
    }
}

/// Runs SQL on a connection that is open already (54.2.2 "Simple Query"); the results are thrown away.
pub(crate) fn execute(stream: &mut (impl Read + Write), sql: &str) -> io::Result<()> {
    until_ready(stream)?;
    stream.write_all(b"Q")?;
    stream.write_all(&length(sql.len() + 1)?.to_be_bytes())?;
    stream.write_all(sql.as_bytes())?;
    stream.write_all(&[0])?;
    until_ready(stream)?;
    stream.write_all(b"X\0\0\0\x04")
}

/// Sends one Redis command; its reply as text: `+OK`, `:3`, `-ERR …`, a bulk string's content, an array's elements a line each.
pub(crate) fn redis(stream: impl Read + Write, words: &[&str]) -> io::Result<String> {
    let mut stream = BufReader::new(stream);
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        request = format!("{request}${}\r\n{word}\r\n", word.len());
    }
    stream.get_mut().write_all(request.as_bytes())?;
    reply(&mut stream)
}

fn reply(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let line = line.trim_end();
    if let Some(length) = line.strip_prefix('$').and_then(|length| length.parse().ok()) {
        let mut text = vec![0; length];
        stream.read_exact(&mut text)?;
        stream.read_exact(&mut [0; 2])?;
        return String::from_utf8(text).map_err(io::Error::other);
    }
    if let Some(length) = line
        .strip_prefix('*')
        .and_then(|length| length.parse::<usize>().ok())
    {
        return (0..length)
            .map(|_| reply(stream))
            .collect::<io::Result<Vec<_>>>()
            .map(|all| all.join("\n"));
    }
    Ok(line.to_owned())
}

/// Reads up to ReadyForQuery; an ErrorResponse on the way is the error.
fn until_ready(stream: &mut impl Read) -> io::Result<()> {
    let mut failed = None;
    loop {
        match message(stream)? {
            (b'Z', _) => return failed.map_or(Ok(()), |text: String| Err(io::Error::other(text))),
            (b'E', body) => failed = Some(error_text(&body)),
            _ => {}
        }
    }
}

fn message(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let length = i32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    let length = usize::try_from(length - 4).map_err(io::Error::other)?;
    if length > 1 << 20 {
        return Err(io::Error::other("a message of more than 1 MiB"));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((head[0], body))
}

/// The field `M` of an ErrorResponse.
fn error_text(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0);
    let text = fields
        .filter(|field| field.first() == Some(&b'M'))
        .map(|field| &field[1..])
        .next();
    String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
}

/// A length that counts itself.
fn length(body: usize) -> io::Result<i32> {
    i32::try_from(body + 4).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with what it was given and keeps what it was told.
    struct Script(io::Cursor<Vec<u8>>, Vec<u8>);

    impl Read for Script {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Script {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            self.1.write(buffer)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn script(answer: &[u8]) -> Script {
        Script(io::Cursor::new(answer.to_vec()), Vec::new())
    }

    #[test]
    fn greetings() {
        let asks = b"R\0\0\0\x0b\0\0\0\x0aSCR";
        assert_eq!(greet(&mut script(asks), "postgres").unwrap(), Greeting::Asks(10));
        assert_eq!(
            greet(&mut script(b"R\0\0\0\x08\0\0\0\0"), "postgres").unwrap(),
            Greeting::Open
        );
        let refuses = greet(&mut script(b"E\0\0\0\x0fSFATAL\0Mno\0"), "postgres").unwrap();
        assert_eq!(refuses, Greeting::Refuses("no".to_owned()));
        assert!(greet(&mut script(b"HTTP/1.1 400"), "postgres").is_err());
    }

    #[test]
    fn a_failed_statement_is_an_error_and_the_stream_stays_in_step() {
        let ready = b"Z\0\0\0\x05I";
        let failed = [&ready[..], b"E\0\0\0\x08Mno\0", ready].concat();
        assert_eq!(
            execute(&mut script(&failed), "SELECT").unwrap_err().to_string(),
            "no"
        );
        let mut good = script(&[&ready[..], b"C\0\0\0\x09DONE\0", ready].concat());
        execute(&mut good, "SELECT").unwrap();
        assert_eq!(good.1, b"Q\0\0\0\x0bSELECT\0X\0\0\0\x04");
    }

    #[test]
    fn redis_commands_are_length_prefixed() {
        let mut stream = script(b"+PONG\r\n");
        assert_eq!(redis(&mut stream, &["ECHO", "a b"]).unwrap(), "+PONG");
        assert_eq!(stream.1, b"*2\r\n$4\r\nECHO\r\n$3\r\na b\r\n");
        assert_eq!(redis(script(b"$3\r\na b\r\n"), &["ECHO", "a b"]).unwrap(), "a b");
        assert_eq!(
            redis(script(b"*2\r\n$1\r\na\r\n:7\r\n"), &["X"]).unwrap(),
            "a\n:7"
        );
        assert_eq!(redis(script(b"$-1\r\n"), &["GET", "none"]).unwrap(), "$-1");
    }
}
