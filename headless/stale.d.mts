/** A part of Costwire that is built before it runs. */
export type Part = 'renderer' | 'desktop' | 'headless';

/** Whether a part has to be built. False where there are no sources, as in a packaged Costwire. */
export function isStale(root: string, part: Part): boolean;
