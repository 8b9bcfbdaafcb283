//! One sample line: name, labels, value, timestamp, exemplar.

/// More labels than this make a line bad: no exporter writes them.
const MOST_LABELS: usize = 256;

/// What a sample line says.
#[derive(Debug, PartialEq)]
pub(super) struct Parsed {
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: f64,
    pub(super) timestamp: Option<f64>,
}

/// Reads a line that is neither blank nor a comment; `Err` says what is wrong with it.
pub(super) fn sample(line: &str) -> Result<Parsed, String> {
    let mut cursor = Cursor { rest: line };
    let mut name = cursor.word(is_metric_char).to_owned();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(format!("the name {name} begins with a digit"));
    }
    let spaced = cursor.skip_blanks();
    let mut labels = Vec::new();
    if cursor.take('{') {
        let quoted = label_set(&mut cursor, &mut labels)?;
        match quoted {
            Some(_) if !name.is_empty() => return Err("it has two names".to_owned()),
            Some(quoted) => name = quoted,
            None => {}
        }
        cursor.skip_blanks();
    } else if !spaced && !cursor.rest.is_empty() && !name.is_empty() {
        return Err("a character that no metric name may have".to_owned());
    }
    if name.is_empty() {
        return Err("it does not begin with a metric's name".to_owned());
    }
    let value = cursor.token();
    if value.is_empty() {
        return Err("it has no value".to_owned());
    }
    let value = number(value).ok_or_else(|| format!("its value {} is no number", shown(value)))?;
    cursor.skip_blanks();
    let mut timestamp = None;
    if !cursor.rest.is_empty() && !cursor.rest.starts_with('#') {
        let token = cursor.token();
        let time = number(token).filter(|time| time.is_finite());
        timestamp = Some(time.ok_or_else(|| format!("its timestamp {} is no number", shown(token)))?);
        cursor.skip_blanks();
    }
    if cursor.take('#') {
        exemplar(&mut cursor)?;
    }
    if !cursor.rest.is_empty() {
        return Err(format!("{} stands behind its value", shown(cursor.rest)));
    }
    Ok(Parsed {
        name,
        labels,
        value,
        timestamp,
    })
}

/// The name at the start of a HELP or TYPE line, and what follows.
pub(super) fn declared(rest: &str) -> Result<(String, &str), String> {
    let mut cursor = Cursor { rest };
    cursor.skip_blanks();
    let name = if cursor.take('"') {
        cursor.quoted()?
    } else {
        cursor.word(is_metric_char).to_owned()
    };
    let ends = cursor.rest.is_empty() || cursor.skip_blanks();
    let digit = name.starts_with(|first: char| first.is_ascii_digit());
    if name.is_empty() || digit || !ends {
        return Err("it does not say which metric it is about".to_owned());
    }
    Ok((name, cursor.rest))
}

/// `# {trace_id="…"} 0.67 1520879607.789` (OpenMetrics 1.0).
fn exemplar(cursor: &mut Cursor<'_>) -> Result<(), String> {
    let bad = || "its exemplar cannot be read".to_owned();
    cursor.skip_blanks();
    let mut labels = Vec::new();
    if !cursor.take('{') || label_set(cursor, &mut labels)?.is_some() {
        return Err(bad());
    }
    cursor.skip_blanks();
    number(cursor.token()).ok_or_else(bad)?;
    cursor.skip_blanks();
    if !cursor.rest.is_empty() {
        number(cursor.token()).ok_or_else(bad)?;
        cursor.skip_blanks();
    }
    Ok(())
}

/// Everything behind the opening brace, the closing one included; a metric's name in quotes may be among it.
fn label_set(cursor: &mut Cursor<'_>, labels: &mut Vec<(String, String)>) -> Result<Option<String>, String> {
    let mut metric = None;
    loop {
        cursor.skip_blanks();
        if cursor.take('}') {
            break;
        }
        let quoted = cursor.take('"');
        let name = if quoted {
            cursor.quoted()?
        } else {
            cursor.word(is_label_char).to_owned()
        };
        cursor.skip_blanks();
        if cursor.take('=') {
            if name.is_empty() || (!quoted && name.starts_with(|first: char| first.is_ascii_digit())) {
                return Err("a label has no proper name".to_owned());
            }
            cursor.skip_blanks();
            if !cursor.take('"') {
                return Err(format!("the value of label {name} is not in quotes"));
            }
            labels.push((name, cursor.quoted()?));
        } else if quoted && metric.is_none() {
            metric = Some(name);
        } else if name.is_empty() {
            return Err("its labels are not closed with }".to_owned());
        } else {
            return Err(format!("label {} has no value", shown(&name)));
        }
        if labels.len() > MOST_LABELS {
            return Err(format!("more than {MOST_LABELS} labels"));
        }
        cursor.skip_blanks();
        if !cursor.take(',') && !cursor.rest.starts_with('}') {
            return Err("its labels are not closed with }".to_owned());
        }
    }
    let mut names: Vec<&str> = labels.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("label {} twice", pair[0])),
        None => Ok(metric),
    }
}

/// As Go's `ParseFloat`, which Prometheus uses, in decimal: `1e3`, `NaN`, `+Inf`, whatever the case. prom-client writes `Nan`.
fn number(token: &str) -> Option<f64> {
    token.parse().ok()
}

fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

fn is_metric_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == ':'
}

fn is_label_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

fn is_blank(char: char) -> bool {
    char == ' ' || char == '\t'
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether there were any.
    fn skip_blanks(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches(is_blank);
        self.rest.len() < before
    }

    fn word(&mut self, belongs: fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|char| !belongs(char)).unwrap_or(self.rest.len());
        self.split(end)
    }

    fn token(&mut self) -> &'a str {
        let end = self.rest.find(is_blank).unwrap_or(self.rest.len());
        self.split(end)
    }

    fn split(&mut self, end: usize) -> &'a str {
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// Up to the closing quote, behind the opening one. Escapes other than `\\`, `\"` and `\n` stay as they are, as in
    /// Prometheus' own scraper.
    fn quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, escaped @ ('\\' | '"'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                _ => text.push(char),
            }
        }
        Err("a quote is not closed".to_owned())
    }
}
