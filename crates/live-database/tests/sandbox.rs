//! The database check against sandboxes: healthy, with each fault it owns, and in the states deployments are found in.

mod support;

use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_sandbox::{Dialect, Options, Sandbox, harness};
use live_database::LiveDatabase;

use support::{after, assert_all_pass, database_url, execute, not_run, probe, verify};

#[tokio::test]
async fn a_healthy_sandbox_passes() {
    let report = harness::assert_healthy(&LiveDatabase).await;
    assert_eq!(not_run(&report), ["database.tls"]);
}

#[tokio::test]
async fn every_fault_is_found() {
    harness::assert_every_fault_is_found(&LiveDatabase, "database").await;
}

#[test]
fn every_probe_has_a_fault() {
    let exempt = [("database.tls", "does not apply on loopback, where sandboxes are")];
    harness::assert_every_probe_has_a_fault(&LiveDatabase, "database", &exempt);
}

#[tokio::test]
async fn other_dialects_pass() {
    let dialect = Dialect {
        older_health: true,
        colon_ciphertext: true,
        minimal_env: true,
        ..Dialect::default()
    };
    let sandbox = Sandbox::start(Options {
        dialect,
        ..Options::from_test_env()
    })
    .await
    .unwrap();
    let report = harness::verify(&[&LiveDatabase], &sandbox).await;
    sandbox.stop().await;
    assert_all_pass(&report);
    assert_eq!(
        not_run(&report),
        ["database.tls", "database.migrations-checksums"]
    );
    assert!(
        probe(&report, "database.migrations-applied")
            .summary
            .contains("not looked for")
    );
}

#[tokio::test]
async fn none_and_one_contact_are_fine() {
    let report =
        after(r#"DELETE FROM "CampaignRecipient"; DELETE FROM "Contact" WHERE id <> 'contact_0000'"#).await;
    assert_all_pass(&report);
    assert_eq!(not_run(&report), ["database.tls"]);
    let report = after(r#"DELETE FROM "CampaignRecipient"; DELETE FROM "Contact""#).await;
    assert_all_pass(&report);
    let figures = [
        "phone-coverage",
        "email-coverage",
        "ciphertext",
        "hash",
        "recent-plaintext",
    ];
    for name in figures {
        assert!(
            not_run(&report).contains(&format!("database.pii-{name}").as_str()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn values_that_are_stored_encrypted_only_are_judged_too() {
    let report = after(r#"UPDATE "Contact" SET email = NULL WHERE email_ciphertext IS NOT NULL"#).await;
    assert_all_pass(&report);
    assert!(
        !serde_json::to_string(&report).unwrap().contains("5552000"),
        "personal data in the report"
    );
}

#[tokio::test]
async fn what_other_sessions_do_may_be_invisible() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.unwrap();
    let role = database_url(&sandbox).username().to_owned();
    execute(&sandbox, &format!("REVOKE pg_monitor FROM {role}")).await;
    let report = harness::verify(&[&LiveDatabase], &sandbox).await;
    sandbox.stop().await;
    assert_all_pass(&report);
    assert!(probe(&report, "database.headroom").summary.contains("pg_monitor"));
}

#[tokio::test]
async fn equivalents_and_extras_pass() {
    let report = after(
        r#"CREATE TABLE extra (id int); ALTER TABLE "Contact" ADD COLUMN "loyaltyTier" text;
           ALTER TABLE "Contact" ALTER COLUMN "createdAt" TYPE timestamptz USING "createdAt" AT TIME ZONE 'UTC';
           ALTER TABLE "Contact" ALTER COLUMN "conversionLtvCents" TYPE bigint, ALTER COLUMN email TYPE varchar(320);
           CREATE TYPE gender AS ENUM ('female', 'male', 'unknown');
           ALTER TABLE "Contact" ALTER COLUMN gender DROP DEFAULT, ALTER COLUMN gender TYPE gender USING gender::gender;
           DROP INDEX "Segment_slug_key"; CREATE UNIQUE INDEX ON "Segment"(slug) WHERE slug IS NOT NULL;
           DROP INDEX "Contact_shopId_phone_hash_idx";
           CREATE INDEX ON "Contact"(phone_hash, "shopId", "createdAt")"#,
    )
    .await;
    assert_all_pass(&report);
}

#[tokio::test]
async fn one_missing_table_leaves_the_others_to_be_judged() {
    let report = after(
        r#"ALTER TABLE "Campaign" ALTER COLUMN name DROP NOT NULL; DROP TABLE "AuditLog"; DROP INDEX "Event_dedupeKey_key""#,
    )
    .await;
    let roots = [
        "database.tables.AuditLog",
        "database.columns.Campaign",
        "database.constraints",
    ];
    assert_eq!(report.root_causes, roots);
    let blocked = probe(&report, "database.columns.AuditLog");
    assert_eq!(blocked.blocked_by.as_deref(), Some("database.tables.AuditLog"));
    for id in [
        "database.columns.Event",
        "database.indexes",
        "database.pii-ciphertext",
    ] {
        assert_eq!(probe(&report, id).status, Status::Pass, "{id}");
    }
}

#[tokio::test]
async fn another_schema_is_honoured() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.unwrap();
    execute(
        &sandbox,
        "ALTER SCHEMA public RENAME TO sms; CREATE SCHEMA public",
    )
    .await;
    let mut url = database_url(&sandbox);
    url.set_query(Some("schema=sms&connection_limit=5&pgbouncer=true"));
    // the sandbox itself goes on in `public`, where there is nothing: its own figures are of no interest here
    let skip = vec!["database.pii-health-agrees".to_owned()];
    let report = verify(
        &sandbox,
        &[("DATABASE_URL", url.as_str())],
        &Contract::default(),
        skip,
    )
    .await;
    sandbox.stop().await;
    assert_all_pass(&report);
}

#[tokio::test]
async fn a_table_past_the_threshold_is_sampled() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.unwrap();
    let mut contract = Contract::default();
    contract.thresholds.exact_rows = 10;
    let report = verify(&sandbox, &[], &contract, Vec::new()).await;
    execute(
        &sandbox,
        r#"UPDATE "Contact" SET phone_ciphertext = NULL WHERE id = 'contact_0010'"#,
    )
    .await;
    let plain = verify(&sandbox, &[], &contract, Vec::new()).await;
    sandbox.stop().await;
    assert_all_pass(&report);
    let summary = &probe(&report, "database.pii-phone-coverage").summary;
    assert!(
        summary.contains("95 % sure") && summary.contains("sampled from about"),
        "{summary}"
    );
    assert_eq!(plain.root_causes, ["database.pii-recent-plaintext"]);
}

#[tokio::test]
async fn a_directory_that_cannot_be_read_is_no_failure() {
    let sandbox = Sandbox::start(Options::from_test_env()).await.unwrap();
    let empty = tempfile::tempdir().unwrap();
    let directory = ("PRISMA_MIGRATIONS_DIR", empty.path().to_str().unwrap());
    let report = verify(&sandbox, &[directory], &Contract::default(), Vec::new()).await;
    sandbox.stop().await;
    let applied = probe(&report, "database.migrations-applied");
    assert_eq!(applied.status, Status::Pending);
    assert!(
        applied.summary.contains("PRISMA_MIGRATIONS_DIR"),
        "{}",
        applied.summary
    );
    assert_eq!(report.summary.fail, 0);
}
