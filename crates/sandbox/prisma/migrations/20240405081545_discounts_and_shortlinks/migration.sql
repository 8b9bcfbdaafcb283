-- CreateTable
CREATE TABLE "Discount" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "title" TEXT,
    "type" TEXT NOT NULL,
    "value" DECIMAL(65,30),
    "currencyCode" TEXT,
    "startsAt" TIMESTAMP(3),
    "endsAt" TIMESTAMP(3),
    "usageLimit" INTEGER,
    "oncePerCustomer" BOOLEAN DEFAULT false,
    "applyUrl" TEXT,
    "providerId" TEXT,
    "status" TEXT,
    "utmJson" JSONB,

    CONSTRAINT "Discount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Shortlink" (
    "slug" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT,
    "url" TEXT NOT NULL,
    "campaignId" TEXT,
    "clicks" INTEGER NOT NULL DEFAULT 0,
    "expiresAt" TIMESTAMP(3),

    CONSTRAINT "Shortlink_pkey" PRIMARY KEY ("slug")
);

-- AlterTable
ALTER TABLE "Campaign" ADD COLUMN "bodyText" TEXT,
ADD COLUMN "discountId" TEXT,
ADD COLUMN "discountConfig" JSONB;

-- AlterTable
ALTER TABLE "Message" ADD COLUMN "discountCodeId" TEXT,
ADD COLUMN "shortlinkId" TEXT,
ADD COLUMN "utmJson" JSONB;

-- CreateIndex
CREATE UNIQUE INDEX "Discount_shopId_code_key" ON "Discount"("shopId", "code");

-- CreateIndex
CREATE INDEX "Shortlink_campaignId_idx" ON "Shortlink"("campaignId");

-- AddForeignKey
ALTER TABLE "Discount" ADD CONSTRAINT "Discount_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_discountId_fkey" FOREIGN KEY ("discountId") REFERENCES "Discount"("id") ON DELETE SET NULL ON UPDATE CASCADE;
