//! What the database check must find.

use super::Apply::{Env, Sql, Switch};
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    // connection and role
    Fault::new("database.unreachable", "DATABASE_URL names a port where nobody listens", "database.connect", Env(&[("DATABASE_URL", Some("postgresql://golive:x@127.0.0.1:1/sms?schema=public"))])),
    sql("database.login-refused", "the role of DATABASE_URL may not log in", "database.connect", "ALTER ROLE {readonly} NOLOGIN"),
    sql("database.wrong-password", "the role of DATABASE_URL has another password", "database.connect", "ALTER ROLE {readonly} PASSWORD 'changed-since-then'"),
    Fault::new("database.schema-missing", "the schema of DATABASE_URL does not exist", "database.connect", Env(&[("DATABASE_URL", Some("{}_of_another_app"))])),
    sql("database.role-can-write", "the verifier's role may change contacts", "database.role-read-only", r#"GRANT INSERT, UPDATE ON "Contact" TO {readonly}"#).warn(),
    sql("database.role-can-create", "the verifier's role may create tables", "database.role-read-only", "GRANT CREATE ON SCHEMA public TO {readonly}").warn(),
    sql("database.role-can-delete", "the verifier's role may delete events", "database.role-read-only", r#"GRANT DELETE ON "Event" TO {readonly}"#).warn(),
    sql("database.role-can-truncate", "the verifier's role may empty a table", "database.role-read-only", r#"GRANT TRUNCATE ON "Job" TO {readonly}"#).warn(),
    sql("database.role-can-write-one-column", "the verifier's role may change one column", "database.role-read-only", r#"GRANT UPDATE ("optedOut") ON "Contact" TO {readonly}"#).warn(),
    sql("database.role-can-write-as-public", "everybody may store campaigns, so the verifier may too", "database.role-read-only", r#"GRANT INSERT ON "Campaign" TO PUBLIC"#).warn(),
    sql("database.role-member-of-writers", "the verifier's role inherits the right to write everywhere", "database.role-read-only", "GRANT pg_write_all_data TO {readonly}").warn(),
    sql("database.role-superuser", "the verifier is a superuser", "database.role-read-only", "ALTER ROLE {readonly} SUPERUSER").warn(),
    // migrations
    sql("database.migration-failed", "the last migration failed", "database.migrations-applied", r#"UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0, logs = 'ERROR: relation "Contact" does not exist' WHERE migration_name = '20250121070500_pii_encryption'"#),
    sql("database.migration-half-applied", "the last migration was started and never finished", "database.migrations-applied", "UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0 WHERE migration_name = '20250121070500_pii_encryption'"),
    sql("database.migration-pending", "the last migration of the checkout was never applied", "database.migrations-applied", "DELETE FROM _prisma_migrations WHERE migration_name = '20250121070500_pii_encryption'"),
    sql("database.migration-rolled-back", "the last migration was rolled back and not applied again", "database.migrations-applied", "UPDATE _prisma_migrations SET finished_at = NULL, rolled_back_at = now(), applied_steps_count = 0 WHERE migration_name = '20250121070500_pii_encryption'"),
    sql("database.migration-first-failed", "the first migration is recorded as failed, although later ones went through", "database.migrations-applied", "UPDATE _prisma_migrations SET finished_at = NULL, logs = 'ERROR: permission denied' WHERE migration_name = '20240108093000_init'"),
    sql("database.migration-retry-failed", "a migration was applied, and a second attempt at it failed", "database.migrations-applied", "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at) SELECT gen_random_uuid()::text, checksum, migration_name, 'ERROR: relation already exists', now() FROM _prisma_migrations WHERE migration_name = '20240902160000_contact_demographics'"),
    sql("database.migration-pending-with-columns", "the last migration was never run: its columns are not there", "database.migrations-applied", r#"DELETE FROM _prisma_migrations WHERE migration_name = '20250121070500_pii_encryption'; ALTER TABLE "Contact" DROP COLUMN phone_hash, DROP COLUMN email_hash, DROP COLUMN phone_last4"#),
    sql("database.migrations-not-recorded", "nothing was applied by Prisma: its table is not there", "database.migrations-applied", "DROP TABLE _prisma_migrations"),
    sql("database.migrations-table-empty", "Prisma's table is there, and empty", "database.migrations-applied", "DELETE FROM _prisma_migrations"),
    sql("database.migration-unknown", "a migration was applied that the checkout does not have", "database.migrations-applied", "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (gen_random_uuid()::text, repeat('ab', 32), '20250212101010_hotfix', now(), now(), 1)").warn(),
    sql("database.migration-checksum", "an applied migration was edited afterwards", "database.migrations-checksums", "UPDATE _prisma_migrations SET checksum = repeat('0f', 32) WHERE migration_name = '20240405081545_discounts_and_shortlinks'"),
    sql("database.migration-checksum-empty", "an applied migration has no checksum", "database.migrations-checksums", "UPDATE _prisma_migrations SET checksum = '' WHERE migration_name = '20250121070500_pii_encryption'"),
    sql("database.migration-order", "a migration was applied before one whose name sorts before it", "database.migrations-order", "UPDATE _prisma_migrations SET started_at = started_at - interval '90 days', finished_at = finished_at - interval '90 days' WHERE migration_name = '20240902160000_contact_demographics'").warn(),
    sql("database.migration-late-comer", "the second migration was merged and applied after all the others", "database.migrations-order", "UPDATE _prisma_migrations SET started_at = now(), finished_at = now() WHERE migration_name = '20240219141210_campaigns_and_segments'").warn(),
    // schema
    sql("database.table-missing", "there is no BackInStockInterest table", "database.tables.BackInStockInterest", r#"DROP TABLE "BackInStockInterest""#),
    sql("database.table-renamed", "the AuditLog table lost its case: auditlog", "database.tables.AuditLog", r#"ALTER TABLE "AuditLog" RENAME TO auditlog"#),
    sql("database.table-in-other-schema", "the Automation table is in another schema", "database.tables.Automation", r#"CREATE SCHEMA archive; ALTER TABLE "Automation" SET SCHEMA archive"#),
    sql("database.table-is-view", "DiscountCodeReservation is a view that nothing can be stored in", "database.tables.DiscountCodeReservation", r#"ALTER TABLE "DiscountCodeReservation" RENAME TO reservations; CREATE VIEW "DiscountCodeReservation" AS SELECT * FROM reservations"#),
    sql("database.column-missing", "messages have no delivered_at", "database.columns.Message", r#"ALTER TABLE "Message" DROP COLUMN delivered_at"#),
    sql("database.column-type", "Event.raw is text instead of jsonb", "database.columns.Event", r#"ALTER TABLE "Event" ALTER COLUMN raw TYPE text USING raw::text"#),
    sql("database.column-nullable", "a campaign may have no name", "database.columns.Campaign", r#"ALTER TABLE "Campaign" ALTER COLUMN name DROP NOT NULL"#),
    sql("database.column-recased", "Discount.applyUrl lost its case: applyurl", "database.columns.Discount", r#"ALTER TABLE "Discount" RENAME COLUMN "applyUrl" TO applyurl"#),
    sql("database.column-boolean-as-text", "Segment.isSystem is the text true or false", "database.columns.Segment", r#"ALTER TABLE "Segment" ALTER COLUMN "isSystem" DROP DEFAULT, ALTER COLUMN "isSystem" TYPE text USING "isSystem"::text"#),
    sql("database.column-array", "Contact.tagsJson is an array of texts", "database.columns.Contact", r#"ALTER TABLE "Contact" ALTER COLUMN "tagsJson" TYPE text[] USING ARRAY[]::text[]"#),
    sql("database.column-not-null", "a job without a dedupeKey is refused", "database.columns.Job", r#"ALTER TABLE "Job" ALTER COLUMN "dedupeKey" SET NOT NULL"#),
    sql("database.column-not-null-with-default", "an audit entry can't say that the entity is unknown", "database.columns.AuditLog", r#"ALTER TABLE "AuditLog" ALTER COLUMN "entityId" SET DEFAULT '', ALTER COLUMN "entityId" SET NOT NULL"#).warn(),
    sql("database.unique-missing", "the same delivery can be stored twice: Event.dedupeKey is not unique", "database.constraints", r#"DROP INDEX "Event_dedupeKey_key""#),
    sql("database.unique-not-unique", "one phone number can be two contacts: the index is there, but not unique", "database.constraints", r#"DROP INDEX "Contact_shopId_phoneE164_key"; CREATE INDEX "Contact_shopId_phoneE164_key" ON "Contact"("shopId", "phoneE164")"#),
    sql("database.unique-partial", "a slug is unique among system segments only", "database.constraints", r#"DROP INDEX "Segment_slug_key"; CREATE UNIQUE INDEX "Segment_slug_key" ON "Segment"(slug) WHERE "isSystem""#),
    sql("database.primary-key-missing", "two audit entries can have one id", "database.constraints", r#"ALTER TABLE "AuditLog" DROP CONSTRAINT "AuditLog_pkey""#),
    sql("database.unique-other-columns", "a customer can be two contacts of a shop, and can't be one of two shops", "database.constraints", r#"DROP INDEX "Contact_shopId_customerId_key"; CREATE UNIQUE INDEX "Contact_shopId_customerId_key" ON "Contact"("customerId")"#),
    sql("database.unique-wider", "a campaign can reach a contact twice: the key has a column too many", "database.constraints", r#"DROP INDEX "CampaignRecipient_campaignId_contactId_key"; CREATE UNIQUE INDEX "CampaignRecipient_campaignId_contactId_key" ON "CampaignRecipient"("campaignId", "contactId", status)"#),
    sql("database.unique-on-expression", "Shop.domain is unique in lower case only by an expression", "database.constraints", r#"DROP INDEX "Shop_domain_key"; CREATE UNIQUE INDEX "Shop_domain_key" ON "Shop"(lower(domain))"#),
    sql("database.unique-invalid", "the unique index on Job.dedupeKey was never finished", "database.constraints", r#"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"Job_dedupeKey_key"'::regclass"#),
    sql("database.index-missing", "looking somebody up by phone hash reads the whole table", "database.indexes", r#"DROP INDEX "Contact_shopId_phone_hash_idx""#).warn(),
    sql("database.index-partial", "subscribers only are found by their phone hash without reading the whole table", "database.indexes", r#"DROP INDEX "Contact_shopId_phone_hash_idx"; CREATE INDEX "Contact_shopId_phone_hash_idx" ON "Contact"("shopId", phone_hash) WHERE NOT "optedOut""#).warn(),
    sql("database.index-other-columns", "the index on e-mail hashes begins with another column", "database.indexes", r#"DROP INDEX "Contact_shopId_email_hash_idx"; CREATE INDEX "Contact_shopId_email_hash_idx" ON "Contact"("createdAt", "shopId", email_hash)"#).warn(),
    sql("database.index-invalid", "the index on e-mail hashes was never finished", "database.indexes", r#"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"Contact_shopId_email_hash_idx"'::regclass"#).warn(),
    // personal data
    sql("database.pii-phone-coverage-low", "every fifth phone number is not encrypted", "database.pii-phone-coverage", r#"UPDATE "Contact" SET phone_ciphertext = NULL WHERE right(id, 1) IN ('3', '7') AND "createdAt" < now() - interval '25 hours'"#).warn(),
    sql("database.pii-phone-coverage-lost", "most phone numbers are not encrypted", "database.pii-phone-coverage", r#"UPDATE "Contact" SET phone_ciphertext = NULL WHERE "createdAt" < now() - interval '25 hours'"#),
    sql("database.pii-phone-coverage-empty-texts", "most phone ciphertexts are empty texts", "database.pii-phone-coverage", r#"UPDATE "Contact" SET phone_ciphertext = '' WHERE "createdAt" < now() - interval '25 hours'"#),
    sql("database.pii-email-coverage-low", "every fifth e-mail address is not encrypted", "database.pii-email-coverage", r#"UPDATE "Contact" SET email_ciphertext = NULL WHERE right(id, 1) IN ('2', '4') AND "createdAt" < now() - interval '25 hours'"#).warn(),
    sql("database.pii-email-coverage-lost", "most e-mail addresses are not encrypted", "database.pii-email-coverage", r#"UPDATE "Contact" SET email_ciphertext = NULL WHERE "createdAt" < now() - interval '25 hours'"#),
    sql("database.pii-plaintext", "the column called ciphertext holds the phone number", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = "phoneE164""#),
    sql("database.pii-plaintext-in-one-row", "one phone number among the ciphertexts is readable", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = "phoneE164" WHERE id = 'contact_0042'"#),
    sql("database.pii-plaintext-inside", "the ciphertext is the phone number in a JSON object", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = json_build_object('ciphertext', "phoneE164", 'iv', '', 'tag', '')::text"#),
    sql("database.pii-encoded", "the ciphertext is the phone number in base64", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = encode(convert_to("phoneE164", 'UTF8'), 'base64')"#),
    sql("database.pii-encoded-json", "the ciphertext looks right, but its content is the phone number in base64", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = json_build_object( 'ciphertext', encode(convert_to("phoneE164", 'UTF8'), 'base64'), 'iv', encode(substr(sha256(id::bytea), 1, 12), 'base64'), 'tag', encode(substr(sha256(id::bytea), 1, 16), 'base64'))::text"#),
    sql("database.pii-email-hex", "the e-mail ciphertext is the address in hex", "database.pii-ciphertext", r#"UPDATE "Contact" SET email_ciphertext = encode(convert_to(email, 'UTF8'), 'hex') WHERE email IS NOT NULL"#),
    sql("database.pii-email-plaintext", "the e-mail ciphertext is the address", "database.pii-ciphertext", r#"UPDATE "Contact" SET email_ciphertext = email"#),
    sql("database.pii-truncated", "the column was too short: ciphertexts are cut off", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = left(phone_ciphertext, 60)"#),
    sql("database.pii-tag-missing", "ciphertexts were stored without their tag", "database.pii-ciphertext", r#"UPDATE "Contact" SET email_ciphertext = (email_ciphertext::jsonb - 'tag')::text"#),
    sql("database.pii-flipped", "the tag of one ciphertext does not fit", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = (phone_ciphertext::jsonb || jsonb_build_object('tag', encode(substr(sha256(id::bytea), 1, 16), 'base64')))::text WHERE id = 'contact_0007'"#),
    sql("database.pii-of-another-row", "the back-fill was off by one: ciphertexts belong to the next contact", "database.pii-ciphertext", r#"UPDATE "Contact" c SET phone_ciphertext = n.next FROM (SELECT id, lead(phone_ciphertext) OVER (PARTITION BY "shopId" ORDER BY id) AS next FROM "Contact" WHERE phone_ciphertext IS NOT NULL) n WHERE n.id = c.id AND n.next IS NOT NULL"#),
    sql("database.pii-other-layout", "ciphertexts are in a layout that nothing here can open", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = 'v7.' || encode(sha256(id::bytea) || sha256("phoneE164"::bytea), 'hex')"#).warn(),
    sql("database.pii-constant", "every contact has the same ciphertext", "database.pii-ciphertext", r#"UPDATE "Contact" SET phone_ciphertext = (SELECT phone_ciphertext FROM "Contact" WHERE id = 'contact_0001')"#),
    switch("database.pii-same-iv", "every phone number is encrypted under one and the same IV", "database.pii-ciphertext"),
    switch("database.pii-without-aad", "ciphertexts were made without the additional data", "database.pii-ciphertext"),
    Fault::new("database.pii-wrong-key", "the ciphertexts were made under another ENCRYPTION_KEY", "database.pii-ciphertext", Env(&[("ENCRYPTION_KEY", Some("b3RoZXItc2FuZGJveC1rZXktNVpxMkx4VncheTNOYzc="))])),
    sql("database.pii-hash-unpeppered", "phone hashes are plain SHA-256: a phone book reverses them", "database.pii-hash", r#"UPDATE "Contact" SET phone_hash = encode(sha256(convert_to("phoneE164", 'UTF8')), 'hex') WHERE phone_hash IS NOT NULL"#),
    sql("database.pii-hash-case", "e-mail hashes were made without lower-casing: nobody is found", "database.pii-hash", r#"UPDATE "Contact" SET email_hash = encode(sha256(convert_to(upper(email) || ':sandbox-only-pepper-4f1c9a7e2b8d6035c1e4', 'UTF8')), 'hex') WHERE email_hash IS NOT NULL"#),
    sql("database.pii-hash-one-row", "one contact's hash is that of another number", "database.pii-hash", r#"UPDATE "Contact" SET phone_hash = (SELECT phone_hash FROM "Contact" WHERE id = 'contact_0002') WHERE id = 'contact_0008'"#),
    sql("database.pii-hash-missing", "encrypted numbers without a hash: those contacts are never found again", "database.pii-hash", r#"UPDATE "Contact" SET phone_hash = NULL WHERE id < 'contact_0030'"#).warn(),
    Fault::new("database.pii-wrong-pepper", "the hashes were made with another HASH_PEPPER", "database.pii-hash", Env(&[("HASH_PEPPER", Some("sandbox-only-other-pepper-9d27c1e4b8a35f60"))])),
    sql("database.pii-last4-wrong", "phone_last4 are the first four digits", "database.pii-hash", r#"UPDATE "Contact" SET phone_last4 = substr("phoneE164", 2, 4)"#).warn(),
    sql("database.pii-recent-plaintext", "today's customers are stored without encryption", "database.pii-recent-plaintext", r#"UPDATE "Contact" SET phone_ciphertext = NULL, phone_hash = NULL WHERE id IN ('contact_0010', 'contact_0050', 'contact_0120')"#),
    sql("database.pii-recent-email-plaintext", "today's e-mail addresses are stored without encryption", "database.pii-recent-plaintext", r#"UPDATE "Contact" SET email_ciphertext = NULL, email_hash = NULL WHERE id IN ('contact_0010', 'contact_0050')"#),
    sql("database.pii-recent-empty-ciphertext", "one of today's customers has an empty ciphertext", "database.pii-recent-plaintext", r#"UPDATE "Contact" SET phone_ciphertext = '', phone_hash = NULL WHERE id = 'contact_0020'"#),
    switch("database.pii-health-disagrees", "/health reports a coverage that the database does not have", "database.pii-health-agrees").warn(),
    switch("database.pii-health-email-disagrees", "/health is right about phone numbers and wrong about e-mail addresses", "database.pii-health-agrees").warn(),
    switch("database.pii-health-null", "/health reports no coverage although there are contacts", "database.pii-health-agrees").warn(),
    // headroom
    switch("database.blocked-session", "a session waits for a lock that another one keeps", "database.headroom").warn(),
];

const fn sql(
    name: &'static str,
    symptom: &'static str,
    owner: &'static str,
    statement: &'static str,
) -> Fault {
    Fault::new(name, symptom, owner, Sql(statement))
}

const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Switch)
}
