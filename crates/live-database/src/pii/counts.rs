//! How many contacts have a datum, and how many of those have it encrypted: counted, or estimated from a sample.

use std::fmt::Write as _;
use std::sync::Arc;

use golive_core::prelude::*;
use golive_stores::postgres::Row;
use golive_stores::{Stores, quote_ident};

use super::share::{self, Counts, Sampled, Share, Sums};
use super::size::{Size, size, too_slow};
use super::{CONTACT, Field};
use crate::cite;

/// Pages of a sample: some 40,000 contacts, read in a second or two from a cold disk.
const PAGES: f64 = 2_000.0;

/// Counted once a run.
pub(super) async fn shared(cx: &Context) -> Result<Arc<Counts>, Error> {
    let counts: Arc<Counts> = cx.shared("database.contacts-counted", || count(cx)).await?;
    let [phone, email] = Field::ALL.map(|field| share::shown(counts.of(field), field));
    cite(
        cx,
        &format!("counts of \"{CONTACT}\""),
        &format!("{phone}; {email} encrypted"),
    );
    Ok(counts)
}

/// Counts now: all rows up to the contract's threshold, a sample beyond it or when all would take too long.
pub(super) async fn count(cx: &Context) -> Result<Counts, Error> {
    let size = size(cx).await?;
    if size.exact(cx.contract().thresholds.exact_rows) {
        match all(cx).await {
            Err(error) if too_slow(&error) => {
                cx.note("counting all contacts took too long: a sample instead");
            }
            counted => return counted,
        }
    }
    sample(cx, &size).await
}

async fn all(cx: &Context) -> Result<Counts, Error> {
    let mut columns = Vec::new();
    for field in Field::ALL {
        let (key, present, encrypted) = (field.key(), field.present(), field.encrypted());
        columns.push(format!("count(*) FILTER (WHERE {present}) AS {key}_whole"));
        columns.push(format!("count(*) FILTER (WHERE {encrypted}) AS {key}_part"));
    }
    let sql = format!("SELECT {} FROM {}", columns.join(", "), quote_ident(CONTACT));
    let row = cx.postgres().await?.fetch_one(&sql, &[]).await?;
    let share = |field: Field| {
        let figure = |name: &str| row.float(&format!("{}_{name}", field.key()));
        Ok::<_, Error>(Share {
            whole: figure("whole")?,
            part: figure("part")?,
            sampled: None,
        })
    };
    Ok(Counts {
        phone: share(Field::Phone)?,
        email: share(Field::Email)?,
    })
}

async fn sample(cx: &Context, size: &Size) -> Result<Counts, Error> {
    let (mut inner, mut outer) = (String::new(), String::from("SELECT count(*) AS pages"));
    for field in Field::ALL {
        let (key, present, encrypted) = (field.key(), field.present(), field.encrypted());
        let _ = write!(
            inner,
            ", count(*) FILTER (WHERE {present})::float8 AS {key}_n, count(*) FILTER (WHERE {encrypted})::float8 AS {key}_y"
        );
        for (name, term) in [
            ("n", "n"),
            ("y", "y"),
            ("nn", "n * {k}_n"),
            ("yy", "y * {k}_y"),
            ("ny", "n * {k}_y"),
        ] {
            let term = term.replace("{k}", key);
            let _ = write!(
                outer,
                ", coalesce(sum({key}_{term}), 0)::float8 AS {key}_sum_{name}"
            );
        }
    }
    // the rows of one page were written at about the same time: the page, not the row, is what was drawn
    let sql = format!(
        "{outer} FROM (SELECT tableoid, (ctid::text::point)[0] AS page{inner} FROM {} GROUP BY 1, 2) AS pages",
        size.sampled(PAGES)
    );
    let row = cx.postgres().await?.fetch_one(&sql, &[]).await?;
    Ok(Counts {
        phone: estimate(&row, Field::Phone, size)?,
        email: estimate(&row, Field::Email, size)?,
    })
}

fn estimate(row: &Row, field: Field, size: &Size) -> Result<Share, Error> {
    let figure = |name: &str| row.float(&format!("{}_sum_{name}", field.key()));
    let sums = Sums {
        pages: row.float("pages")?,
        n: figure("n")?,
        y: figure("y")?,
        nn: figure("nn")?,
        yy: figure("yy")?,
        ny: figure("ny")?,
    };
    let (low, high) = sums.interval();
    Ok(Share {
        whole: sums.n,
        part: sums.y,
        sampled: Some(Sampled {
            low,
            high,
            of: size.rows,
        }),
    })
}
