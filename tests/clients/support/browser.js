// Debian's Chromium, headless, as these tests start it.

import { load } from './libraries.js';

// Without the background networking it would try to reach its maker, where that is refused, many times at once.
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export function startBrowser() {
  return load('playwright-core').chromium.launch({ executablePath: process.env.CHROMIUM, args: flags.split(' ') });
}
