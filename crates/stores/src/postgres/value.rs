//! Parameters that go into a statement, and rows that come out, in a handful of plain types.

use golive_core::error::Error;
use serde_json::{Map, Value};
use sqlx::Postgres as Db;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// `text`
    Text(String),
    /// `bigint`
    Int(i64),
    /// `double precision`
    Float(f64),
    /// `boolean`
    Bool(bool),
    /// `text[]`, for `= ANY($1)`
    Texts(Vec<String>),
}

impl Param {
    pub(super) fn bind<'q>(&self, query: Query<'q, Db, PgArguments>) -> Query<'q, Db, PgArguments> {
        match self {
            Self::Text(text) => query.bind(text.clone()),
            Self::Int(number) => query.bind(*number),
            Self::Float(number) => query.bind(*number),
            Self::Bool(truth) => query.bind(*truth),
            Self::Texts(texts) => query.bind(texts.clone()),
        }
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Param {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Param {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Param {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Vec<String>> for Param {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<&[&str]> for Param {
    fn from(texts: &[&str]) -> Self {
        Self::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
    }
}

/// One row. A column that is not there or of another type is [`Error::Internal`]: a defect of the probe.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(Map<String, Value>);

impl Row {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let parsed = serde_json::from_str(text);
        parsed.map(Self).map_err(|error| {
            Error::Internal(format!("PostgreSQL sent a row that is no JSON object: {error}"))
        })
    }

    /// Text; numbers and booleans as PostgreSQL's JSON writes them.
    pub fn text(&self, column: &str) -> Result<String, Error> {
        self.opt_text(column)?.ok_or_else(|| null(column))
    }

    /// Text, or `None` for NULL.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, Error> {
        self.optional(column, "text", |value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        })
    }

    /// An integer.
    pub fn int(&self, column: &str) -> Result<i64, Error> {
        self.opt_int(column)?.ok_or_else(|| null(column))
    }

    /// An integer, or `None` for NULL.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, Error> {
        self.optional(column, "an integer", integer)
    }

    /// A number. `numeric` loses what a double cannot hold.
    pub fn float(&self, column: &str) -> Result<f64, Error> {
        self.opt_float(column)?.ok_or_else(|| null(column))
    }

    /// A number, or `None` for NULL.
    pub fn opt_float(&self, column: &str) -> Result<Option<f64>, Error> {
        self.optional(column, "a number", |value| {
            value
                .as_f64()
                .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        })
    }

    /// A boolean.
    pub fn bool(&self, column: &str) -> Result<bool, Error> {
        self.opt_bool(column)?.ok_or_else(|| null(column))
    }

    /// A boolean, or `None` for NULL.
    pub fn opt_bool(&self, column: &str) -> Result<Option<bool>, Error> {
        self.optional(column, "a boolean", Value::as_bool)
    }

    /// The column as JSON: a `jsonb` value, an array, or whatever it is; NULL is [`Value::Null`].
    pub fn json(&self, column: &str) -> Result<&Value, Error> {
        self.0
            .get(column)
            .ok_or_else(|| Error::Internal(format!("no column {column:?} in the answer")))
    }

    /// The columns in the order of the statement.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn first_int(&self) -> Result<i64, Error> {
        let first = self.0.values().next();
        first
            .and_then(integer)
            .ok_or_else(|| Error::Internal("the first column is no integer".into()))
    }

    fn optional<T>(
        &self,
        column: &str,
        kind: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match self.json(column)? {
            Value::Null => Ok(None),
            value => read(value)
                .map(Some)
                .ok_or_else(|| Error::Internal(format!("column {column:?} is not {kind}"))),
        }
    }
}

fn integer(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn null(column: &str) -> Error {
    Error::Internal(format!("column {column:?} is NULL"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_getters() {
        let row = Row::parse(r#"{"t":"x","n":41,"s":"42","f":1.5,"b":true,"z":null,"j":{"a":[1]}}"#).unwrap();
        assert_eq!(
            (row.text("t").unwrap().as_str(), row.text("n").unwrap().as_str()),
            ("x", "41")
        );
        assert_eq!((row.int("n").unwrap(), row.int("s").unwrap()), (41, 42));
        assert!((row.float("f").unwrap() - 1.5).abs() < f64::EPSILON && row.bool("b").unwrap());
        assert_eq!(
            (row.opt_text("z").unwrap(), row.opt_int("z").unwrap()),
            (None, None)
        );
        assert_eq!(row.json("j").unwrap()["a"][0], 1);
        assert_eq!(row.columns().next().unwrap().0, "t");
        for wrong in [
            row.int("t").err(),
            row.text("z").err(),
            row.bool("nope").err(),
            row.text("j").err(),
        ] {
            assert!(matches!(wrong, Some(Error::Internal(_))), "{wrong:?}");
        }
    }
}
