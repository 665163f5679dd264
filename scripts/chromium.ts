/** The browser of the end-to-end tests: the system's Chromium, never a downloaded one. */
import { existsSync } from 'node:fs';

/** Where the browser is. */
export const chromiumPath = (environment: NodeJS.ProcessEnv): string => environment.CHROMIUM ?? '/usr/bin/chromium';

/** What to say where there is no browser; a failure where a build machine (`CI`) must run every test. Undefined where there is one. */
export function missingChromium(
  environment: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): { message: string; isFailure: boolean } | undefined {
  const path = chromiumPath(environment);
  if (exists(path)) return undefined;
  const isFailure = environment.CI !== undefined && environment.CI !== '';
  const remedy = 'Install Chromium, or name its program in the variable CHROMIUM.';
  const what = isFailure ? 'They cannot run' : 'THEY WERE SKIPPED';
  return { message: `${what}, because there is no browser at ${path}. ${remedy}`, isFailure };
}
