-- AlterTable
ALTER TABLE "Contact" ADD COLUMN "gender" TEXT NOT NULL DEFAULT 'unknown',
ADD COLUMN "birthdate" TIMESTAMP(3),
ADD COLUMN "ageYears" INTEGER,
ADD COLUMN "conversionCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "lastConvertedAt" TIMESTAMP(3),
ADD COLUMN "conversionLtvCents" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Segment" ADD COLUMN "isSystem" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "slug" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "Segment_slug_key" ON "Segment"("slug");
