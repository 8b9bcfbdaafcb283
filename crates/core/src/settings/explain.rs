//! What `config explain` says: for every variable where it comes from and whether it can be used, never its value.

use super::{Problem, Settings, Source, VARIABLES, Variable};

/// Something the user should know about the way the settings were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What kind of slip it looks like.
    pub kind: NoticeKind,
    /// One line that names file, line and variable, never a value.
    pub text: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// The file assigns a name twice.
    Duplicate,
    /// The file holds an unknown name that is close to a known one.
    Misspelt,
    /// An unquoted value ends at a `#`.
    Cut,
    /// An empty process variable hides a value of the file.
    Hidden,
}

/// One variable as this run sees it.
#[derive(Debug, Clone)]
pub struct Explained<'a> {
    /// The variable's description.
    pub variable: &'static Variable,
    /// The name in use when it is an alias.
    pub alias: Option<&'a str>,
    /// Where the value was found.
    pub source: Option<&'a Source>,
    /// Whether it can be used.
    pub state: Result<(), Problem>,
    /// What may be shown of the value: all of it when it is no secret, the URL without credentials, else its length.
    pub shown: Option<String>,
}

impl Settings {
    /// Every variable of the contract, in its order.
    pub fn explain(&self) -> Vec<Explained<'_>> {
        VARIABLES
            .iter()
            .map(|variable| {
                let found = self.found(variable.name);
                Explained {
                    variable,
                    alias: found.map(|(name, _)| name).filter(|name| *name != variable.name),
                    source: found.map(|(_, value)| &value.source),
                    state: self.check(variable.name),
                    shown: self.shown(variable),
                }
            })
            .collect()
    }

    /// What may be shown of a variable's value.
    fn shown(&self, variable: &Variable) -> Option<String> {
        let value = self.raw(variable.name)?;
        let shown = match variable.name {
            "DATABASE_URL" | "CLEANUP_DATABASE_URL" => super::DatabaseTarget::parse(value)
                .map_or_else(|_| hidden(value), |target| target.to_string()),
            "REDIS_URL" => super::RedisTarget::parse(value).map_or_else(|_| hidden(value), |t| t.to_string()),
            "DEV_SHOP_DOMAIN" => self.masked_shop(),
            _ if variable.secret => hidden(value),
            _ if value.contains("://") => super::masked_url(value).unwrap_or_else(|| hidden(value)),
            _ => value.to_owned(),
        };
        Some(shown)
    }
}

fn hidden(value: &str) -> String {
    format!("({} characters)", value.chars().count())
}
