/** Fetches the editor when it is first needed; a failed attempt is made anew the next time. */

/** The editor's module. */
export type MonacoModule = typeof import('./monaco.ts');
/** The editor's interface. */
export type Monaco = MonacoModule['monaco'];

let loading: Promise<MonacoModule | undefined> | undefined;

/** The editor; undefined when its files could not be fetched, so that plain text fields go on serving. */
export function loadEditor(): Promise<MonacoModule | undefined> {
  loading ??= import('./monaco.ts').catch(() => {
    loading = undefined;
    return undefined;
  });
  return loading;
}
