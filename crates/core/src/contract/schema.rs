//! Tables as Prisma makes them (CONTRACT §4).

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::schema_table::TABLES;

/// One table. Names are quoted, case-sensitive identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The columns the backend relies on; more may exist.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Columns of the primary key.
    #[serde(default)]
    pub primary: Vec<String>,
    /// Column sets that must be unique, beside the primary key.
    #[serde(default)]
    pub unique: Vec<Vec<String>>,
    /// Column lists that should have an index.
    #[serde(default)]
    pub indexes: Vec<Vec<String>>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(default)]
    pub sql_type: SqlType,
    /// `NOT NULL`.
    #[serde(default)]
    pub not_null: bool,
}

/// A column type as Prisma maps it, with what is just as good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SqlType {
    /// String, ids and enums: text, varchar, char, uuid, citext, or a user-defined enum.
    #[default]
    Text,
    /// DateTime: timestamp with or without time zone, date.
    Timestamp,
    /// Json: jsonb or json.
    Jsonb,
    /// Int: any whole number.
    Integer,
    /// Boolean.
    Boolean,
    /// Decimal: any number.
    Numeric,
    /// Exactly the type named, as `format_type` prints it.
    #[serde(untagged)]
    Other(String),
}

impl SqlType {
    /// Whether a column of the type PostgreSQL reports (`information_schema.columns.data_type`, `format_type` or
    /// `pg_type.typname`) is just as good.
    pub fn accepts(&self, actual: &str) -> bool {
        const INTEGER: [&str; 6] = ["integer", "bigint", "smallint", "int2", "int4", "int8"];
        let lower = actual.trim().to_ascii_lowercase();
        let base = lower.split('(').next().unwrap_or_default().trim();
        match self {
            Self::Text => {
                let known = [
                    "text",
                    "varchar",
                    "char",
                    "bpchar",
                    "uuid",
                    "citext",
                    "user-defined",
                    "name",
                ];
                known.contains(&base) || base.starts_with("character")
            }
            // `timestamp(3) without time zone`: the precision stands in the middle.
            Self::Timestamp => base.starts_with("timestamp") || base == "date",
            Self::Jsonb => matches!(base, "jsonb" | "json"),
            Self::Integer => INTEGER.contains(&base),
            Self::Boolean => matches!(base, "boolean" | "bool"),
            Self::Numeric => {
                let fractions = [
                    "numeric",
                    "decimal",
                    "real",
                    "double precision",
                    "float4",
                    "float8",
                    "money",
                ];
                fractions.contains(&base) || INTEGER.contains(&base)
            }
            Self::Other(name) => lower == name.trim().to_ascii_lowercase(),
        }
    }

    /// The type for people: `text`.
    pub fn name(&self) -> &str {
        match self {
            Self::Text => "text",
            Self::Timestamp => "timestamp",
            Self::Jsonb => "jsonb",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Numeric => "numeric",
            Self::Other(name) => name,
        }
    }
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

pub(super) fn default_schema() -> Vec<Table> {
    TABLES.iter().map(parse).collect()
}

/// A row of the table of tables: columns as CONTRACT §4 writes them, keys as `a,b` lists.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// `name!:type`: `!` not null, the type left out for text.
    pub(super) columns: &'static str,
    pub(super) primary: &'static str,
    pub(super) unique: &'static [&'static str],
    pub(super) indexes: &'static [&'static str],
}

fn parse(row: &Row) -> Table {
    let names = |list: &&str| list.split(',').map(ToOwned::to_owned).collect::<Vec<_>>();
    Table {
        name: row.name.to_owned(),
        columns: row.columns.split_whitespace().map(column).collect(),
        primary: names(&row.primary),
        unique: row.unique.iter().map(names).collect(),
        indexes: row.indexes.iter().map(names).collect(),
    }
}

fn column(text: &str) -> Column {
    let (name, sql_type) = text
        .split_once(':')
        .map_or((text, SqlType::Text), |(name, code)| {
            let sql_type = match code {
                "ts" => SqlType::Timestamp,
                "json" => SqlType::Jsonb,
                "int" => SqlType::Integer,
                "bool" => SqlType::Boolean,
                "num" => SqlType::Numeric,
                other => SqlType::Other(other.to_owned()),
            };
            (name, sql_type)
        });
    Column {
        name: name.trim_end_matches('!').to_owned(),
        sql_type,
        not_null: name.ends_with('!'),
    }
}

/// A listed table replaces the given fields of the default of the same name, or is added.
pub(super) fn merge_onto_defaults<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Table>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Given {
        name: String,
        columns: Option<Vec<Column>>,
        primary: Option<Vec<String>>,
        unique: Option<Vec<Vec<String>>>,
        indexes: Option<Vec<Vec<String>>>,
    }
    let mut schema = default_schema();
    for given in Vec::<Given>::deserialize(deserializer)? {
        let at = schema
            .iter()
            .position(|table| table.name == given.name)
            .unwrap_or_else(|| {
                let name = given.name.clone();
                schema.push(Table {
                    name,
                    columns: vec![],
                    primary: vec![],
                    unique: vec![],
                    indexes: vec![],
                });
                schema.len() - 1
            });
        let table = &mut schema[at];
        table.columns = given.columns.unwrap_or(std::mem::take(&mut table.columns));
        table.primary = given.primary.unwrap_or(std::mem::take(&mut table.primary));
        table.unique = given.unique.unwrap_or(std::mem::take(&mut table.unique));
        table.indexes = given.indexes.unwrap_or(std::mem::take(&mut table.indexes));
    }
    Ok(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_types_are_accepted() {
        for (sql_type, good, bad) in [
            (
                SqlType::Text,
                &["text", "character varying(191)", "uuid", "USER-DEFINED"][..],
                &["integer", "text[]"][..],
            ),
            (
                SqlType::Timestamp,
                &["timestamp(3) without time zone", "timestamptz", "date"],
                &["text", "time"],
            ),
            (SqlType::Jsonb, &["jsonb", "json"], &["text"]),
            (
                SqlType::Integer,
                &["integer", "bigint", "int4"],
                &["numeric", "text"],
            ),
            (SqlType::Boolean, &["boolean", "bool"], &["integer"]),
            (
                SqlType::Numeric,
                &["numeric(65,30)", "double precision", "integer"],
                &["text"],
            ),
            (SqlType::Other("text[]".into()), &["text[]"], &["text"]),
        ] {
            assert!(good.iter().all(|actual| sql_type.accepts(actual)), "{sql_type:?}");
            assert!(!bad.iter().any(|actual| sql_type.accepts(actual)), "{sql_type:?}");
        }
    }
}
