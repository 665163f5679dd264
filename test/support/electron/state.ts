/** What the stand-in for Electron keeps, and what a test may set or look at. One per process, also when modules are loaded anew. */
import type { Browser } from 'playwright-core';

/** Something that a dialog showed. */
export interface ShownDialog {
  kind: 'message' | 'error' | 'open' | 'save';
  text: string;
}

/** The world around the app. */
export interface StandInState {
  /** Folder of the app: its `dist`, `templates` and `package.json`. */
  appPath: string;
  userData: string;
  documents: string;
  isPackaged: boolean;
  hasLock: boolean;
  /** Whether safeStorage works, and what backs it on Linux. */
  keychain: { available: boolean; backend: string; again: boolean };
  /** Answers of message boxes (button numbers) and open dialogs (paths), in their order. */
  answers: (number | string[])[];
  shown: ShownDialog[];
  opened: string[];
  menu: readonly MenuItem[];
  quits: number;
  relaunches: number;
  protocolClients: string[];
  browser?: Browser;
}

/** An item of a menu as its template says. */
export interface MenuItem {
  label?: string;
  role?: string;
  type?: string;
  accelerator?: string;
  enabled?: boolean;
  registerAccelerator?: boolean;
  click?: () => void;
  submenu?: readonly MenuItem[];
}

const holder = globalThis as { costwireStandIn?: StandInState };

holder.costwireStandIn ??= {
  appPath: '',
  userData: '',
  documents: '',
  isPackaged: false,
  hasLock: true,
  keychain: { available: true, backend: 'gnome_libsecret', again: false },
  answers: [],
  shown: [],
  opened: [],
  menu: [],
  quits: 0,
  relaunches: 0,
  protocolClients: [],
};
/** The state of this process. */
export const state: StandInState = holder.costwireStandIn;

/** Handlers of custom schemes by name. */
export type SchemeHandler = (request: Request) => Promise<Response>;
const schemeHolder = globalThis as { costwireSchemes?: Map<string, SchemeHandler> };
schemeHolder.costwireSchemes ??= new Map();
export const schemes: Map<string, SchemeHandler> = schemeHolder.costwireSchemes;

/** `app://costwire/x` as an address that Chromium takes for a secure origin, and back. */
export const toHttp = (url: string): string => url.replace(/^app:\/\/([^/]+)/, 'http://$1.app.localhost');
export const fromHttp = (url: string): string => url.replace(/^http:\/\/([^/]+)\.app\.localhost/, 'app://$1');
