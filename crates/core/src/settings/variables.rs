//! What each environment variable is: one table that validation, hints, docs and the template are made from.

use std::fmt::Write as _;

use super::forms;
use super::variable_table::TABLE;

/// Every variable of the contract, in the order of CONTRACT §1.
pub static VARIABLES: &[Variable] = TABLE;

/// One environment variable of the target.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name, the same in code, template and hints.
    pub name: &'static str,
    /// Whether a run can do without it.
    pub required: Requirement,
    /// Its value never leaves the process.
    pub secret: bool,
    /// The form of a valid value, for people.
    pub form: &'static str,
    /// What golive uses it for: one sentence.
    pub used_for: &'static str,
    /// Where to get it, or the command that makes one.
    pub obtain: &'static str,
    /// What the template holds.
    pub example: Example,
    /// Older names that are accepted too.
    pub aliases: &'static [&'static str],
    /// Checks the form: `Err` says what is wrong in a clause that follows the name, never echoing a secret.
    pub validate: fn(&str) -> Result<(), String>,
}

/// Whether a run can do without a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Without it there is no go-live verdict.
    Required,
    /// Something is not run without it.
    Optional,
    /// The named probes are pending without it.
    ForProbes(&'static str),
}

/// What the template holds for a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Example {
    /// Stands for a value: refused when left as it is.
    Placeholder(&'static str),
    /// A value that is often right.
    Usable(&'static str),
}

impl Example {
    /// The text after `=`.
    pub fn text(self) -> &'static str {
        match self {
            Self::Placeholder(text) | Self::Usable(text) => text,
        }
    }
}

impl Variable {
    /// The variable with this name or alias.
    pub fn find(name: &str) -> Option<&'static Self> {
        VARIABLES
            .iter()
            .find(|variable| variable.name == name || variable.aliases.contains(&name))
    }

    /// The value was never replaced: the template's example, `change-me`, `<…>` or, for a secret, `your-…`.
    pub fn is_placeholder(&self, value: &str) -> bool {
        let value = value.trim();
        let lower = value.to_ascii_lowercase();
        let unchanged =
            self.example == Example::Placeholder(self.example.text()) && value == self.example.text();
        let marked = [
            "change-me",
            "changeme",
            "change_me",
            "replace-me",
            "replace_me",
            "placeholder",
            "todo",
        ];
        let bracketed = value.starts_with('<') && value.ends_with('>');
        let in_url = lower.contains("://") && (lower.contains("change-me") || in_angle_brackets(value));
        let yours = self.secret && ["your-", "your_"].iter().any(|start| lower.starts_with(start));
        unchanged || bracketed || in_url || yours || marked.iter().any(|start| lower.starts_with(start))
    }
}

/// `postgres://<user>:<password>@<host>/<database>`
fn in_angle_brackets(value: &str) -> bool {
    value
        .split('<')
        .skip(1)
        .any(|rest| rest.split_once('>').is_some_and(|(inside, _)| !inside.is_empty()))
}

/// The text of `runtime.env.example`.
pub fn template() -> String {
    let mut text = String::from(
        "# Settings of golive: copy to .env.verification, fill in, keep out of git.\n\
         # The process environment wins over this file. Written by `cargo xtask docs`.\n",
    );
    for variable in VARIABLES {
        let (requirement, off) = match variable.required {
            Requirement::Required => ("Required".to_owned(), ""),
            Requirement::ForProbes(probes) => (format!("Required for the {probes}"), ""),
            Requirement::Optional => ("Optional".to_owned(), "# "),
        };
        let secret = if variable.secret { ", secret" } else { "" };
        let _ = write!(
            text,
            "\n# {requirement}{secret}: {form}.\n# {used_for} {obtain}\n{off}{name}={example}\n",
            form = variable.form,
            used_for = variable.used_for,
            obtain = variable.obtain,
            name = variable.name,
            example = variable.example.text(),
        );
    }
    text
}

/// A row of the table with the parts that most variables share.
pub(super) const fn variable(name: &'static str, required: Requirement, form: &'static str) -> Variable {
    Variable {
        name,
        required,
        secret: false,
        form,
        used_for: "",
        obtain: "",
        example: Example::Placeholder(""),
        aliases: &[],
        validate: forms::text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Problem, Settings, envfile};

    #[test]
    fn every_row_is_complete_and_its_example_has_the_declared_kind() {
        for variable in VARIABLES {
            let name = variable.name;
            assert!(
                variable.used_for.ends_with('.') && variable.obtain.ends_with('.'),
                "{name}"
            );
            assert!(
                !variable.form.is_empty() && !variable.form.ends_with('.'),
                "{name}"
            );
            assert_eq!(
                VARIABLES.iter().filter(|other| other.name == name).count(),
                1,
                "{name}"
            );
            match variable.example {
                Example::Placeholder(text) => assert!(variable.is_placeholder(text), "{name}"),
                Example::Usable(text) => {
                    assert!(!variable.is_placeholder(text), "{name}");
                    assert_eq!((variable.validate)(text), Ok(()), "{name}");
                }
            }
        }
        assert_eq!(
            VARIABLES
                .iter()
                .filter(|row| row.required == Requirement::Required)
                .count(),
            9
        );
    }

    #[test]
    fn validation_never_echoes_a_secret() {
        let value = "h\u{fc}nter2 \n";
        for variable in VARIABLES.iter().filter(|variable| variable.secret) {
            if let Err(why) = (variable.validate)(value) {
                assert!(!why.contains("nter2"), "{}: {why}", variable.name);
            }
        }
    }

    #[test]
    fn the_template_parses_and_an_unfilled_one_is_refused_as_such() {
        let text = template();
        let file = envfile::parse(text.as_bytes()).unwrap();
        assert!(file.duplicates.is_empty());
        let settings =
            Settings::from_bytes("runtime.env.example", text.as_bytes(), std::iter::empty()).unwrap();
        for variable in VARIABLES {
            assert!(text.contains(&format!("{}=", variable.name)));
            if variable.required == Requirement::Required {
                assert_eq!(
                    settings.check(variable.name),
                    Err(Problem::Placeholder),
                    "{}",
                    variable.name
                );
            }
        }
        assert!(text.lines().all(|line| line.chars().count() <= 200));
    }

    #[test]
    fn placeholders() {
        let secret = Variable::find("JWT_SECRET").unwrap();
        let database = Variable::find("DATABASE_URL").unwrap();
        let shop = Variable::find("DEV_SHOP_DOMAIN").unwrap();
        for value in [
            "change-me",
            "CHANGE-ME-now",
            "changeme123",
            "<secret>",
            "your-secret",
            "your_secret",
        ] {
            assert!(secret.is_placeholder(value), "{value}");
        }
        assert!(database.is_placeholder("postgres://app:<password>@db.internal/app"));
        assert!(database.is_placeholder("postgres://app:change-me@db.internal/app"));
        assert!(!database.is_placeholder("postgres://app:x@db.internal/app"));
        assert!(!secret.is_placeholder("a real one < b"));
        assert!(!shop.is_placeholder("your-style.myshopify.com"));
    }
}
