//! The contract's filters, and bounded versions of those that can make text grow.

use std::sync::Arc;

use liquid_core::model::State as Emptiness;
use liquid_core::{Error, Result, Value, ValueView as _};

use super::plugin::{Call, LONGEST, Plugin, Run, Settings};
use super::{filters, money};

/// All of them.
pub(super) fn plugins(settings: &Arc<Settings>) -> impl Iterator<Item = Plugin> {
    const ALL: &[(&str, usize, Run)] = &[
        ("money", 1, money_filter),
        ("date", 1, date),
        ("shortlink", 0, shortlink),
        ("default", 1, default),
        ("titlecase", 0, titlecase),
        ("truncate", 2, truncate),
        ("upper", 0, upper),
        ("lower", 0, lower),
        ("append", 1, |call| {
            call.text(call.input() + &call.argument(0).unwrap_or_default())
        }),
        ("prepend", 1, |call| {
            call.text(call.argument(0).unwrap_or_default() + &call.input())
        }),
        ("replace", 2, replace),
        ("join", 1, refused),
        ("concat", 1, refused),
    ];
    let settings = Arc::clone(settings);
    let missing = settings
        .faults
        .on("templates.filter-titlecase-missing")
        .then_some("titlecase");
    ALL.iter()
        .filter(move |(name, ..)| Some(*name) != missing)
        .map(move |(name, most, run)| Plugin {
            name,
            most: *most,
            run: *run,
            settings: Arc::clone(&settings),
        })
}

fn money_filter(call: &Call<'_>) -> Result<Value> {
    if call.value.is_nil() && call.on("templates.filter-money-nan-for-null") {
        return call.text("$NaN".to_owned());
    }
    if call.value.is_nil() {
        return call.text(String::new());
    }
    if call.value.type_name() == "string" && call.on("templates.filter-money-nan-for-text") {
        return call.text("$NaN".to_owned());
    }
    let mut currency = call.argument(0).unwrap_or_else(|| "USD".to_owned());
    if call.on("templates.filter-money-ignores-currency") {
        "USD".clone_into(&mut currency);
    }
    let mut input = call.input();
    if call.on("templates.filter-money-rounds-down") {
        let point = input.find('.').map_or(input.len(), |point| point + 1);
        input = input.chars().take(point + money::decimals(&currency)).collect();
    }
    let mut text = money::format(&input, &currency)
        .map_err(|_| Error::with_msg("invalid currency code").context("currency", currency))?;
    if call.on("templates.filter-money-drops-zeros") && text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if call.on("templates.filter-money-no-separators") {
        text.retain(|c| c != ',');
    }
    if call.on("templates.filter-money-no-symbol") {
        text.retain(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | ','));
    }
    call.text(text)
}

fn date(call: &Call<'_>) -> Result<Value> {
    let mut format = call
        .argument(0)
        .unwrap_or_else(|| filters::DATE_FORMAT.to_owned());
    if call.on("templates.filter-date-ignores-format") {
        filters::DATE_FORMAT.clone_into(&mut format);
    }
    if call.on("templates.filter-date-swaps-day-and-month") {
        format = format
            .replace("%m", "%\0")
            .replace("%d", "%m")
            .replace("%\0", "%d");
    }
    let mut input = call.input();
    if call.on("templates.filter-date-epoch-in-milliseconds") && input.parse::<i64>().is_ok() {
        "0".clone_into(&mut input);
    }
    if call.on("templates.filter-date-invalid-date") && filters::parse_date(&input).is_none() {
        "Invalid Date".clone_into(&mut input);
    }
    let text = filters::date(&input, &format)
        .ok_or_else(|| Error::with_msg("invalid date format").context("format", format))?;
    call.text(text)
}

fn shortlink(call: &Call<'_>) -> Result<Value> {
    let url = call.input();
    if url.is_empty() || call.on("templates.filter-shortlink-unchanged") {
        return call.text(url);
    }
    if call.on("templates.filter-shortlink-refuses-umlauts") && !url.is_ascii() {
        return Err(Error::with_msg("invalid URL"));
    }
    let mut link = filters::shortlink(&call.settings.base_url, &url);
    if call.on("templates.filter-shortlink-without-slug") {
        link.truncate(link.rfind('/').map_or(0, |slash| slash + 1));
    }
    call.text(link)
}

#[expect(clippy::unnecessary_wraps, reason = "the type of every filter")]
fn default(call: &Call<'_>) -> Result<Value> {
    if call.on("templates.filter-default-ignored") {
        return Ok(call.value.to_value());
    }
    let mut empty = call.value.query_state(Emptiness::DefaultValue);
    if call.on("templates.filter-default-replaces-zero") {
        empty = empty || call.input() == "0";
    }
    if call.on("templates.filter-default-keeps-false") {
        empty = empty && call.input() != "false";
    }
    if empty || call.on("templates.filter-default-always") {
        return Ok(call.arguments.first().cloned().unwrap_or(Value::Nil));
    }
    Ok(call.value.to_value())
}

fn titlecase(call: &Call<'_>) -> Result<Value> {
    let input = call.input();
    if call.on("templates.filter-titlecase-first-word") {
        let (first, rest) = input.split_at(input.find(' ').unwrap_or(input.len()));
        return call.text(filters::titlecase(first) + rest);
    }
    if call.on("templates.filter-titlecase-ascii-only") {
        // as JavaScript's `\b\w` does it: a letter that is not ASCII ends a word
        let capital = |(index, c): (usize, char)| {
            let inside = index > 0 && input.as_bytes()[index - 1].is_ascii_alphanumeric();
            if inside { c } else { c.to_ascii_uppercase() }
        };
        return call.text(input.char_indices().map(capital).collect());
    }
    call.text(filters::titlecase(&input))
}

fn truncate(call: &Call<'_>) -> Result<Value> {
    let given = call
        .arguments
        .first()
        .and_then(|value| value.as_scalar()?.to_integer());
    let length = usize::try_from(given.unwrap_or(50)).unwrap_or(0);
    let mut ellipsis = call.argument(1).unwrap_or_else(|| "...".to_owned());
    if call.on("templates.filter-truncate-own-ellipsis") {
        "...".clone_into(&mut ellipsis);
    }
    let mut text = filters::truncate(&call.input(), length, &ellipsis);
    if call.on("templates.filter-truncate-ignored") {
        text = call.input();
    }
    if call.on("templates.filter-truncate-counts-bytes") {
        let wide = call.input().len() - call.input().chars().count();
        text = filters::truncate(&call.input(), length.saturating_sub(wide), &ellipsis);
    }
    if call.on("templates.filter-truncate-full-texts") && call.input().chars().count() == length {
        text = filters::truncate(&call.input(), length.saturating_sub(1), &ellipsis);
    }
    if call.on("templates.filter-truncate-too-long") && text.len() < call.input().len() {
        text = filters::truncate(&call.input(), length, "") + &ellipsis;
    }
    call.text(text)
}

fn upper(call: &Call<'_>) -> Result<Value> {
    if call.on("templates.filter-upper-ignored") {
        return call.text(call.input());
    }
    if call.on("templates.filter-upper-ascii-only") {
        return call.text(call.input().to_ascii_uppercase());
    }
    if call.on("templates.filter-upper-refuses-numbers") && call.value.type_name() != "string" {
        return Err(Error::with_msg("toUpperCase is not a function"));
    }
    call.text(call.input().to_uppercase())
}

fn lower(call: &Call<'_>) -> Result<Value> {
    if call.on("templates.filter-lower-first-letter-only") {
        let mut input = call.input();
        if let Some(first) = input.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        return call.text(input);
    }
    if call.on("templates.filter-lower-refuses-null") && call.value.is_nil() {
        return Err(Error::with_msg("cannot read properties of null"));
    }
    call.text(call.input().to_lowercase())
}

fn replace(call: &Call<'_>) -> Result<Value> {
    let from = call.argument(0).unwrap_or_default();
    let to = call.argument(1).unwrap_or_default();
    let input = call.input();
    if from.is_empty() || input.len() + input.matches(&from).count() * to.len() > LONGEST {
        return Err(Error::with_msg("`replace` would make the text too long"));
    }
    call.text(input.replace(&from, &to))
}

/// What could double an array or a text without end.
fn refused(_call: &Call<'_>) -> Result<Value> {
    Err(Error::with_msg("this filter is not available in SMS templates"))
}
