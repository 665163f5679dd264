/** Where the window is, kept in the address behind `#`, so that both hosts and the back button agree. */
import { useSyncExternalStore } from 'react';

/** A place inside the app: `/flows`, `/flows/f_1`, `/runs/r_9`. */
export type Path = `/${string}`;

const read = (): Path => {
  const path = decodeURIComponent(window.location.hash.slice(1));
  return path.startsWith('/') ? (path as Path) : '/flows';
};

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

/** Goes to a place. */
export function navigate(path: Path): void {
  window.location.hash = path;
}

/** The address of a place, for links. */
export const hrefOf = (path: Path): string => `#${path}`;

/** The place now: its parts without the first slash. */
export function useRoute(): { path: Path; parts: readonly string[] } {
  const path = useSyncExternalStore(subscribe, read);
  return { path, parts: path.slice(1).split('/') };
}
