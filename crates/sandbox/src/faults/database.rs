//! What the database check must find.

use super::Apply::{Env, Sql, Switch};
use super::Fault;

pub(super) const FAULTS: &[Fault] = &[
    // connection and role
    Fault::new(
        "database.unreachable",
        "DATABASE_URL names a port where nobody listens",
        "database.connect",
        Env(&[("DATABASE_URL", Some("postgresql://golive:x@127.0.0.1:1/sms?schema=public"))]),
    ),
    Fault::new(
        "database.role-can-write",
        "the verifier's role may change contacts",
        "database.role-read-only",
        Sql(r#"GRANT INSERT, UPDATE ON "Contact" TO {readonly}"#),
    )
    .warn(),
    Fault::new(
        "database.role-can-create",
        "the verifier's role may create tables",
        "database.role-read-only",
        Sql("GRANT CREATE ON SCHEMA public TO {readonly}"),
    )
    .warn(),
    Fault::new(
        "database.role-superuser",
        "the verifier is a superuser",
        "database.role-read-only",
        Sql("ALTER ROLE {readonly} SUPERUSER"),
    )
    .warn(),
    // migrations
    Fault::new(
        "database.migration-failed",
        "the last migration failed",
        "database.migrations-applied",
        Sql("UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0, logs = 'ERROR: relation \"Contact\" does not exist' WHERE migration_name = '20250121070500_pii_encryption'"),
    ),
    Fault::new(
        "database.migration-half-applied",
        "the last migration was started and never finished",
        "database.migrations-applied",
        Sql("UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0 WHERE migration_name = '20250121070500_pii_encryption'"),
    ),
    Fault::new(
        "database.migration-pending",
        "the last migration of the checkout was never applied",
        "database.migrations-applied",
        Sql("DELETE FROM _prisma_migrations WHERE migration_name = '20250121070500_pii_encryption'"),
    ),
    Fault::new(
        "database.migration-rolled-back",
        "the last migration was rolled back and not applied again",
        "database.migrations-applied",
        Sql("UPDATE _prisma_migrations SET finished_at = NULL, rolled_back_at = now(), applied_steps_count = 0 WHERE migration_name = '20250121070500_pii_encryption'"),
    ),
    Fault::new(
        "database.migration-unknown",
        "a migration was applied that the checkout does not have",
        "database.migrations-applied",
        Sql("INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (gen_random_uuid()::text, repeat('ab', 32), '20250212101010_hotfix', now(), now(), 1)"),
    )
    .warn(),
    Fault::new(
        "database.migration-checksum",
        "an applied migration was edited afterwards",
        "database.migrations-checksums",
        Sql("UPDATE _prisma_migrations SET checksum = repeat('0f', 32) WHERE migration_name = '20240405081545_discounts_and_shortlinks'"),
    ),
    Fault::new(
        "database.migration-order",
        "a migration was applied before one whose name sorts before it",
        "database.migrations-order",
        Sql("UPDATE _prisma_migrations SET started_at = started_at - interval '90 days', finished_at = finished_at - interval '90 days' WHERE migration_name = '20240902160000_contact_demographics'"),
    )
    .warn(),
    // schema
    Fault::new(
        "database.table-missing",
        "there is no BackInStockInterest table",
        "database.tables",
        Sql(r#"DROP TABLE "BackInStockInterest""#),
    ),
    Fault::new(
        "database.table-renamed",
        "the AuditLog table lost its case: auditlog",
        "database.tables",
        Sql(r#"ALTER TABLE "AuditLog" RENAME TO auditlog"#),
    ),
    Fault::new(
        "database.column-missing",
        "messages have no delivered_at",
        "database.columns",
        Sql(r#"ALTER TABLE "Message" DROP COLUMN delivered_at"#),
    ),
    Fault::new(
        "database.column-type",
        "Event.raw is text instead of jsonb",
        "database.columns",
        Sql(r#"ALTER TABLE "Event" ALTER COLUMN raw TYPE text USING raw::text"#),
    ),
    Fault::new(
        "database.column-nullable",
        "a campaign may have no name",
        "database.columns",
        Sql(r#"ALTER TABLE "Campaign" ALTER COLUMN name DROP NOT NULL"#),
    ),
    Fault::new(
        "database.unique-missing",
        "the same delivery can be stored twice: Event.dedupeKey is not unique",
        "database.constraints",
        Sql(r#"DROP INDEX "Event_dedupeKey_key""#),
    ),
    Fault::new(
        "database.unique-not-unique",
        "one phone number can be two contacts: the index is there, but not unique",
        "database.constraints",
        Sql(r#"DROP INDEX "Contact_shopId_phoneE164_key"; CREATE INDEX "Contact_shopId_phoneE164_key" ON "Contact"("shopId", "phoneE164")"#),
    ),
    Fault::new(
        "database.unique-partial",
        "a slug is unique among system segments only",
        "database.constraints",
        Sql(r#"DROP INDEX "Segment_slug_key"; CREATE UNIQUE INDEX "Segment_slug_key" ON "Segment"(slug) WHERE "isSystem""#),
    ),
    Fault::new(
        "database.index-missing",
        "looking somebody up by phone hash reads the whole table",
        "database.indexes",
        Sql(r#"DROP INDEX "Contact_shopId_phone_hash_idx""#),
    )
    .warn(),
    Fault::new(
        "database.index-invalid",
        "the index on e-mail hashes was never finished",
        "database.indexes",
        Sql(r#"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"Contact_shopId_email_hash_idx"'::regclass"#),
    )
    .warn(),
    // personal data
    Fault::new(
        "database.pii-phone-coverage-low",
        "every fifth phone number is not encrypted",
        "database.pii-phone-coverage",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = NULL WHERE right(id, 1) IN ('3', '7') AND "createdAt" < now() - interval '25 hours'"#),
    )
    .warn(),
    Fault::new(
        "database.pii-phone-coverage-lost",
        "most phone numbers are not encrypted",
        "database.pii-phone-coverage",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = NULL WHERE "createdAt" < now() - interval '25 hours'"#),
    ),
    Fault::new(
        "database.pii-email-coverage-low",
        "every fifth e-mail address is not encrypted",
        "database.pii-email-coverage",
        Sql(r#"UPDATE "Contact" SET email_ciphertext = NULL WHERE right(id, 1) IN ('2', '4') AND "createdAt" < now() - interval '25 hours'"#),
    )
    .warn(),
    Fault::new(
        "database.pii-email-coverage-lost",
        "most e-mail addresses are not encrypted",
        "database.pii-email-coverage",
        Sql(r#"UPDATE "Contact" SET email_ciphertext = NULL WHERE "createdAt" < now() - interval '25 hours'"#),
    ),
    Fault::new(
        "database.pii-plaintext",
        "the column called ciphertext holds the phone number",
        "database.pii-ciphertext",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = "phoneE164""#),
    ),
    Fault::new(
        "database.pii-encoded",
        "the ciphertext is the phone number in base64",
        "database.pii-ciphertext",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = encode(convert_to("phoneE164", 'UTF8'), 'base64')"#),
    ),
    Fault::new(
        "database.pii-encoded-json",
        "the ciphertext looks right, but its content is the phone number in base64",
        "database.pii-ciphertext",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = json_build_object(
            'ciphertext', encode(convert_to("phoneE164", 'UTF8'), 'base64'),
            'iv', encode(substr(sha256(id::bytea), 1, 12), 'base64'),
            'tag', encode(substr(sha256(id::bytea), 1, 16), 'base64'))::text"#),
    ),
    Fault::new(
        "database.pii-email-hex",
        "the e-mail ciphertext is the address in hex",
        "database.pii-ciphertext",
        Sql(r#"UPDATE "Contact" SET email_ciphertext = encode(convert_to(email, 'UTF8'), 'hex') WHERE email IS NOT NULL"#),
    ),
    Fault::new(
        "database.pii-constant",
        "every contact has the same ciphertext",
        "database.pii-ciphertext",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = (SELECT phone_ciphertext FROM "Contact" WHERE id = 'contact_0001')"#),
    ),
    Fault::new(
        "database.pii-same-iv",
        "every phone number is encrypted under one and the same IV",
        "database.pii-ciphertext",
        Switch,
    ),
    Fault::new(
        "database.pii-wrong-key",
        "the ciphertexts were made under another ENCRYPTION_KEY",
        "database.pii-ciphertext",
        Env(&[("ENCRYPTION_KEY", Some("b3RoZXItc2FuZGJveC1rZXktNVpxMkx4VncheTNOYzc="))]),
    ),
    Fault::new(
        "database.pii-hash-unpeppered",
        "phone hashes are plain SHA-256: a phone book reverses them",
        "database.pii-hash",
        Sql(r#"UPDATE "Contact" SET phone_hash = encode(sha256(convert_to("phoneE164", 'UTF8')), 'hex') WHERE phone_hash IS NOT NULL"#),
    ),
    Fault::new(
        "database.pii-hash-case",
        "e-mail hashes were made without lower-casing: nobody is found",
        "database.pii-hash",
        Sql(r#"UPDATE "Contact" SET email_hash = encode(sha256(convert_to(upper(email) || ':sandbox-only-pepper-4f1c9a7e2b8d6035c1e4', 'UTF8')), 'hex') WHERE email_hash IS NOT NULL"#),
    ),
    Fault::new(
        "database.pii-recent-plaintext",
        "today's customers are stored without encryption",
        "database.pii-recent-plaintext",
        Sql(r#"UPDATE "Contact" SET phone_ciphertext = NULL, phone_hash = NULL WHERE id IN ('contact_0010', 'contact_0050', 'contact_0120')"#),
    ),
    Fault::new(
        "database.pii-health-disagrees",
        "/health reports a coverage that the database does not have",
        "database.pii-health-agrees",
        Switch,
    )
    .warn(),
    // headroom
    Fault::new(
        "database.blocked-session",
        "a session waits for a lock that another one keeps",
        "database.headroom",
        Switch,
    )
    .warn(),
];
