//! All lines of a page, put together to families.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::line::{self, Parsed};
use super::{BAD_LINES_KEPT, BadLine, Family, Kind, Page, SAMPLES_KEPT, Sample};

/// So much of a bad line is shown.
const EXCERPT: usize = 60;

pub(super) fn parse(bytes: &[u8]) -> Page {
    let mut reader = Reader::default();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = at + 1;
        let Ok(line) = std::str::from_utf8(line) else {
            reader.bad(number, "it is not UTF-8", &String::from_utf8_lossy(line));
            continue;
        };
        let line = line.strip_suffix('\r').unwrap_or(line).trim_matches([' ', '\t']);
        if line.is_empty() {
            continue;
        }
        reader.page.goes_on |= reader.page.end.is_some();
        if let Err(why) = reader.read(number, line) {
            reader.bad(number, &why, line);
        }
    }
    reader.page
}

#[derive(Default)]
struct Reader {
    page: Page,
    /// Hash of a series and its timestamp to the line it stands in.
    seen: HashMap<u64, usize>,
    samples: usize,
    typed: HashMap<String, usize>,
    helped: HashMap<String, usize>,
}

impl Reader {
    fn read(&mut self, number: usize, line: &str) -> Result<(), String> {
        match line.strip_prefix('#') {
            Some(comment) => self.comment(number, comment),
            None => self.sample(number, line::sample(line)?),
        }
    }

    fn comment(&mut self, number: usize, comment: &str) -> Result<(), String> {
        let comment = comment.trim_start_matches([' ', '\t']);
        let (keyword, rest) = comment.split_once([' ', '\t']).unwrap_or((comment, ""));
        match keyword {
            "HELP" => {
                let (name, _) = line::declared(rest)?;
                once(&mut self.helped, "HELP", &name, number)?;
                let at = self.family(&name);
                self.page.families[at].help = true;
                Ok(())
            }
            "TYPE" => {
                let (name, kind) = line::declared(rest)?;
                let kind = kind.trim_end_matches([' ', '\t']);
                let kind = Kind::parse(kind).ok_or_else(|| {
                    format!(
                        "{:?} is no type of a metric",
                        kind.chars().take(40).collect::<String>()
                    )
                })?;
                once(&mut self.typed, "TYPE", &name, number)?;
                self.declare(&name, kind)
            }
            "EOF" if rest.is_empty() => {
                self.page.end.get_or_insert(number);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn declare(&mut self, name: &str, kind: Kind) -> Result<(), String> {
        let parts = kind.suffixes().iter().filter(|suffix| **suffix != "_created");
        let early = std::iter::once(&"").chain(parts).any(|suffix| {
            let family = self.page.index.get(&format!("{name}{suffix}"));
            family.is_some_and(|at| {
                let family = &self.page.families[*at];
                family.kind.is_none() && !family.samples.is_empty()
            })
        });
        let at = self.family(name);
        self.page.families[at].kind = Some(kind);
        if early {
            return Err(format!("TYPE of {name} stands behind its samples"));
        }
        Ok(())
    }

    fn sample(&mut self, number: usize, parsed: Parsed) -> Result<(), String> {
        let Parsed {
            name,
            labels,
            value,
            timestamp,
        } = parsed;
        self.samples += 1;
        if self.samples > SAMPLES_KEPT {
            return Err(format!("more than {SAMPLES_KEPT} samples on one page"));
        }
        let key = series(&name, &labels, timestamp);
        if let Some(first) = self.seen.get(&key) {
            return Err(format!("the same series as line {first}"));
        }
        self.seen.insert(key, number);
        let (at, suffix) = self.owner(&name);
        self.page.families[at].samples.push(Sample {
            line: number,
            suffix,
            labels,
            value,
            timestamp,
        });
        Ok(())
    }

    /// The family that a sample of that name belongs to, and what its name adds to the family's.
    fn owner(&mut self, name: &str) -> (usize, &'static str) {
        const SUFFIXES: [&str; 8] = [
            "_bucket", "_sum", "_count", "_total", "_created", "_gsum", "_gcount", "_info",
        ];
        let declared = |name: &str| {
            let at = *self.page.index.get(name)?;
            Some((at, self.page.families[at].kind?))
        };
        if declared(name).is_none() {
            for suffix in SUFFIXES {
                let Some(base) = name.strip_suffix(suffix) else {
                    continue;
                };
                if let Some((at, kind)) = declared(base)
                    && kind.suffixes().contains(&suffix)
                {
                    return (at, suffix);
                }
            }
        }
        (self.family(name), "")
    }

    fn family(&mut self, name: &str) -> usize {
        if let Some(at) = self.page.index.get(name) {
            return *at;
        }
        let at = self.page.families.len();
        self.page.index.insert(name.to_owned(), at);
        self.page.families.push(Family {
            name: name.to_owned(),
            kind: None,
            help: false,
            samples: Vec::new(),
        });
        at
    }

    fn bad(&mut self, line: usize, why: &str, text: &str) {
        self.page.bad_lines += 1;
        if self.page.bad.len() < BAD_LINES_KEPT {
            self.page.bad.push(BadLine {
                line,
                why: why.to_owned(),
                excerpt: text.chars().take(EXCERPT).collect(),
            });
        }
    }
}

fn once(seen: &mut HashMap<String, usize>, what: &str, name: &str, line: usize) -> Result<(), String> {
    match seen.insert(name.to_owned(), line) {
        Some(first) => Err(format!("a second {what} of {name}, the first is in line {first}")),
        None => Ok(()),
    }
}

fn series(name: &str, labels: &[(String, String)], timestamp: Option<f64>) -> u64 {
    let mut sorted: Vec<&(String, String)> = labels.iter().collect();
    sorted.sort_unstable();
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    sorted.hash(&mut hasher);
    timestamp.map(f64::to_bits).hash(&mut hasher);
    hasher.finish()
}
