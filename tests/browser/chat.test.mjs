// The web chat in a real browser against the real service. test_browser.py runs each test by its name.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test as timeless } from 'node:test';
import { chromium } from 'playwright-core';
import { Service, Wire } from './service.mjs';

const LOCALES = { 'sr-Cyrl': 'sr-RS', 'sr-Latn': 'sr-Latn-RS', sq: 'sq-AL', en: 'en-GB' };
const LEGAL_AID = {
  'sr-Cyrl': 'Право на бесплатну правну помоћ',
  'sr-Latn': 'Pravo na besplatnu pravnu pomoć',
  sq: 'Ndihma juridike falas',
  en: 'Free legal aid',
};
const MORE = { 'sr-Cyrl': 'Више о томе', 'sr-Latn': 'Više o tome', sq: 'Më shumë', en: 'More' };
const SHOTS = process.env.BROWSER_SHOTS ?? path.join(tmpdir(), 'prag-screenshots');
const PATIENCE = 30_000; // ms before a thing awaited counts as never coming
const UNREACHABLE = /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection to/;

const test = (name, body) => timeless(name, { timeout: 180_000 }, body);

let browser;
let service;
const closing = [];
const complaints = [];

before(async () => {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  assert.ok(executablePath, 'Chromium is missing: apt-get install chromium');
  mkdirSync(SHOTS, { recursive: true });
  service = await Service.start();
  browser = await chromium.launch({ executablePath });
});

// Whatever a test is about: the page never complains and never asks anything of another origin.
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  assert.deepEqual(complaints.splice(0), []);
});

after(async () => {
  await browser?.close();
  await service?.end();
});

async function visit({ language = 'sr-Cyrl', width = 360, height = 740, address = service.address, at = '/', dark = false, forgives = null } = {}) {
  const context = await browser.newContext({
    locale: LOCALES[language],
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  closing.push(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complain = (what) => forgives?.test(what) || complaints.push(what);
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complain(line.text()));
  page.on('pageerror', (error) => complain(String(error)));
  context.on('request', (request) => request.url().startsWith(`${address}/`) || complain(`asked ${request.url()}`));
  page.on('websocket', (socket) => socket.url().startsWith(`${address.replace('http', 'ws')}/`) || complain(`asked ${socket.url()}`));
  const opened = await page.goto(address + at);
  assert.match(opened.headers()['content-security-policy'], /default-src 'self'/);
  return page;
}

const connected = (page) => page.locator('#state[data-state=on]').waitFor();
const answers = (page) => page.locator('.said.bot');
const newest = (page) => answers(page).last();

async function ask(page, text) {
  await page.fill('#box', text);
  await page.press('#box', 'Enter');
}

async function answered(page, count) {
  await answers(page).nth(count - 1).waitFor();
  assert.equal(await answers(page).count(), count);
}

async function languages(page) {
  return page.evaluate(() => [document.documentElement.lang, ...[...document.querySelectorAll('.said.bot')].map((a) => a.lang)]);
}

/** All the ledger holds for this browser's key, asked for over a connection of its own. */
async function inLedger(page) {
  const key = await page.evaluate(() => JSON.parse(localStorage.getItem('prag.key')));
  const other = await visit({ at: '/articles/help' });
  return other.evaluate((hello) => new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}/channels/web`);
    const messages = [];
    socket.onopen = () => socket.send(JSON.stringify({ hello, seen: null, language: null }));
    socket.onmessage = (event) => messages.push(JSON.parse(event.data));
    // What there is comes at once, one after the other; then there is silence.
    setTimeout(() => resolve(messages.filter((frame) => frame.id)), 1000);
  }), key);
}

async function until(holds, what) {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a first typed question is answered in the script it was typed in', async () => {
  const page = await visit({ language: 'sr-Cyrl' });
  await connected(page);
  await ask(page, 'treba mi besplatna pravna pomoc');
  await answered(page, 1);
  assert.deepEqual(await languages(page), ['sr-Latn', 'sr-Latn']);
  assert.match(await newest(page).innerText(), /Pravo na besplatnu pravnu pomoć/);
  assert.match(await newest(page).locator('.trail').innerText(), /^Meni › /);
  assert.match(await newest(page).locator('.aside').first().innerText(), /^Provereno: .*Izvor: /);
  assert.match(await page.locator('.said.me .mark').innerText(), /Poslato/);
});

test('the empty page greets and its buttons ask in the language of the page', async () => {
  for (const language of Object.keys(LOCALES)) {
    const page = await visit({ language });
    await connected(page);
    assert.equal(await page.locator('#starters button').count(), 4);
    assert.ok((await page.locator('.who').innerText()).length > 40);
    await page.locator('#starters button').first().click();
    await answered(page, 1);
    assert.deepEqual(await languages(page), [language, language]);
    assert.ok((await newest(page).innerText()).includes(LEGAL_AID[language]));
    assert.equal(await newest(page).locator('.aside').count(), 2, 'source and footnote step back');
    assert.equal(await page.locator('#starters').isVisible(), false);
  }
});

test('the button for all topics opens the menu', async () => {
  const page = await visit({ language: 'en' });
  await page.locator('#starters button').last().click();
  await answered(page, 1);
  await newest(page).getByRole('button', { name: 'Rights and legal aid' }).click();
  await answered(page, 2);
  await newest(page).getByRole('button', { name: LEGAL_AID.en }).click();
  await answered(page, 3);
  assert.match(await newest(page).innerText(), /Menu › Rights and legal aid/);
});

test('every telephone number in an answer can be dialled whole', async () => {
  const page = await visit({ at: '/?start=more_phone-numbers' });
  await answered(page, 1);
  const numbers = await newest(page).locator('li strong').evaluateAll((found) => found
    .filter((strong) => /\d{3}/.test(strong.textContent))
    .map((strong) => ({ shown: strong.textContent.split(', '), dialled: [...strong.querySelectorAll('a')].map((a) => a.href) })));
  assert.ok(numbers.length > 8);
  for (const { shown, dialled } of numbers) {
    assert.deepEqual(dialled, shown.map((number) => `tel:${number.replaceAll(/[^+\d]/g, '')}`));
  }
});

test('a switch of script or language keeps the place and marks every message', async () => {
  const page = await visit({ language: 'sr-Cyrl' });
  await connected(page);
  await ask(page, 'бесплатна правна помоћ');
  await answered(page, 1);
  const switched = ['sr-Latn', 'sq', 'en', 'sr-Cyrl'];
  for (const [place, language] of switched.entries()) {
    await page.locator(`#tongues [data-tag=${language}]`).click();
    await answered(page, place + 2);
    assert.ok((await newest(page).innerText()).includes(LEGAL_AID[language]), `the same article in ${language}`);
    assert.deepEqual(await languages(page), [language, 'sr-Cyrl', ...switched.slice(0, place + 1)]);
    assert.equal(await page.locator('#tongues [aria-pressed=true]').getAttribute('data-tag'), language);
  }
});

test('a killed service comes back and nothing is lost or doubled', async () => {
  const page = await visit({ language: 'sr-Latn', forgives: UNREACHABLE });
  await connected(page);
  await ask(page, 'besplatna pravna pomoc');
  await answered(page, 1);

  await service.kill();
  await page.locator('#state[data-state=off]').waitFor();
  await ask(page, 'izvod iz maticne knjige');
  await newest(page).getByRole('button', { name: MORE['sr-Latn'] }).click();
  assert.equal(await page.locator('.mark[data-mark=waiting]').count(), 2);
  await page.reload();
  await page.locator('.mark[data-mark=waiting]').nth(1).waitFor();
  await answered(page, 1);

  await service.start();
  await connected(page);
  await answered(page, 3);
  await until(async () => (await page.locator('.mark[data-mark=sent]').count()) === 3, 'three messages marked as sent');
  const kept = await inLedger(page);
  assert.equal(kept.length, 3);
  assert.deepEqual(kept.map((message) => message.id), [...new Set(kept.map((message) => message.id))]);
  assert.match(kept[1].text, /matične knjige/);
  await page.reload();
  await connected(page);
  await answered(page, 3);
});

test('an answer swallowed on the way is replayed once and its question not asked twice', async () => {
  const wire = await Wire.to(service);
  closing.push(() => wire.end());
  const page = await visit({ language: 'en', address: wire.address, forgives: UNREACHABLE });
  await connected(page);
  await ask(page, 'free legal aid');
  await answered(page, 1);

  wire.deaf = true;
  await ask(page, 'birth certificate');
  await until(async () => (await inLedger(page)).length === 2, 'the second answer in the ledger');
  assert.equal(await answers(page).count(), 1);
  assert.equal(await page.locator('.mark[data-mark=sending]').count(), 1);
  wire.deaf = false;
  wire.cut();

  await answered(page, 2);
  await until(async () => (await page.locator('.mark[data-mark=sent]').count()) === 2, 'both messages marked as sent');
  assert.equal((await inLedger(page)).length, 2);
  assert.equal(await answers(page).count(), 2);
});

test('a conversation is possible with the keyboard alone', async () => {
  const page = await visit({ language: 'en', width: 1280, height: 800 });
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const tabTo = async (name, key = 'Tab') => {
    for (let i = 0; i < 30 && (await focused()) !== name; i += 1) await page.keyboard.press(key);
    assert.equal(await focused(), name);
  };
  await connected(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'box', 'the first Tab stop leads to the writing box');
  await page.keyboard.type('free legal aid');
  await page.keyboard.press('Enter');
  await answered(page, 1);
  assert.equal(await focused(), 'box');
  await tabTo('More about this', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await answered(page, 2);
  await tabTo('menu-button', 'Shift+Tab');
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('#menu').isVisible());
  await tabTo('print');
  await page.keyboard.press('Escape');
  assert.equal(await focused(), 'menu-button');
  assert.equal(await page.locator('#menu').isVisible(), false);
});

test('no width and no language makes the page scroll sideways', async () => {
  for (const language of Object.keys(LOCALES)) {
    for (const [width, height] of [[320, 568], [360, 740], [1280, 800]]) {
      const page = await visit({ language, width, height, dark: width === 320 });
      const fits = async (name) => {
        await page.screenshot({ path: path.join(SHOTS, `${language}-${width}-${name}.png`) });
        const wide = await page.evaluate(() => [document.documentElement, document.getElementById('log')].map((e) => e.scrollWidth - e.clientWidth));
        assert.deepEqual(wide, [0, 0], `${language} ${width} ${name}`);
      };
      await connected(page);
      await fits('empty');
      await page.locator('#starters button').first().click();
      await answered(page, 1);
      await fits('answer');
      await newest(page).getByRole('button', { name: MORE[language] }).click();
      await answered(page, 2);
      await fits('more');
    }
  }
});

test('a first visit with a question costs less than 60 KB', async () => {
  const wire = await Wire.to(service);
  closing.push(() => wire.end());
  const page = await visit({ language: 'en', address: wire.address });
  await connected(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await ask(page, 'free legal aid');
  await answered(page, 1);
  assert.ok(wire.bytes > 10_000, 'the page came over this wire');
  assert.ok(wire.bytes < 60_000, `${wire.bytes} bytes`);
  console.log(`${wire.bytes} bytes over the wire`);
});

test('an answer can be read, printed and asked about on a page of its own', async () => {
  for (const language of Object.keys(LOCALES)) {
    const page = await visit({ language, width: 320, dark: true, at: `/articles/legal-aid?language=${language}` });
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.equal(await page.locator('h1').innerText(), LEGAL_AID[language]);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.ok(await page.locator('button.print').isVisible());
    await page.screenshot({ path: path.join(SHOTS, `${language}-article.png`), fullPage: true });
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('nav').isVisible(), false);
    assert.equal(await page.locator('h1').evaluate((h1) => getComputedStyle(h1).color), 'rgb(0, 0, 0)');
    await page.emulateMedia({ media: 'screen' });
    await page.locator('a.chat').click();
    await answered(page, 1);
    assert.ok((await newest(page).innerText()).includes(LEGAL_AID[language]));
    assert.deepEqual(await languages(page), [language, language]);
  }
});
