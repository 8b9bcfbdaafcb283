//! CONTRACT §4 as data: one row a table, columns written as there (`!` not null) with the type after a colon.

use super::schema::Row;

/// What the tables have whose columns the contract does not list.
const PRESENT: &str = "id! createdAt!:ts updatedAt!:ts shopId!";

pub(super) const TABLES: &[Row] = &[
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts domain! name tokenOffline timezone locale settingsJson:json",
        unique: &["domain"],
        ..row("Shop")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! customerId phoneE164! firstName lastName email phone_hash \
                  phone_ciphertext phone_last4 email_hash email_ciphertext optedOut!:bool smsConsentState! \
                  smsConsentSource smsConsentAt:ts unsubscribedAt:ts tagsJson:json welcomedAt:ts gender! \
                  birthdate:ts ageYears:int conversionCount!:int lastConvertedAt:ts conversionLtvCents!:int",
        unique: &["shopId,customerId", "shopId,phoneE164"],
        indexes: &["shopId,phone_hash", "shopId,email_hash"],
        ..row("Contact")
    },
    Row {
        columns: "id! createdAt!:ts shopId! topic! objectId raw!:json dedupeKey! idempotencyKey checkoutToken \
                  orderId hmacHeader",
        unique: &["dedupeKey"],
        ..row("Event")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! contactId body! provider! status! metadata:json kind! \
                  triggerKey sent_at:ts delivered_at:ts failed_at:ts discountCodeId shortlinkId utmJson:json",
        ..row("Message")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! type! status! runAt!:ts attempts!:int lastError \
                  payload!:json dedupeKey",
        unique: &["dedupeKey"],
        ..row("Job")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! code! title type! value:num currencyCode startsAt:ts \
                  endsAt:ts usageLimit:int oncePerCustomer:bool applyUrl providerId status utmJson:json mode! \
                  shopifyGid combinesWith:json poolId",
        ..row("Discount")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! name! segmentId templateId templateKey scheduleAt:ts \
                  status! utmJson:json batchSize:int bodyText discountId discountConfig:json",
        ..row("Campaign")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! campaignId! contactId! status! reason messageId cost:num \
                  segmentsUsed:int",
        unique: &["campaignId,contactId"],
        ..row("CampaignRecipient")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! name! filterJson!:json lastMaterializedAt:ts \
                  isSystem!:bool slug",
        unique: &["slug"],
        ..row("Segment")
    },
    Row {
        columns: "slug! createdAt!:ts shopId url! campaignId clicks!:int expiresAt:ts",
        primary: "slug",
        ..row("Shortlink")
    },
    Row {
        columns: "id! createdAt!:ts shopId! actor! action! entity! entityId ip ua diffJson:json",
        ..row("AuditLog")
    },
    Row {
        columns: "id! createdAt!:ts updatedAt!:ts shopId! contactId! inventoryItemId! variantId productHandle \
                  lastNotifiedAt:ts",
        ..row("BackInStockInterest")
    },
    row("DiscountCodePool"),
    row("DiscountCode"),
    row("DiscountCodeReservation"),
    row("Automation"),
    row("AbandonedCheckout"),
];

const fn row(name: &'static str) -> Row {
    Row {
        name,
        columns: PRESENT,
        primary: "id",
        unique: &[],
        indexes: &[],
    }
}
