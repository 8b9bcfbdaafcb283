-- CreateTable
CREATE TABLE "Automation" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "triggerKey" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "bodyText" TEXT,
    "delayMinutes" INTEGER NOT NULL DEFAULT 0,
    "configJson" JSONB,

    CONSTRAINT "Automation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AbandonedCheckout" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "checkoutToken" TEXT NOT NULL,
    "contactId" TEXT,
    "recoveryUrl" TEXT,
    "cartJson" JSONB,
    "recoveredAt" TIMESTAMP(3),

    CONSTRAINT "AbandonedCheckout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BackInStockInterest" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "contactId" TEXT NOT NULL,
    "inventoryItemId" TEXT NOT NULL,
    "variantId" TEXT,
    "productHandle" TEXT,
    "lastNotifiedAt" TIMESTAMP(3),

    CONSTRAINT "BackInStockInterest_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "Event" ADD COLUMN "idempotencyKey" TEXT,
ADD COLUMN "checkoutToken" TEXT,
ADD COLUMN "orderId" TEXT;

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN "welcomedAt" TIMESTAMP(3);

-- CreateIndex
CREATE UNIQUE INDEX "Automation_shopId_triggerKey_key" ON "Automation"("shopId", "triggerKey");

-- CreateIndex
CREATE UNIQUE INDEX "AbandonedCheckout_shopId_checkoutToken_key" ON "AbandonedCheckout"("shopId", "checkoutToken");

-- CreateIndex
CREATE INDEX "BackInStockInterest_shopId_inventoryItemId_idx" ON "BackInStockInterest"("shopId", "inventoryItemId");

-- AddForeignKey
ALTER TABLE "Automation" ADD CONSTRAINT "Automation_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AbandonedCheckout" ADD CONSTRAINT "AbandonedCheckout_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BackInStockInterest" ADD CONSTRAINT "BackInStockInterest_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;
