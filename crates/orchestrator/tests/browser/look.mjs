// Looks at one page as its readers do: `node look.mjs FILE`. Says each step; the first that fails ends it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESKTOP, PHONE, launch, open } from './browser.mjs';

const file = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await launch();
const step = async (name, look) => {
  try {
    await look();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`FAILED ${name}\n${error.stack}`);
    await browser.close();
    process.exit(1);
  }
};
const harmless = (page) => assert.deepEqual(page.misdeeds, []);
const visible = (page) => page.locator('details.probe:visible').count();

for (const colorScheme of ['light', 'dark']) {
  for (const [name, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    await step(`${colorScheme}, ${name}: no axe violation, nothing wider than the window`, async () => {
      const page = await open(browser, file, { viewport, colorScheme });
      for (const opened of [false, true]) {
        if (opened) await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
        const words = violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 200)}\n${node.failureSummary}`));
        assert.deepEqual(words, []);
        const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= width, `${content} > ${width} pixels wide`);
      }
      harmless(page);
      await page.context().close();
    });
  }
}

const page = await open(browser, file);
const all = await visible(page);

await step('the filters show what they count', async () => {
  for (const button of await page.locator('button[data-filter]:not([disabled])').all()) {
    await button.click();
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    const count = (await button.textContent()).match(/(\d+)\s*$/)?.[1] ?? all;
    assert.equal(await visible(page), Number(count));
  }
  await page.locator('button[data-filter=""]').click();
});

await step('the search finds by id and by words, from the keyboard', async () => {
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  const id = await page.locator('details.probe .name code').last().textContent();
  await page.keyboard.insertText(id.slice(0, 200).toUpperCase());
  const found = await visible(page);
  assert.ok(found >= 1 && found < all, `${found} of ${all}`);
  assert.match(await page.locator('.shown').textContent(), new RegExp(`^${found} of ${all} `));
  await page.keyboard.insertText(' no such words');
  assert.equal(await visible(page), 0);
  await page.keyboard.press('Escape');
  assert.equal(await visible(page), all);
});

await step('a probe opens with a click and from the keyboard, its evidence too', async () => {
  const probe = page.locator('details.probe').first();
  await probe.locator('> summary').click();
  assert.ok(await probe.locator('.body').isVisible());
  await page.keyboard.press('Enter');
  assert.ok(!await probe.locator('.body').isVisible());
  const evidence = page.locator('details.probe:has(details.evidence)').first();
  if (await evidence.count()) {
    await evidence.locator('> summary').click();
    await evidence.locator('details.evidence > summary').click();
    assert.ok(await evidence.locator('.proof').first().isVisible());
  }
});

await step('a link to a probe shows it though a filter hides it', async () => {
  const link = page.locator('#findings a[href^="#p"]').first();
  if (!await link.count()) return;
  const target = page.locator(await link.getAttribute('href'));
  await page.locator('input[type=search]').fill('no such words');
  assert.ok(!await target.isVisible());
  await link.click();
  await target.locator('.body').waitFor();
  await page.waitForFunction((id) => document.querySelector(id).getBoundingClientRect().top < innerHeight, await link.getAttribute('href'));
});

await step('a bar of the timeline leads to its probe', async () => {
  const bar = page.locator('.timeline rect[data-probe]').last();
  await bar.click();
  assert.ok(await page.locator(`#${await bar.getAttribute('data-probe')} > .body`).isVisible());
});

await step('all open, all closed', async () => {
  const unfold = page.locator('.unfold');
  await unfold.click();
  assert.equal(await page.locator('details.probe[open]').count(), all);
  assert.equal(await unfold.textContent(), 'Close all');
  await unfold.click();
  assert.equal(await page.locator('details.probe[open]').count(), 0);
});

await step('what is ticked stays ticked, what golive saw cannot be changed', async () => {
  const box = page.locator('.todo input:not([disabled])').first();
  // The storage is another process: on a busy machine a reload can overtake what was just written.
  const deadline = Date.now() + 10_000;
  do {
    await box.check();
    await page.waitForTimeout(100);
    await page.reload();
  } while (!await box.isChecked() && Date.now() < deadline);
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(await box.isChecked(), stored);
  await box.uncheck();
  assert.equal(await page.locator('.todo .pass input:not([disabled]), .todo .fail input:not([disabled])').count(), 0);
});

await step('paper shows what is not PASS, and the page is as before after it', async () => {
  await page.evaluate(() => {
    document.querySelectorAll('details').forEach((one) => { one.open = false; });
    addEventListener('beforeprint', () => { document.body.dataset.printed = document.querySelectorAll('details.probe[open]').length; });
  });
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  assert.ok(pdf.length > 20_000, `${pdf.length} bytes`);
  const printed = await page.evaluate(() => document.body.dataset.printed);
  assert.equal(Number(printed), await page.locator('details.probe:not(.pass)').count());
  assert.equal(await page.locator('details.probe[open]').count(), 0);
});

await step('what looks like markup is text', async () => {
  const [scripts, foreign] = await page.evaluate(() => [
    document.scripts.length, document.querySelectorAll('img, iframe, object, embed, form[action], [onerror], [style]').length,
  ]);
  assert.deepEqual([scripts, foreign], [1, 0]);
  harmless(page);
});

await step('the policy lets no other script and no other style in', async () => {
  await page.evaluate(() => {
    for (const [name, text] of [['script', 'document.body.dataset.owned = 1'], ['style', 'body { display: none }']]) {
      const element = document.createElement(name);
      element.textContent = text;
      document.head.append(element);
    }
  });
  assert.equal(await page.evaluate(() => document.body.dataset.owned), undefined);
  assert.ok(await page.locator('h1').isVisible());
  assert.equal(page.misdeeds.filter((one) => /Content Security Policy/.test(one)).length, 2);
});

await step('everything is there without scripts', async () => {
  const plain = await open(browser, file, { javaScriptEnabled: false });
  assert.ok(!await plain.locator('.tools').isVisible());
  await plain.locator('details.probe > summary').first().click();
  assert.ok(await plain.locator('details.probe .body').first().isVisible());
  harmless(plain);
});

await browser.close();
