//! What the templates check must find.

use super::Apply::Switch;
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    switch("templates.triggers-error", "the list of triggers is an error page", "templates.triggers"),
    switch("templates.triggers-one-missing", "back_in_stock can't be chosen", "templates.triggers"),
    switch("templates.variables-one-trigger-unknown", "one trigger's variables are not found", "templates.variables.fulfillment_update"),
    switch("templates.variables-required-wrong", "order_paid does not require order_total", "templates.variables.order_paid"),
    switch("templates.variables-list-empty", "the editor offers no variable for any trigger", "templates.variables.abandoned_checkout"),
    switch("templates.variables-without-schema", "the editor can't tell welcome's required variables", "templates.variables.welcome"),
    switch("templates.variables-unknown-trigger-answered", "a trigger that does not exist has variables", "templates.triggers"),
    switch("templates.preview-one-trigger-fails", "the preview of back_in_stock is an error page", "templates.preview.back_in_stock"),
    switch("templates.preview-sample-incomplete", "the preview leaves the tracking number blank", "templates.preview.fulfillment_update"),
    switch("templates.preview-sample-of-another-trigger", "the preview of order_paid is filled with a checkout", "templates.preview.order_paid"),
    switch("templates.preview-not-rendered", "the preview shows {{ order_number }} itself", "templates.preview.order_created"),
    switch("templates.preview-names-another-trigger", "the preview says it is for another trigger", "templates.preview.abandoned_checkout"),
    switch("templates.preview-without-text", "the preview has no text", "templates.preview.welcome"),
    switch("templates.unknown-variable-passes", "a misspelt variable validates and is sent blank", "templates.strict-unknown-variable"),
    switch("templates.unknown-variable-behind-filter-passes", "a misspelt variable validates when a filter follows", "templates.strict-unknown-variable"),
    switch("templates.unknown-variable-in-condition-passes", "a misspelt variable validates in a condition", "templates.strict-unknown-variable"),
    switch("templates.unknown-variable-silent-in-preview", "the preview of a misspelt variable warns of nothing", "templates.strict-unknown-variable"),
    switch("templates.unknown-variable-unnamed-in-preview", "the preview warns without saying which variable", "templates.strict-unknown-variable"),
    switch("templates.required-not-named", "a message without its link validates silently", "templates.strict-required"),
    switch("templates.required-only-first-named", "of two missing variables only one is named", "templates.strict-required"),
    switch("templates.malformed-preview-crashes", "the preview of an unclosed tag is a 500", "templates.strict-malformed"),
    switch("templates.malformed-validate-crashes", "validating an unclosed tag is a 500", "templates.strict-malformed"),
    switch("templates.malformed-validate-accepted", "an unclosed tag validates", "templates.strict-malformed"),
    switch("templates.malformed-unknown-filter-accepted", "a filter that does not exist validates", "templates.strict-malformed"),
    switch("templates.malformed-preview-echoed", "a malformed template previews as its own source", "templates.strict-malformed"),
    switch("templates.filter-money-rounds-down", "amounts lose a cent", "templates.filter.money"),
    switch("templates.filter-money-drops-zeros", "9.50 is shown as 9.5", "templates.filter.money"),
    switch("templates.filter-money-ignores-currency", "euros are shown as dollars", "templates.filter.money"),
    switch("templates.filter-money-no-symbol", "amounts have no currency sign", "templates.filter.money"),
    switch("templates.filter-date-ignores-format", "dates come in one format only", "templates.filter.date"),
    switch("templates.filter-date-swaps-day-and-month", "the 5th of March is the 3rd of May", "templates.filter.date"),
    switch("templates.filter-shortlink-unchanged", "links stay long", "templates.filter.shortlink"),
    switch("templates.filter-shortlink-without-slug", "short links lead nowhere", "templates.filter.shortlink"),
    switch("templates.filter-default-ignored", "a missing name leaves a gap", "templates.filter.default"),
    switch("templates.filter-default-always", "every customer is called friend", "templates.filter.default"),
    switch("templates.filter-titlecase-missing", "titlecase is no filter", "templates.filter.titlecase"),
    switch("templates.filter-titlecase-first-word", "Jane doe has half a name", "templates.filter.titlecase"),
    switch("templates.filter-truncate-ignored", "long names stay long", "templates.filter.truncate"),
    switch("templates.filter-truncate-too-long", "shortened names are longer than asked", "templates.filter.truncate"),
    switch("templates.filter-upper-ignored", "codes stay in lower case", "templates.filter.upper"),
    switch("templates.filter-lower-first-letter-only", "only the first letter is lowered", "templates.filter.lower"),
    switch("templates.segments-off-by-one", "160 characters count as two parts", "templates.segments").warn(),
    switch("templates.segments-ucs2-as-gsm", "Greek texts are said to fit in one part", "templates.segments").warn(),
    switch("templates.segments-extension-is-one", "euro signs count as one", "templates.segments").warn(),
    switch("templates.segments-parts-of-160", "long texts are said to need fewer parts", "templates.segments").warn(),
    switch("templates.segments-counted-on-template", "a long link is not counted", "templates.segments").warn(),
    switch("templates.segments-number-missing", "the warning states no number", "templates.segments").warn(),
    switch("templates.sandbox-reads-environment", "a template prints the server's environment", "templates.sandboxed"),
    switch("templates.sandbox-reads-prototypes", "a template prints a constructor", "templates.sandboxed"),
    switch("templates.sandbox-reads-files", "a template includes a file of the server", "templates.sandboxed"),
];

const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Switch)
}
