-- CreateTable
CREATE TABLE "DiscountCodePool" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "DiscountCodePool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DiscountCode" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "poolId" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'available',

    CONSTRAINT "DiscountCode_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DiscountCodeReservation" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shopId" TEXT NOT NULL,
    "codeId" TEXT NOT NULL,
    "contactId" TEXT,
    "expiresAt" TIMESTAMP(3),

    CONSTRAINT "DiscountCodeReservation_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "Discount" ADD COLUMN "mode" TEXT NOT NULL DEFAULT 'shared',
ADD COLUMN "shopifyGid" TEXT,
ADD COLUMN "combinesWith" JSONB,
ADD COLUMN "poolId" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "DiscountCode_poolId_code_key" ON "DiscountCode"("poolId", "code");

-- CreateIndex
CREATE UNIQUE INDEX "DiscountCodeReservation_codeId_key" ON "DiscountCodeReservation"("codeId");

-- AddForeignKey
ALTER TABLE "DiscountCode" ADD CONSTRAINT "DiscountCode_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "DiscountCodePool"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DiscountCodeReservation" ADD CONSTRAINT "DiscountCodeReservation_codeId_fkey" FOREIGN KEY ("codeId") REFERENCES "DiscountCode"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Discount" ADD CONSTRAINT "Discount_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "DiscountCodePool"("id") ON DELETE SET NULL ON UPDATE CASCADE;
