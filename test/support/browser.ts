/** Chromium for tests, and a page that fails a test when the console says anything wrong. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../scripts/chromium.ts';

/** Starts the system's Chromium. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(process.env),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

/** A window on the designer. */
export interface Window {
  page: Page;
  context: BrowserContext;
  /** What the console said that it should not. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens a window of a size; `scheme` is what the system prefers. */
export async function openWindow(
  browser: Browser,
  openingAddress: string,
  options: { width?: number; height?: number; scheme?: 'light' | 'dark'; reducedMotion?: boolean } = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.scheme ?? 'light',
    reducedMotion: options.reducedMotion === false ? 'no-preference' : 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(openingAddress);
  return { page, context, complaints, close: () => context.close() };
}
