// Pictures for the documentation: `node shots.mjs OUT-DIRECTORY NAME=FILE …`; `NAME` with `phone` or `dark` in it is taken so.

import { join } from 'node:path';
import { DESKTOP, launch, open } from './browser.mjs';

const [directory, ...pictures] = process.argv.slice(2);
const browser = await launch();
for (const picture of pictures) {
  const [name, file] = picture.split('=');
  const page = await open(browser, file, {
    viewport: name.includes('phone') ? { width: 390, height: 844 } : { ...DESKTOP, height: 1000 },
    colorScheme: name.includes('dark') ? 'dark' : 'light',
  });
  const clip = process.env.GOLIVE_SHOT_FULL ? { fullPage: true } : {};
  await page.screenshot({ path: join(directory, `${name}.png`), ...clip });
  await page.context().close();
}
await browser.close();
