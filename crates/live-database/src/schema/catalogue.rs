//! What PostgreSQL's catalogue says of the contract's tables.

use std::sync::Arc;

use golive_core::prelude::*;
use golive_stores::postgres::Row;
use golive_stores::{Param, Postgres, Stores};
use serde_json::Value;

use crate::cite;

/// Tables of those names in any schema, whatever the case.
const RELATIONS: &str = "
    SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND lower(c.relname) = ANY($1)
       AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'";

/// A domain counts as the type it is made from, an enum as what information_schema calls it.
const COLUMNS: &str = "
    SELECT c.relname::text AS table_name, a.attname::text AS name,
           CASE t.typtype WHEN 'e' THEN 'USER-DEFINED'
                          WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
                          ELSE format_type(a.atttypid, a.atttypmod) END AS sql_type,
           a.attnotnull OR t.typnotnull AS not_null,
           a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL AS has_default
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_type t ON t.oid = a.atttypid
     WHERE n.nspname = $1 AND c.relname = ANY($2) AND a.attnum > 0 AND NOT a.attisdropped";

/// Key columns only (`indnkeyatts`), NULL for an expression; `indnullsnotdistinct` is there from PostgreSQL 15 on.
const INDEXES: &str = "
    SELECT c.relname::text AS table_name, x.relname::text AS name, i.indisunique AS is_unique,
           i.indisvalid AND i.indisready AS valid, am.amname::text AS method,
           coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal,
           pg_get_expr(i.indpred, i.indrelid) AS predicate,
           (SELECT jsonb_agg(a.attname ORDER BY k.place)
              FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
              LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
             WHERE k.place <= i.indnkeyatts) AS key_columns
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am am ON am.oid = x.relam
     WHERE n.nspname = $1 AND c.relname = ANY($2)";

pub(super) struct Catalogue {
    /// The schema of `DATABASE_URL`.
    pub(super) schema: String,
    pub(super) relations: Vec<Relation>,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
}

pub(super) struct Relation {
    pub(super) schema: String,
    pub(super) name: String,
    /// `pg_class.relkind`.
    pub(super) kind: String,
}

pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) sql_type: String,
    pub(super) not_null: bool,
    pub(super) has_default: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) valid: bool,
    /// `NULLS NOT DISTINCT`.
    pub(super) nulls_equal: bool,
    pub(super) method: String,
    pub(super) predicate: Option<String>,
    /// `None` for an expression.
    pub(super) columns: Vec<Option<String>>,
}

impl Relation {
    /// Something that rows can be written to: a table, a partitioned or a foreign one.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.kind.as_str(), "r" | "p" | "f")
    }
}

impl Catalogue {
    pub(super) fn has(&self, table: &str) -> bool {
        self.relations
            .iter()
            .any(|found| found.schema == self.schema && found.name == table && found.is_table())
    }
}

/// Read by whoever asks first.
pub(super) async fn read(cx: &Context) -> Result<Arc<Catalogue>, Error> {
    let catalogue: Arc<Catalogue> = cx
        .shared("database.catalogue", || async {
            let pg = cx.postgres().await?;
            let names: Vec<String> = cx
                .contract()
                .schema
                .iter()
                .map(|table| table.name.clone())
                .collect();
            let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
            let params = [Param::from(pg.schema()), Param::from(names)];
            Ok(Catalogue {
                schema: pg.schema().to_owned(),
                relations: rows(&pg, RELATIONS, &[Param::from(lower)], relation).await?,
                columns: rows(&pg, COLUMNS, &params, column).await?,
                indexes: rows(&pg, INDEXES, &params, index).await?,
            })
        })
        .await?;
    let Catalogue {
        schema,
        relations,
        columns,
        indexes,
    } = catalogue.as_ref();
    let found = format!(
        "{} relations, {} columns, {} indexes",
        relations.len(),
        columns.len(),
        indexes.len()
    );
    cite(cx, &format!("the catalogue of schema \"{schema}\""), &found);
    Ok(catalogue)
}

async fn rows<T>(
    pg: &Postgres,
    sql: &str,
    params: &[Param],
    take: fn(&Row) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    pg.fetch(sql, params).await?.iter().map(take).collect()
}

fn relation(row: &Row) -> Result<Relation, Error> {
    Ok(Relation {
        schema: row.text("schema")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
    })
}

fn column(row: &Row) -> Result<Column, Error> {
    Ok(Column {
        table: row.text("table_name")?,
        name: row.text("name")?,
        sql_type: row.text("sql_type")?,
        not_null: row.bool("not_null")?,
        has_default: row.bool("has_default")?,
    })
}

fn index(row: &Row) -> Result<Index, Error> {
    let columns = row
        .json("key_columns")?
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    Ok(Index {
        table: row.text("table_name")?,
        name: row.text("name")?,
        unique: row.bool("is_unique")?,
        valid: row.bool("valid")?,
        nulls_equal: row.bool("nulls_equal")?,
        method: row.text("method")?,
        predicate: row.opt_text("predicate")?,
        columns: columns
            .iter()
            .map(|name| Value::as_str(name).map(ToOwned::to_owned))
            .collect(),
    })
}
