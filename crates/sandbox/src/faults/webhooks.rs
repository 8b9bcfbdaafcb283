//! What the webhooks check must find. Most faults break one topic only: one cause, one finding.

use super::Apply::Switch;
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    // refusing
    switch("webhooks.unsigned-accepted", "anybody can make up an order's payment: no signature is needed", "webhooks.rejects-unsigned.orders-paid"),
    switch("webhooks.unsigned-privacy-accepted", "anybody can ask for a customer's deletion", "webhooks.rejects-unsigned.customers-redact"),
    switch("webhooks.unsigned-stored", "an unsigned delivery is refused, and stored all the same", "webhooks.rejects-unsigned.customers-create"),
    switch("webhooks.unsigned-500", "an unsigned delivery crashes the handler", "webhooks.rejects-unsigned.checkouts-create"),
    switch("webhooks.unguarded", "nobody looks at signatures at all", "webhooks.rejects-unsigned.orders-create"),
    switch("webhooks.unsigned-queued", "an unsigned delivery is refused, and worked on all the same", "webhooks.rejects-unsigned.inventory-levels-update"),
    switch("webhooks.privacy-topic-missing", "nobody registered shop/redact: 404", "webhooks.rejects-unsigned.shop-redact"),
    switch("webhooks.prefix-compared", "only the first bytes of a signature are compared", "webhooks.rejects-forged.customers-update"),
    switch("webhooks.hex-accepted", "a signature in hex is as good as one in base64", "webhooks.rejects-forged.fulfillments-create"),
    switch("webhooks.lost-body-signed", "a signature of an empty body fits every body", "webhooks.rejects-forged.checkouts-update"),
    switch("webhooks.forged-stored", "a forged delivery is refused, and stored all the same", "webhooks.rejects-forged.fulfillments-update"),
    switch("webhooks.forged-500", "a wrong signature crashes the handler", "webhooks.rejects-forged.orders-paid"),
    switch("webhooks.forged-404", "the shop is looked up before the signature is believed", "webhooks.rejects-forged.customers-data-request"),
    switch("webhooks.forged-accepted", "a signature must be there, but is not compared", "webhooks.rejects-forged.orders-create"),
    switch("webhooks.forged-privacy-accepted", "any signature will do to erase a shop", "webhooks.rejects-forged.shop-redact"),
    // accepting
    switch("webhooks.topic-missing", "nobody registered checkouts/update: 404", "webhooks.accepts.checkouts-update"),
    switch("webhooks.signed-refused", "signed deliveries of fulfillments/update are refused", "webhooks.accepts.fulfillments-update"),
    switch("webhooks.other-secret", "the backend verifies with another app's secret", "webhooks.accepts.orders-create"),
    switch("webhooks.signed-500", "the handler of customers/update crashes", "webhooks.accepts.customers-update"),
    switch("webhooks.too-slow", "orders/create takes six seconds: Shopify gives up", "webhooks.accepts.orders-create"),
    switch("webhooks.not-stored", "fulfillments/create is acknowledged and forgotten", "webhooks.persisted.fulfillments-create"),
    switch("webhooks.wrong-object", "inventory levels are stored under the location's id", "webhooks.persisted.inventory-levels-update"),
    switch("webhooks.raw-emptied", "the payload of customers/update is not stored", "webhooks.persisted.customers-update"),
    switch("webhooks.raw-as-text", "the payload of checkouts/update is stored as text", "webhooks.persisted.checkouts-update"),
    switch("webhooks.raw-truncated", "orders are stored without their line items", "webhooks.persisted.orders-create"),
    switch("webhooks.wrong-topic", "orders/paid is stored as ORDERS_PAID", "webhooks.persisted.orders-paid"),
    switch("webhooks.wrong-shop", "checkouts are stored for another shop", "webhooks.persisted.checkouts-create"),
    switch("webhooks.key-without-topic", "the dedupe key lacks the topic: another topic's delivery is taken for a duplicate", "webhooks.persisted.fulfillments-update"),
    switch("webhooks.not-enqueued", "customers/create is stored and never worked on", "webhooks.enqueued.customers-create"),
    switch("webhooks.enqueued-elsewhere", "orders/paid goes to the automations queue", "webhooks.enqueued.orders-paid"),
    switch("webhooks.job-names-nothing", "the job of checkouts/create does not say what it is about", "webhooks.enqueued.checkouts-create"),
    switch("webhooks.enqueued-nowhere", "inventory levels go to a queue that nobody reads", "webhooks.enqueued.inventory-levels-update"),
    switch("webhooks.enqueued-twice", "customers/update is worked on twice", "webhooks.enqueued.customers-update"),
    switch("webhooks.job-wrong-topic", "the job of fulfillments/update says fulfillments/create", "webhooks.enqueued.fulfillments-update"),
    switch("webhooks.job-fails", "jobs of checkouts without a phone number fail", "webhooks.processed").warn(),
    switch("webhooks.never-processed", "the events worker hangs in its first job", "webhooks.processed").warn(),
    // the same again, byte for byte, and rubbish
    switch("webhooks.duplicate-job", "a repeated delivery is worked on twice", "webhooks.duplicate"),
    switch("webhooks.duplicate-job-one-topic", "only a repeated fulfillments/create is worked on twice", "webhooks.duplicate"),
    switch("webhooks.duplicate-500", "a repeated delivery crashes on the unique key", "webhooks.duplicate"),
    switch("webhooks.duplicate-row", "a repeated delivery is stored twice", "webhooks.duplicate"),
    switch("webhooks.duplicate-409", "a repeated delivery is refused: Shopify repeats it for two days", "webhooks.duplicate"),
    switch("webhooks.reserialised", "the signature is checked over re-serialised JSON", "webhooks.raw-body"),
    switch("webhooks.trimmed", "the signature is checked over a trimmed body", "webhooks.raw-body"),
    switch("webhooks.letters-mangled", "letters beyond ASCII are stored as question marks", "webhooks.raw-body"),
    switch("webhooks.malformed-500", "a signed body that is not JSON crashes the handler", "webhooks.malformed").warn(),
    switch("webhooks.malformed-200", "a signed body that is not JSON is acknowledged", "webhooks.malformed").warn(),
    // the provider
    switch("webhooks.dlr-forged-accepted", "anybody can mark messages as delivered", "webhooks.mitto-dlr"),
    switch("webhooks.dlr-refused", "the provider's receipts are refused", "webhooks.mitto-dlr"),
    switch("webhooks.dlr-prefix-compared", "only the first bytes of a receipt's signature are compared", "webhooks.mitto-dlr"),
    switch("webhooks.dlr-missing", "the guard of receipts is mounted, and no route behind it", "webhooks.mitto-dlr"),
    switch("webhooks.inbound-forged-500", "a wrongly signed reply crashes the handler", "webhooks.mitto-inbound"),
    switch("webhooks.inbound-forged-accepted", "anybody can opt others out by a made-up reply", "webhooks.mitto-inbound"),
    switch("webhooks.inbound-500", "replies crash the handler", "webhooks.mitto-inbound"),
];

const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Switch)
}
