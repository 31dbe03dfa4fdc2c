// The admin page: an operator on a phone and one at a desk, against the real server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { startBrowser } from './support/browser.js';
import { pause } from './support/check.js';
import { load } from './support/libraries.js';
import { mailServer } from './support/mails.js';
import { Server } from './support/server.js';

const TOKEN = 'the token of the operators';
const PHONE = { width: 390, height: 844 };

let server, browser, folder, postOffice;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nine-cloud-admin-'));
  postOffice = await mailServer();
  server = await Server.started({
    DATA_DIR: folder,
    DATABASE_URL: `sqlite://${folder}/nine-cloud.db`,
    ADMIN_TOKEN: TOKEN,
    NODE_ID: 'blue',
    RATE_LIMITS: 'off',
    SMTP_URL: postOffice.url,
    MAILER_EMAIL: 'no-reply@example.com',
    RUST_LOG: 'warn',
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
  postOffice?.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

const post = (path, body, headers = {}) =>
  fetch(server.origin + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

/** Signs somebody up by the code in their mail; returns their tokens. */
async function person(name) {
  const [email, password] = [`${name}@example.com`, 'password1!'];
  await post('/signup', { email, password, username: name });
  for (let attempt = 0; attempt < 200; attempt++) {
    const mail = postOffice.mails.find((mail) => mail.to === email);
    const code = mail?.text.match(/: ([0-9a-zA-Z]{6})$/m)?.[1];
    if (code) {
      await post('/complete-signup', { email, Authenticationcode: code, password, username: name });
      const answer = await post('/signin', { email, password });
      assert.equal(answer.status, 200);
      return { email, password, authorization: answer.headers.get('authorization') };
    }
    await pause(50);
  }
  throw new Error('no code came');
}

/** Somebody with a socket in the plaza, as the official client has it. */
async function talker({ authorization }) {
  const { io } = load('socket.io-client');
  const options = { path: '/community/chat/socket.io', auth: { token: authorization }, transports: ['websocket'] };
  const socket = io(server.origin, { ...options, forceNew: true });
  const asked = async (...args) => {
    const answer = await socket.timeout(10_000).emitWithAck(...args);
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer;
  };
  await asked('join', { room: 'plaza' });
  return { socket, asked, say: (text) => asked('send', { room: 'plaza', text }) };
}

/** An open page, and what the browser complained of. */
async function visitor(viewport) {
  const page = await (await browser.newContext({ viewport, locale: 'ko-KR', deviceScaleFactor: 2 })).newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) complaints.push(line.text());
  });
  await page.goto(`${server.origin}/admin`);
  await page.locator('#gate').waitFor();
  return { page, complaints };
}

async function enter(page) {
  await page.locator('#token').fill(TOKEN);
  await page.locator('#with-token button').click();
  await page.locator('#board').waitFor();
}

/** Says yes the second time, and waits for the answer. */
async function confirm(page, words) {
  await page.locator('#sure').waitFor();
  await page.locator('#yes').click();
  await page.locator('#said').filter({ hasText: words }).waitFor();
}

/** No wider than the window: whoever holds a phone scrolls one way. */
const fits = async (page) =>
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'it is wider than the window');

test('nobody sees anything without a key', { timeout: 60_000 }, async () => {
  const { page, complaints } = await visitor(PHONE);
  await fits(page);
  await page.locator('#token').fill('a wrong one');
  await page.locator('#with-token button').click();
  await page.locator('#refused').filter({ hasText: '유효하지 않은 토큰' }).waitFor();
  const mina = await person('mina');
  await page.locator('#email').fill(mina.email);
  await page.locator('#password').fill(mina.password);
  await page.locator('#sign-in button').click();
  await page.locator('#refused').filter({ hasText: '관리자만' }).waitFor();
  assert.ok(await page.locator('#board').isHidden());
  assert.deepEqual(complaints, []);
});

test('an administrator signs in with their own account and sees the actors, sorted as they like', { timeout: 60_000 }, async () => {
  const jun = await person('jun');
  const environment = { ...process.env, DATA_DIR: folder, DATABASE_URL: `sqlite://${folder}/nine-cloud.db` };
  execFileSync(process.env.TEST_SERVER, ['admin', 'grant', jun.email], { env: environment, stdio: 'ignore' });
  const { page, complaints } = await visitor({ width: 1280, height: 900 });
  await page.locator('#email').fill(jun.email);
  await page.locator('#password').fill(jun.password);
  await page.locator('#sign-in button').click();
  await page.locator('#board').waitFor();
  await page.locator('#state').filter({ hasText: '정상' }).waitFor();
  await page.locator('#node').filter({ hasText: 'blue' }).waitFor();
  const column = (number) => page.locator(`#actors tbody tr > :nth-child(${number})`).allTextContents();
  const names = await column(1);
  for (const actor of ['Accounts', 'Room', 'Mailer', 'UserSession', 'Switchboard']) assert.ok(names.includes(actor), actor);
  const heading = page.locator('#actors thead th').nth(14).getByRole('button', { name: '처리' });
  const handled = async () => (await column(15)).map((text) => Number(text.replaceAll(',', '')));
  for (const way of [1, -1]) {
    await heading.click();
    const numbers = await handled();
    assert.deepEqual(numbers, [...numbers].sort((a, b) => (b - a) * way), 'sorted by what was handled');
  }
  assert.equal(await page.locator('#actors .spark').count(), names.length);
  const rooms = await page.locator('#rooms tbody th').allTextContents();
  assert.deepEqual([rooms.length, rooms[0], rooms[9]], [10, 'plaza', 'sun-happy']);
  assert.deepEqual(await page.locator('#nodes tbody th').allTextContents(), ['blue']);
  await page.locator('#backends tr').filter({ hasText: 'mail' }).filter({ hasText: '정상' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('what is done is asked twice, done and recorded', { timeout: 120_000 }, async (t) => {
  const [hana, mina, sora] = [await person('hana'), await person('kim'), await person('sora')];
  await post('/signup', { email: 'nobody@example.com', password: 'password1!', username: 'nobody' });
  const talkers = [await talker(mina), await talker(sora)];
  const words = ['오늘 하늘 봤어요?', '네, 구름이 정말 예뻐요.', '저는 종일 비 소리를 들었어요.', '내일은 맑대요 :)'];
  let said = 0;
  const chatter = setInterval(() => talkers[said % 2].say(words[said++ % words.length]).catch(() => {}), 300);
  t.after(() => {
    clearInterval(chatter);
    talkers.forEach(({ socket }) => socket.close());
  });
  const me = await (await fetch(`${server.origin}/myInfo`, { headers: { authorization: hana.authorization } })).json();
  const user = me.data.userId;
  for (const viewport of [PHONE, { width: 1280, height: 900 }]) {
    const { page, complaints } = await visitor(viewport);
    await enter(page);
    await fits(page);
    const deed = (...words) => page.locator('#deeds tbody tr').filter({ hasText: new RegExp(words.join('.*')) }).first().waitFor();

    await page.locator('#jobs tr').filter({ hasText: 'turn-day' }).getByRole('button').click();
    await page.locator('#no').click();
    await page.locator('#jobs tr').filter({ hasText: 'turn-day' }).getByRole('button').click();
    await confirm(page, '작업을 실행했습니다');
    await deed('run_job', 'turn-day', 'done');

    const bad = await talkers[1].say('여기 다 바보들이네');
    const reason = viewport === PHONE ? '욕설이에요' : '또 욕을 해요';
    await talkers[0].asked('report', { messageId: bad.id, reason });
    const report = page.locator('#reports tbody tr').filter({ hasText: reason });
    await report.getByRole('button').click();
    const isGone = new Promise((resolve) => talkers[0].socket.once('message:deleted', resolve));
    await confirm(page, '메시지를 지웠습니다');
    assert.equal((await isGone)._id, bad.id);
    await deed('hide_message', `message ${bad.id}`, 'done');

    await page.locator('#letters tbody tr').first().getByRole('button').click();
    await confirm(page, '메일을 다시 보냅니다');
    await deed('retry_mail', 'mail', 'done');

    const plaza = page.locator('#rooms tbody tr').first();
    const isClosed = new Promise((resolve) => talkers[0].socket.once('room:closed', resolve));
    await plaza.getByRole('button').click();
    await confirm(page, '채팅방을 닫았습니다');
    assert.deepEqual(await isClosed, { room: 'plaza', reason: 'closed' });
    await plaza.filter({ hasText: '닫힘' }).getByRole('button').click();
    await confirm(page, '다시 열었습니다');
    await plaza.filter({ hasText: '열림' }).waitFor();
    await deed('close_room', 'room plaza', 'done');
    for (const { asked } of talkers) await asked('join', { room: 'plaza' });

    await page.locator('#user').fill(`${user}`);
    await page.locator('#person button[value=suspend]').click();
    await confirm(page, '계정을 정지했습니다');
    assert.equal((await post('/signin', hana)).status, 400);
    await page.locator('#person button[value=reinstate]').click();
    await confirm(page, '정지를 풀었습니다');
    assert.equal((await post('/signin', hana)).status, 200);
    await deed('suspend_account', `user ${user}`, 'done');
    await page.locator('#message-id').fill('0123456789abcdef01234567');
    await page.locator('#message button').click();
    await confirm(page, '존재하지 않는 메시지');
    if (process.env.SCREENSHOTS) {
      await page.waitForTimeout(20_000);
      await page.evaluate(() => window.scrollTo(0, 0));
      const name = viewport === PHONE ? 'admin-phone' : 'admin';
      const desk = { scale: 'css', clip: { x: 0, y: 0, width: viewport.width, height: 1640 }, fullPage: true };
      await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), ...(viewport === PHONE ? {} : desk) });
    }
    assert.deepEqual(complaints, []);
  }
});

test('it looks every two seconds, and only while somebody looks at it', { timeout: 60_000 }, async () => {
  const { page } = await visitor(PHONE);
  let asked = 0;
  page.on('request', (request) => (asked += request.url().endsWith('/admin/status')));
  await enter(page);
  await pause(5000);
  assert.ok(asked >= 2 && asked <= 5, `${asked} times in five seconds`);
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
  });
  await pause(500);
  const before = asked;
  await pause(4500);
  assert.equal(asked, before, 'nobody looks');
  await page.evaluate(() => {
    delete document.hidden;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await pause(1000);
  assert.ok(asked > before, 'somebody looks again');
});

test('a drained node says so', { timeout: 60_000 }, async () => {
  const { page } = await visitor(PHONE);
  await enter(page);
  await page.locator('#drain').click();
  await confirm(page, '노드를 비웁니다');
  await page.locator('#state').filter({ hasText: '비우는 중' }).waitFor();
  assert.equal((await fetch(`${server.origin}/ready`)).status, 503);
});
