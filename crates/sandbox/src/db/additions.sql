-- What a deployment's own migrations and tools added beside the contract: nothing of it is missing or wrong.
CREATE TYPE "LoyaltyTier" AS ENUM ('seed', 'bud', 'bloom');

ALTER TABLE "Contact"
    ADD COLUMN "tier" "LoyaltyTier" NOT NULL DEFAULT 'seed',
    ADD COLUMN "labels" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "fullName" TEXT GENERATED ALWAYS AS (coalesce("firstName" || ' ', '') || coalesce("lastName", '')) STORED;
ALTER TABLE "Event" ADD COLUMN "processedAt" TIMESTAMP(3), ADD COLUMN "apiVersion" TEXT;
ALTER TABLE "Message" ADD COLUMN "segments" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Campaign" ADD COLUMN "archivedAt" TIMESTAMPTZ;

CREATE INDEX "Contact_labels_idx" ON "Contact" USING gin ("labels");
CREATE INDEX "Contact_lower_email_idx" ON "Contact" (lower("email")) WHERE "email" IS NOT NULL;
CREATE INDEX "Contact_phone_hash_again_idx" ON "Contact" ("shopId", "phone_hash") INCLUDE ("optedOut");
CREATE INDEX "Event_createdAt_brin" ON "Event" USING brin ("createdAt");
CREATE UNIQUE INDEX "Campaign_shopId_id_key" ON "Campaign" ("shopId", "id");

CREATE TABLE "LoyaltyEntry" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    "contactId" TEXT NOT NULL REFERENCES "Contact" ("id") ON DELETE CASCADE,
    "points" NUMERIC(12, 2) NOT NULL CHECK ("points" <> 0),
    "bookedAt" TIMESTAMPTZ NOT NULL DEFAULT now()
) PARTITION BY HASH ("id");
CREATE TABLE "LoyaltyEntry_0" PARTITION OF "LoyaltyEntry" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "LoyaltyEntry_1" PARTITION OF "LoyaltyEntry" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO "LoyaltyEntry" ("contactId", "points") SELECT "id", 5 FROM "Contact" ORDER BY "id" LIMIT 40;

CREATE VIEW "ActiveContact" AS SELECT * FROM "Contact" WHERE NOT "optedOut";
CREATE MATERIALIZED VIEW "MessagesByDay" AS
    SELECT "shopId", date_trunc('day', "createdAt") AS "day", count(*) AS "sent" FROM "Message" GROUP BY 1, 2;

-- another tool's own schema, with tables that are called alike
CREATE SCHEMA analytics;
CREATE TABLE analytics."Contact" (contact_id INTEGER, phone TEXT);
CREATE TABLE analytics._prisma_migrations (id INTEGER);
