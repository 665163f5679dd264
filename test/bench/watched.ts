/** What the window does while somebody works in it: frames, long tasks, and the processor time of each task. */
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

/** Frames and tasks by the clock on the wall: what a person sees on this machine as busy as it is now. */
export interface Watched<Result> {
  result: Result;
  framesPerSecond: number;
  /** Milliseconds of tasks over 50. */
  longTasks: number[];
  /** Median. */
  frameMs: number;
}

/** Collects frame times and long tasks while something is done. */
export async function watched<Result>(page: Page, work: () => Promise<Result>): Promise<Watched<Result>> {
  await page.evaluate(() => {
    const kept = { frames: [] as number[], tasks: [] as number[], isOn: true };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) kept.tasks.push(entry.duration);
    }).observe({ entryTypes: ['longtask'] });
    const tick = (at: number): void => {
      kept.frames.push(at);
      if (kept.isOn) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(window, { costwireBench: kept });
  });
  const result = await work();
  const seen = await page.evaluate(() => {
    const kept = (window as unknown as { costwireBench: { frames: number[]; tasks: number[]; isOn: boolean } })
      .costwireBench;
    kept.isOn = false;
    const seconds = ((kept.frames.at(-1) ?? 0) - (kept.frames[0] ?? 0)) / 1000;
    const gaps = kept.frames
      .slice(1)
      .map((at, index) => at - (kept.frames[index] ?? at))
      .sort((a, b) => a - b);
    return {
      framesPerSecond: seconds === 0 ? 0 : (kept.frames.length - 1) / seconds,
      longTasks: kept.tasks,
      frameMs: gaps[Math.floor(gaps.length / 2)] ?? 0,
    };
  });
  return { result, ...seen };
}

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({ name: z.string(), cat: z.string(), pid: z.number(), tid: z.number(), tdur: z.number().optional() }),
  ),
});
const mark = 'costwire-bench';

/**
 * Processor time in milliseconds of each task of the window's main thread while something is done: other programs on the machine
 * do not count, as they do by the clock.
 */
export async function taskTimes(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  await page.evaluate((name) => performance.mark(name), mark);
  await work();
  const { traceEvents } = traceSchema.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  const own = traceEvents.find(({ name, cat }) => name === mark && cat.includes('user_timing'));
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && pid === own?.pid && tid === own.tid)
    .map(({ tdur = 0 }) => tdur / 1000);
}
