// A Chromium that loads nothing but the page, and reports whatever the page should not do.

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const executablePath = process.env.GOLIVE_CHROMIUM || '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.error(`${executablePath} is missing: install Chromium (Debian: apt-get install --no-install-recommends chromium), or name one in GOLIVE_CHROMIUM`);
  process.exit(69);
}

export const launch = () => chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  ],
});

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** The file, opened; `page.misdeeds` gathers console errors, dialogs and requests. */
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.misdeeds = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.misdeeds.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.misdeeds.push(`script: ${error}`));
  page.on('dialog', (dialog) => {
    page.misdeeds.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) page.misdeeds.push(`request: ${request.url()}`);
  });
  page.on('popup', (popup) => page.misdeeds.push(`window: ${popup.url()}`));
  await page.goto(url);
  return page;
}
