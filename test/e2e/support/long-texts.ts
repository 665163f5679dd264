/** Looking for texts that do not fit. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { root } from '../../support/imports.ts';

/** Builds the renderer in the pseudo language into a folder. */
export async function buildPseudo(folder: string): Promise<void> {
  await build({
    configFile: join(root, 'vite.config.ts'),
    mode: 'pseudo',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
}

/** Visible texts that are cut off without an ellipsis and a title, or that stick out of the window. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '');
      const box = element.getBoundingClientRect();
      if (!own || box.width < 2 || box.height < 2 || element.closest('.visually-hidden, [aria-hidden=true]') !== null)
        continue;
      const style = getComputedStyle(element);
      const name = `${element.className || element.tagName}: ${element.textContent?.trim().slice(0, 60)}`;
      // A scale, as of the canvas, shrinks what is drawn but not what is measured here.
      const isCut =
        element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'visible' && style.display !== 'inline';
      const isTitled = element.closest('[title], [data-titled]') !== null;
      if (isCut && (style.textOverflow !== 'ellipsis' || !isTitled) && style.overflowX === 'hidden')
        found.add(`cut ${name}`);
      // Canvas and grids go on beyond the window: they are panned and scrolled sideways.
      const isPanned = element.closest('.react-flow, .grid__scroll') !== null;
      if (box.right > window.innerWidth + 1 && !isPanned) found.add(`outside ${name}`);
      const parent = element.parentElement?.getBoundingClientRect();
      const sticksOut =
        parent !== undefined &&
        style.position === 'static' &&
        (box.right > parent.right + 1 || box.left < parent.left - 1 || box.bottom > parent.bottom + 1);
      if (sticksOut && element.closest('.react-flow') === null) found.add(`sticks out ${name}`);
      let holder = element.parentElement;
      while (holder !== null && getComputedStyle(holder).overflowX === 'visible') holder = holder.parentElement;
      if (holder === null || element.closest('.react-flow__viewport') !== null) continue;
      const clips = getComputedStyle(holder).overflowX === 'hidden';
      if (clips && box.right > holder.getBoundingClientRect().right + 1 && !isTitled) found.add(`clipped ${name}`);
    }
    return [...found];
  });
}
