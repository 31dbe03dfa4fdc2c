// The chat of the landing page: two people in two windows, and a server that is killed between them.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { startBrowser } from './support/browser.js';
import { Server } from './support/server.js';

const TOKEN = 'the token of the operators';

let server, browser, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nine-cloud-landing-'));
  server = await Server.started({
    DATA_DIR: folder,
    DATABASE_URL: `sqlite://${folder}/nine-cloud.db`,
    ADMIN_TOKEN: TOKEN,
    RUST_LOG: 'warn',
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** Somebody at the page: what they see, and what the browser complained of. */
async function visitor() {
  const page = await (await browser.newContext()).newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/WebSocket|Failed to load resource/.test(line.text())) complaints.push(line.text());
  });
  await page.goto(server.origin);
  /** Waits for this text, and says what was there instead. */
  const sees = async (id, text) => {
    const there = page.locator(`#${id}`);
    await there.filter({ hasText: text }).waitFor().catch(async () => assert.equal(await there.textContent(), text));
  };
  await sees('link', '연결됨');
  return {
    page,
    complaints,
    sees,
    name: await page.locator('#name').textContent(),
    says: async (text) => {
      await page.locator('#text').fill(text);
      await page.locator('#send').click();
    },
    /** All bubbles, and only those that are known to be stored. */
    stored: () => page.locator('#log li:not(.waits, .refused) p').allTextContents(),
    all: () => page.locator('#log li p').allTextContents(),
    hears: (text) => page.locator('#log li:not(.waits) p').getByText(text, { exact: true }).waitFor(),
  };
}

test('two people talk, and see each other come and type', { timeout: 60_000 }, async () => {
  const mina = await visitor();
  const jun = await visitor();
  await mina.sees('members', '2명');
  await mina.sees('people', jun.name);
  await jun.page.locator('#text').pressSequentially('안녕');
  await mina.sees('typing', `${jun.name} 님이 쓰고 있어요`);
  await jun.says('안녕하세요 <b>굵게</b>');
  await mina.hears('안녕하세요 <b>굵게</b>');
  assert.equal(await mina.page.locator('#typing').textContent(), '');
  assert.equal(await mina.page.locator('#log li.mine').count(), 0);
  assert.equal(await jun.page.locator('#log li.mine').count(), 1);
  await jun.page.context().close();
  await mina.sees('members', '1명');
  assert.deepEqual(await mina.page.locator('#people span').allTextContents(), [mina.name]);
  assert.deepEqual(mina.complaints, []);
});

test('a killed server loses nothing and shows nothing twice', { timeout: 120_000 }, async () => {
  const mina = await visitor();
  const jun = await visitor();
  for (let round = 0; round < 3; round++) {
    await mina.says(`${round} 전에`);
    await jun.hears(`${round} 전에`);
    // Sent, and perhaps not answered any more.
    await mina.says(`${round} 마지막 순간에`);
    await server.kill();
    for (const person of [mina, jun]) await person.sees('link', '다시 연결하는 중…');
    await mina.says(`${round} 끊긴 동안에`);
    await jun.says(`${round} 나도`);
    await server.start();
    for (const person of [mina, jun]) await person.sees('link', '연결됨');
    for (const text of ['끊긴 동안에', '나도']) {
      for (const person of [mina, jun]) await person.hears(`${round} ${text}`);
    }
    for (const person of [mina, jun]) await person.sees('members', '2명');
  }
  const said = await mina.stored();
  assert.deepEqual(await jun.stored(), said, 'in one order');
  const expected = [0, 1, 2].flatMap((round) =>
    ['전에', '마지막 순간에', '끊긴 동안에', '나도'].map((text) => `${round} ${text}`),
  );
  const ours = said.filter((text) => /^\d /.test(text));
  assert.deepEqual([...ours].sort(), expected.sort(), 'each once');
  assert.deepEqual(await mina.all(), said, 'nothing waits');
  for (const person of [mina, jun]) {
    assert.equal(await person.page.locator('#name').textContent(), person.name);
    assert.deepEqual(person.complaints, []);
  }
});

test('a plaza that is closed says so, and is entered again by itself when it opens', { timeout: 60_000 }, async () => {
  const closing = async (method) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await fetch(`${server.origin}/admin/chat/rooms/plaza/closing`, { method, headers });
    assert.equal(answer.status, 200);
  };
  const [mina, hana] = [await visitor(), await visitor()];
  await closing('POST');
  for (const { sees, page } of [mina, hana]) {
    await sees('link', '지금은 들어올 수 없어요');
    assert.ok(await page.locator('#text').isDisabled());
  }
  await hana.page.reload();
  await hana.sees('link', '지금은 들어올 수 없어요');
  await closing('DELETE');
  for (const { sees } of [mina, hana]) await sees('link', '연결됨');
  await mina.says('다시 열렸네요');
  await hana.page.locator('#log li p', { hasText: '다시 열렸네요' }).waitFor();
  assert.deepEqual([...mina.complaints, ...hana.complaints], []);
});
