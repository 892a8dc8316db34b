/** A real browser, where the machine has one. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from '../scripts/chromium/chromium.mjs';

const found = await findChromium();

/** Why no browser can be used here, or null. */
export const noChromium = 'refused' in found ? found.refused : null;

/** ms. */
const PATIENCE = 20_000;

/** It asks nobody for anything by itself. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const screenshots = join(import.meta.dirname, '..', '.baton', 'screenshots');

/** What a page has asked for and complained about. */
interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Hosts of all requests, of every page of the context. */
  readonly hosts: ReadonlySet<string>;
  /** Errors in the console: violations of the page's policy are among them. */
  readonly complaints: readonly string[];
  /** Kept for whoever wants to look. */
  screenshot(name: string): Promise<void>;
}

export interface Chromium {
  /** A page whose login is `name:password`. */
  open(login: string): Promise<Watched>;
}

/** One browser for all tests of a file. */
export function useChromium(): Chromium {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if ('refused' in found) return;
    const { executablePath, environment } = found;
    browser = await chromium.launch({ executablePath, args: quiet, env: { ...process.env, ...environment } });
  });
  afterAll(() => browser?.close());
  return {
    async open(login) {
      if (!browser) throw new Error(noChromium ?? 'The browser has not started.');
      const [username = '', ...password] = login.split(':');
      const context = await browser.newContext({
        httpCredentials: { username, password: password.join(':') },
        viewport: { width: 1_400, height: 1_300 },
      });
      const hosts = new Set<string>();
      const complaints: string[] = [];
      context.on('request', (request) => hosts.add(new URL(request.url()).host));
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(error.error().message));
      context.setDefaultTimeout(PATIENCE);
      const page = await context.newPage();
      return {
        page,
        context,
        hosts,
        complaints,
        async screenshot(name) {
          mkdirSync(screenshots, { recursive: true });
          await page.screenshot({ path: join(screenshots, `${name}.png`) });
        },
      };
    },
  };
}
